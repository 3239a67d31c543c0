// The officer's console. The page's buttons stand in the template; this file makes them true and does what they say.
import { api, attempt, clockTime, dayTime, decimal, dialog, el, facts, icon, keyed, live, minutes, now_ms, put, running, sure, t, toast } from "./common.js";
import { dateDialog, numberKeys, serviceTile, transferDialog } from "./dialogs.js";

const at = (id) => document.getElementById(id);
const COUNTER = `/counters/${facts.counter}`;
const STRIKE_MS = 500;
let view = null;
let opened = null;
let tab = "parked";
let undoToast = null;
let undoFor = 0;

// ---------------------------------------------------------------- actions
let last = Promise.resolve();
let struck = { name: "", ms: 0 };

/** Run actions one after the other; the same one within half a second is the same strike of the finger. */
function act(name, work) {
  if (struck.name === name && Date.now() - struck.ms < STRIKE_MS) return Promise.resolve(null);
  struck = { name, ms: Date.now() };
  at("next").setAttribute("aria-busy", "true");
  last = last.then(() => attempt(work)).finally(() => at("next").removeAttribute("aria-busy"));
  return last;
}

const post = (path, body = {}) => act(path, () => api("POST", path, body));
const here = () => view?.ticket ?? null;

const ACTIONS = {
  next: () => post(`${COUNTER}/call-next`, { finish: Boolean(here()) }),
  recall: () => post(`${COUNTER}/recall`),
  serve: () => post(`${COUNTER}/serve`),
  finish: () => post(`${COUNTER}/finish`),
  "no-show": () => post(`${COUNTER}/no-show`),
  park: () => post(`/tickets/${here().id}/park`),
  transfer: () => transferDialog(here(), view.services, post),
  cancel: () => cancelTicket(here()),
  print: () => printSlip(here()),
  issue: () => issueDialog(),
  undo: () => post(`${COUNTER}/undo`),
  pause: () => post(`${COUNTER}/pause`),
  resume: () => post(`${COUNTER}/open`),
  close: async () => { if (await post(`${COUNTER}/close`)) location.href = "/choose"; },
};

async function cancelTicket(ticket) {
  if (await sure(t("cancel_sure", { number: ticket.number }), t("cancel_ticket"))) await post(`/tickets/${ticket.id}/cancel`);
}

async function printSlip(ticket) {
  if (await post(`/tickets/${ticket.id}/print`)) toast(`${t("printing")} ${ticket.number}`);
}

function setPriority(ticket, priority) {
  return post(`/tickets/${ticket.id}/priority`, { priority, confirmed: true });
}

// ---------------------------------------------------------------- dialogs
function issueDialog() {
  const box = dialog(t("issue_title"), { foot: false });
  const priority = el("select", {}, el("option", { value: "" }, t("priority.none")),
    ...facts.priorities.map((p) => el("option", { value: p.id }, p.name)));
  const print = el("input", { type: "checkbox", checked: facts.printer, disabled: !facts.printer });
  const tiles = el("div", { class: "tiles" }, ...view.services.map((s, i) => serviceTile(s, i, async () => {
    const given = await act("issue", () => api("POST", "/tickets", {
      service: s.id, entry: s.kind === "collect" ? "collect" : "walk_in", priority: priority.value || null, print: print.checked,
    }));
    if (given) showGiven(box, given);
  })));
  box.body.append(el("p", {}, t("issue_which")),
    el("div", { class: "options" }, el("span", {}, priority), el("label", { class: "check" }, print, t("print_slip")),
      view.services.some((s) => s.bookable) ? smallButton("clock", t("booking"), () => { box.close(); bookingDialog(); }) : null), tiles);
  numberKeys(box.dialog, tiles);
  tiles.firstChild?.focus();
}

function showGiven(box, given) {
  const again = el("button", { class: "btn", type: "button", disabled: !facts.printer,
    onclick: () => printSlip({ id: given.ticket, number: given.number }) }, icon("print"), t("reprint"));
  const good = el("button", { class: "btn primary", type: "button", onclick: box.close }, t("close_dialog"));
  box.body.replaceChildren(el("div", { class: "given" },
    el("p", {}, t("issued")), el("p", { class: "number" }, given.number),
    el("p", {}, given.service_name[facts.lang] ?? given.service_name.vi),
    el("p", {}, given.printing ? t("printing") : t("no_printer"))),
    el("div", { class: "options" }, again, good));
  box.body.lastChild.style.justifyContent = "center";
  good.focus();
}

