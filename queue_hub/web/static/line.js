// The line at the console: who waits, why this one is next, and what may be done with each.
import { clockTime, dialog, el, facts, icon, keyed, minutes, put, t } from "./common.js";
import { numberKeys } from "./dialogs.js";
import { canPrint } from "./printing.js";

const LONG_MIN = 30;
const at = (id) => document.getElementById(id);
let opened = null;

/** A small button with an icon. */
export function smallButton(name, text, onclick, kind = "", key = null) {
  return el("button", { class: `btn small ${kind}`, type: "button", onclick }, icon(name), text, key ? el("kbd", {}, key) : null);
}

/** The marks of a ticket: no slip, priority, booked, its language, how often it missed its turn. */
export function chips(ticket) {
  const found = [];
  if (ticket.no_slip) found.push(el("span", { class: "chip no-slip" }, icon("print"), t("no_slip")));
  if (ticket.priority) {
    found.push(el("span", { class: ticket.confirmed ? "chip star" : "chip star open" }, icon("star"),
      ticket.confirmed ? ticket.priority_name : `${ticket.priority_name} (${t("priority.unconfirmed")})`));
  }
  if (ticket.entry === "booked") found.push(el("span", { class: "chip" }, icon("clock"), t("entry.booked")));
  if (ticket.entry === "collect") found.push(el("span", { class: "chip" }, t("entry.collect")));
  if (ticket.lang === "en") found.push(el("span", { class: "chip" }, "EN"));
  if (ticket.misses) found.push(el("span", { class: "chip" }, t("misses", { n: ticket.misses })));
  return found;
}


/** Draw the line. `deeds`: what may be done with a waiting ticket (call, setPriority, transfer, park, print, cancel), and redraw. */
export function drawLine(view, deeds) {
  put(at("line-count"), view.line_total);
  keyed(at("rows"), view.line, (x) => x.id, (x) => makeRow(x, deeds.redraw), (row, x, i) => updateRow(row, x, i, deeds));
  const rest = at("rest");
  const more = view.line_total - view.line.length;
  const words = view.line.length === 0 ? t("room.nobody") : more > 0 ? t("line_more", { n: more }) : "";
  put(rest, words);
  rest.hidden = !words;
}

/** The minutes waited, which grow by themselves. */
export function drawMinutes(view) {
  view.line.forEach((x, i) => {
    const row = at("rows").children[i];
    if (row?.children.length === 2) drawMins(row.children[0].children[2], x);
  });
}

function makeRow(item, redraw) {
  const more = el("div", { class: "more", hidden: true });
  const line = el("button", { class: "line", type: "button", "aria-expanded": "false" },
    el("span", { class: "no" }), el("span", { class: "what" }, el("span", {}), el("span", { class: "why" })),
    el("span", { class: "mins" }), icon("more"));
  line.addEventListener("click", () => { opened = opened === item.id ? null : item.id; redraw(); });
  return el("li", { class: "row" }, line, more);
}

function updateRow(row, item, index, deeds) {
  const [line, more] = row.children;
  row.classList.toggle("first", index === 0);
  put(line.children[0], item.number);
  put(line.children[1].firstChild, item.service_name);
  const mark = `${item.priority}|${item.confirmed}|${item.why}|${item.lang}|${item.misses}|${item.entry}|${item.no_slip}`;
  if (row.dataset.mark !== mark) {
    row.dataset.mark = mark;
    line.children[1].lastChild.replaceChildren(...chips(item), el("span", {}, item.why));
    more.dataset.for = "";
  }
  drawMins(line.children[2], item);
  const isOpen = opened === item.id;
  row.dataset.open = isOpen ? "yes" : "no";
  line.setAttribute("aria-expanded", String(isOpen));
  more.hidden = !isOpen;
  if (isOpen && more.dataset.for !== item.id) {
    more.dataset.for = item.id;
    more.replaceChildren(
      smallButton("call", t("call_this"), () => deeds.call(item), "primary"),
      item.priority && !item.confirmed ? smallButton("star", t("priority.confirm"), () => deeds.setPriority(item, item.priority)) : "",
      item.priority ? smallButton("cancel", t("priority.remove"), () => deeds.setPriority(item, null)) : prioritySelect(item, deeds),
      smallButton("transfer", t("transfer"), () => deeds.transfer(item)),
      smallButton("park", t("park"), () => deeds.park(item)),
      canPrint() ? smallButton("print", t("reprint"), () => deeds.print(item)) : "",
      smallButton("cancel", t("cancel_ticket"), () => deeds.cancel(item), "danger"));
  }
}

function prioritySelect(item, deeds) {
  return smallButton("star", t("priority"), () => {
    const box = dialog(`${t("priority")} · ${item.number}`, { foot: false });
    const tiles = el("div", { class: "tiles" }, ...facts.priorities.map((p, i) => el("button", { class: "tile", type: "button",
      onclick: async () => { if (await deeds.setPriority(item, p.id)) box.close(); } }, p.name, el("kbd", {}, String(i + 1)))));
    box.body.append(tiles);
    numberKeys(box.dialog, tiles);
    tiles.firstChild?.focus();
  });
}

function drawMins(node, item) {
  const n = minutes(item.since_ms);
  node.classList.toggle("long", n >= LONG_MIN);
  const text = `${n} ${t("minutes")}`;
  if (node.dataset.text !== text) {
    node.dataset.text = text;
    node.replaceChildren(text, el("small", {}, clockTime(item.since_ms)));
  }
}