function bookingDialog() {
  const box = dialog(t("booking"), { foot: false });
  const code = el("input", { inputmode: "numeric", maxlength: "6", pattern: "[0-9]{6}", autocomplete: "off", required: true });
  const checkIn = el("form", { class: "options" }, el("label", { class: "field" }, t("booking.code"), code),
    el("button", { class: "btn primary", type: "submit" }, t("booking.check_in")),
    el("button", { class: "btn", type: "button", onclick: async () => {
      if (!code.reportValidity()) return;
      if (await act("unbook", () => api("DELETE", `/bookings/${code.value}`))) { toast(t("booking.cancelled", { code: code.value })); code.value = ""; }
    } }, t("booking.cancel")));
  checkIn.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = await act("check-in", () => api("POST", "/check-in", { booking: code.value, print: facts.printer }));
    if (given) showGiven(box, given);
  });
  const service = el("select", {}, ...view.services.filter((s) => s.bookable).map((s) => el("option", { value: s.id }, s.name)));
  const when = el("input", { type: "datetime-local", step: "300", required: true });
  const make = el("form", { class: "options" }, el("label", { class: "field" }, t("booking.service"), service),
    el("label", { class: "field" }, t("booking.when"), when), el("button", { class: "btn", type: "submit" }, t("booking.make")));
  make.addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = await act("book", () => api("POST", "/bookings", { service: service.value, at: `${when.value}:00`, lang: facts.lang }));
    if (made) box.body.replaceChildren(el("div", { class: "given" }, el("p", {}, t("booking.made")), el("p", { class: "number" }, made.code), el("p", {}, dayTime(made.at_ms))));
  });
  box.body.append(checkIn, el("hr", {}), make);
  code.focus();
}

// ---------------------------------------------------------------- the keyboard
const KEYS = {
  Space: "next", KeyL: "recall", KeyP: "serve", KeyH: "finish", KeyV: "no-show", KeyC: "transfer", KeyG: "park", KeyX: "cancel",
  KeyI: "print", KeyN: "issue", KeyZ: "undo",
};

document.addEventListener("keydown", (event) => {
  const name = KEYS[event.code];
  if (!name || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]") || event.target.matches?.("input, select, textarea")) return;
  event.preventDefault();
  run(name);
});
// a focused button must not be clicked as well when the space bar is let go
document.addEventListener("keyup", (event) => {
  if (event.code === "Space" && !document.querySelector("dialog[open]") && !event.target.matches?.("input, select, textarea")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && !button.disabled) run(button.dataset.do);
});

function run(name) {
  if (!view) return;
  const button = document.querySelector(`[data-do="${name}"]`);
  if (button?.disabled) return;
  if (name === "undo" && !canUndo()) return;
  ACTIONS[name]();
}

// ---------------------------------------------------------------- drawing
const canUndo = () => Boolean(view?.undo && view.undo.until_ms > now_ms());

function chips(ticket) {
  const found = [];
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

function drawNow() {
  const ticket = here();
  const card = at("now");
  card.dataset.status = ticket?.status ?? "free";
  at("now-full").hidden = !ticket;
  at("now-empty").hidden = Boolean(ticket);
  if (ticket) {
    put(at("now-state"), ticket.status === "called"
      ? `${t("called_since")}${ticket.calls > 1 ? ` · ${t("called_times", { n: ticket.calls })}` : ""}` : t("serving_since"));
    put(at("now-number"), ticket.number);
    put(at("now-service"), ticket.service_name);
    const waited = Math.max(0, Math.floor(((ticket.called_ms ?? now_ms()) - ticket.since_ms) / 60000));
    at("now-facts").replaceChildren(...chips(ticket), el("span", {}, t("waited", { n: waited })));
    if (view.dossier) at("now-facts").append(el("a", { class: "chip", href: `/dossiers?code=${encodeURIComponent(view.dossier)}` }, `${t("nav.dossiers")} ${view.dossier}`));
    const confirm = ticket.priority && !ticket.confirmed;
    if (confirm) at("now-facts").append(smallButton("star", t("priority.confirm"), () => setPriority(ticket, ticket.priority)));
    if (ticket.priority) at("now-facts").append(smallButton("cancel", t("priority.remove"), () => setPriority(ticket, null)));
  }
  drawTime();
}

function drawTime() {
  const ticket = here();
  if (ticket) put(at("now-time"), running((ticket.status === "serving" ? ticket.served_ms : ticket.called_ms) ?? now_ms()));
}

function drawNext() {
  const ticket = here();
  const first = view.line[0];
  put(at("next-what"), ticket ? t("finish_call_next", { number: ticket.number }) : t("call_next"));
  const small = at("next-who");
  if (first) small.replaceChildren(el("b", {}, first.number), ` · ${first.service_name} · ${first.why}`);
  else put(small, t("nobody_waits"));
  at("next").disabled = !open() || !first;
}

const open = () => view.counter.status === "open" && mine();
const mine = () => view.counter.officer === facts.me.username;

function drawButtons() {
  const ticket = here();
  const called = open() && ticket?.status === "called";
  const there = open() && Boolean(ticket);
  const set = (name, able) => { document.querySelector(`[data-do="${name}"]`).disabled = !able; };
  set("recall", called);
  set("serve", called);
  set("finish", there);
  set("no-show", called);
  for (const name of ["transfer", "park", "cancel"]) set(name, there);
  set("print", there && facts.printer);
  set("pause", open() && !ticket);
  set("close", mine() && !ticket);
  const over = at("closed-over");
  over.hidden = view.counter.status === "open" && mine();
  if (!over.hidden) {
    const paused = mine() && view.counter.status === "paused";
    const lost = !mine() && view.counter.officer;
    put(at("closed-why"), paused ? t("counter.paused_long") : lost ? `${t("counter.lost")} (${view.counter.officer_name})` : t("counter.closed"));
    put(at("closed-do"), paused ? t("counter.resume") : t("counter.open_it"));
    at("closed-do").dataset.do = "resume";
    at("closed-do").hidden = Boolean(lost);
  }
}

function smallButton(name, text, onclick, kind = "") {
  return el("button", { class: `btn small ${kind}`, type: "button", onclick }, icon(name), text);
}

function drawLine() {
  put(at("line-count"), view.line_total);
  const rows = at("rows");
  keyed(rows, view.line, (x) => x.id, makeRow, updateRow);
  let rest = at("rest");
  const more = view.line_total - view.line.length;
  const words = view.line.length === 0 ? t("room.nobody") : more > 0 ? t("line_more", { n: more }) : "";
  put(rest, words);
  rest.hidden = !words;
}

function makeRow(item) {
  const more = el("div", { class: "more", hidden: true });
  const line = el("button", { class: "line", type: "button", "aria-expanded": "false" },
    el("span", { class: "no" }), el("span", { class: "what" }, el("span", {}), el("span", { class: "why" })),
    el("span", { class: "mins" }), icon("more"));
  line.addEventListener("click", () => { opened = opened === item.id ? null : item.id; drawLine(); });
  return el("li", { class: "row" }, line, more);
}

function updateRow(row, item, index) {
  const [line, more] = row.children;
  row.classList.toggle("first", index === 0);
  put(line.children[0], item.number);
  put(line.children[1].firstChild, item.service_name);
  const mark = `${item.priority}|${item.confirmed}|${item.why}|${item.lang}|${item.misses}|${item.entry}`;
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
      smallButton("call", t("call_this"), () => post(`${COUNTER}/call`, { ticket: item.id, finish: Boolean(here()) }), "primary"),
      item.priority && !item.confirmed ? smallButton("star", t("priority.confirm"), () => setPriority(item, item.priority)) : "",
      item.priority ? smallButton("cancel", t("priority.remove"), () => setPriority(item, null)) : prioritySelect(item),
      smallButton("transfer", t("transfer"), () => transferDialog(item, view.services, post)),
      smallButton("park", t("park"), () => post(`/tickets/${item.id}/park`)),
      facts.printer ? smallButton("print", t("reprint"), () => printSlip(item)) : "",
      smallButton("cancel", t("cancel_ticket"), () => cancelTicket(item), "danger"));
  }
}

function prioritySelect(item) {
  return smallButton("star", t("priority"), () => {
    const box = dialog(`${t("priority")} · ${item.number}`, { foot: false });
    const tiles = el("div", { class: "tiles" }, ...facts.priorities.map((p, i) => el("button", { class: "tile", type: "button",
      onclick: async () => { if (await setPriority(item, p.id)) box.close(); } }, p.name, el("kbd", {}, String(i + 1)))));
    box.body.append(tiles);
    numberKeys(box.dialog, tiles);
    tiles.firstChild?.focus();
  });
}

function drawMins(node, item) {
  const n = minutes(item.since_ms);
  node.classList.toggle("long", n >= 30);
  const text = `${n} ${t("minutes")}`;
  if (node.dataset.text !== text) {
    node.dataset.text = text;
    node.replaceChildren(text, el("small", {}, clockTime(item.since_ms)));
  }
}

function drawBelow() {
  const parked = at("tab-parked");
  parked.replaceChildren(t("parked"), view.parked.length ? el("span", { class: "dot" }, String(view.parked.length)) : "");
  document.querySelectorAll(".tabs button").forEach((b) => b.setAttribute("aria-selected", String(b.dataset.tab === tab)));
  const panel = at("panel");
  const items = tab === "parked" ? view.parked : tab === "recent" ? view.recent : view.services;
  if (panel.dataset.tab !== tab) panel.replaceChildren();
  panel.dataset.tab = tab;
  panel.querySelector(".empty")?.remove();
  keyed(panel, items, (x) => x.id, () => el("div", { class: "slim" }), (row, x) => {
    const mark = JSON.stringify(x) + minutes(x.since_ms ?? x.longest_ms ?? now_ms());
    if (row.dataset.mark === mark) return;
    row.dataset.mark = mark;
    if (tab === "others") {
      row.replaceChildren(el("b", {}, String(x.waiting)), el("span", {}, x.name),
        el("em", {}, x.longest_ms ? t("room.longest", { n: minutes(x.longest_ms) }) : ""));
    } else {
      row.replaceChildren(el("b", {}, x.number), el("span", {}, x.service_name),
        ...(tab === "parked"
          ? [smallButton("call", t("call_this"), () => post(`${COUNTER}/call`, { ticket: x.id, finish: Boolean(here()) })),
             smallButton("undo", t("unpark"), () => post(`/tickets/${x.id}/unpark`))]
          : [el("em", {}, x.ended_ms ? clockTime(x.ended_ms) : ""), smallButton("undo", t("reopen"), () => post(`/tickets/${x.id}/reopen`))]));
    }
  });
  if (!items.length) panel.replaceChildren(el("p", { class: "empty" }, t(tab === "parked" ? "parked.none" : "recent.none")));
}

function drawFigures() {
  const f = view.figures;
  put(at("fig-issued"), f.issued);
  put(at("fig-waiting"), f.waiting);
  put(at("fig-served"), f.served);
  put(at("fig-here"), f.here);
  put(at("fig-wait"), f.mean_wait_min === null ? "–" : `${decimal(f.mean_wait_min)}′`);
  put(at("fig-service"), f.mean_service_min === null ? "–" : `${decimal(f.mean_service_min)}′`);
}

function drawNotes() {
  // an officer sees the troubles of lobby and paper, in one line: the buttons must stay where they are
  const alerts = view.alerts.filter((x) => x.device !== "hub" || x.kind.startsWith("paper")).map((x) => `${x.name}: ${x.words}`).join(" · ");
  const items = [
    ...(view.trouble ? [{ key: `t${view.trouble}`, kind: "bad", icon: "alert", text: view.trouble }] : []),
    ...(view.date_needed ? [{ key: "date", kind: "bad", icon: "clock", text: t("date_needed"), button: t("date_set"), run: () => dateDialog(view.date, post) }] : []),
    ...(view.day_open ? [] : [{ key: "day", kind: "bad", icon: "door", text: t("day_closed") }]),
    ...view.help.map((x) => ({ key: `h${x.device}`, kind: "", icon: "help", text: `${x.name}: ${t("help")}`, since_ms: x.since_ms,
      button: t("help.go"), run: () => post(`/devices/${x.device}/help/answer`) })),
    ...(alerts ? [{ key: `a${alerts}`, kind: "alert", icon: "alert", text: alerts }] : []),
  ];
  keyed(at("notes"), items, (x) => x.key, (x) => el("div", { class: `note ${x.kind}`, role: "alert" }, icon(x.icon), el("span", {}, x.text),
    x.since_ms ? el("time", {}, clockTime(x.since_ms)) : null,
    x.button ? el("button", { class: "btn small", type: "button", onclick: x.run }, x.button) : null), () => {});
}

function drawUndo() {
  if (!canUndo()) {
    undoToast?.close();
    undoToast = null;
    undoFor = 0;
    return;
  }
  if (undoFor === view.undo.until_ms) return;
  undoFor = view.undo.until_ms;
  undoToast?.close();
  undoToast = toast(t(`undo.${view.undo.what}`, { number: view.undo.number }), {
    lasts_ms: view.undo.until_ms - now_ms(), bar: true, id: "undo",
    action: { label: [icon("undo"), t("undo"), el("kbd", {}, "Z")], run: ACTIONS.undo },
  });
}

function draw(next) {
  if (view && next.revision !== facts.revision) { location.reload(); return; }
  view = next;
  drawNow();
  drawNext();
  drawButtons();
  drawLine();
  drawBelow();
  drawFigures();
  drawNotes();
  drawUndo();
  document.body.dataset.ready = "yes";
}

document.querySelectorAll(".tabs button").forEach((b) => b.addEventListener("click", () => { tab = b.dataset.tab; drawBelow(); }));
setInterval(() => { if (view) { drawTime(); view.line.forEach((x, i) => { const row = at("rows").children[i]; if (row?.children.length === 2) drawMins(row.children[0].children[2], x); }); } }, 1000);
live(`&counter=${encodeURIComponent(facts.counter)}`, draw);
