// The officer's console. The page's buttons stand in the template; this file makes them true and does what they say.
import { api, attempt, clockTime, decimal, el, facts, icon, keyed, live, minutes, now_ms, put, running, sure, t, toast } from "./common.js";
import { badge, bookingsDialog } from "./bookings.js";
import { transferDialog } from "./dialogs.js";
import { checkIn, issueDialog } from "./issuing.js";
import { chips, drawLine, drawMinutes, smallButton } from "./line.js";
import { commonNotes, drawNotes } from "./notes.js";
import { canPrint, printSlip, printersAre } from "./printing.js";

const at = (id) => document.getElementById(id);
const COUNTER = `/counters/${facts.counter}`;
const STRIKE_MS = 500;
let view = null;
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
  print: () => printSlip(here(), act),
  issue: () => issueDialog(view, act, hasBookings() ? bookings : null),
  bookings: () => { if (hasBookings()) bookings(); },
  undo: () => post(`${COUNTER}/undo`),
  confirm: () => { if (here()?.priority && !here().confirmed) setPriority(here(), here().priority); },
  "no-priority": () => { if (here()?.priority) setPriority(here(), null); },
  "help-go": () => { if (view.help.length) post(`/devices/${view.help[0].device}/help/answer`); },
  rest: () => run(view.counter.status === "paused" ? "resume" : "pause"),
  pause: () => post(`${COUNTER}/pause`),
  resume: () => post(`${COUNTER}/open`),
  close: async () => { if (await post(`${COUNTER}/close`)) location.href = "/choose"; },
};

async function cancelTicket(ticket) {
  if (await sure(t("cancel_sure", { number: ticket.number }), t("cancel_ticket"))) await post(`/tickets/${ticket.id}/cancel`);
}

function setPriority(ticket, priority) {
  return act(`priority ${ticket.id} ${priority}`, () => api("POST", `/tickets/${ticket.id}/priority`, { priority, confirmed: true }));
}

/** What may be done with somebody in the line. */
const DEEDS = {
  call: (ticket) => post(`${COUNTER}/call`, { ticket: ticket.id, finish: Boolean(here()) }),
  setPriority,
  transfer: (ticket) => transferDialog(ticket, view.services, post),
  park: (ticket) => post(`/tickets/${ticket.id}/park`),
  print: (ticket) => printSlip(ticket, act),
  cancel: cancelTicket,
  redraw: () => drawLine(view, DEEDS),
};

const hasBookings = () => view.bookings.length > 0 || view.services.some((s) => s.bookable);
const bookings = () => bookingsDialog(() => view, (code) => checkIn(code, act));

// ---------------------------------------------------------------- the keyboard
const KEYS = {
  Space: "next", KeyL: "recall", KeyP: "serve", KeyH: "finish", KeyV: "no-show", KeyC: "transfer", KeyG: "park", KeyX: "cancel",
  KeyI: "print", KeyN: "issue", KeyD: "bookings", KeyZ: "undo",
  KeyU: "confirm", KeyB: "no-priority", KeyT: "rest", KeyA: "help-go",
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
    if (confirm) at("now-facts").append(smallButton("star", t("priority.confirm"), ACTIONS.confirm, "", "U"));
    if (ticket.priority) at("now-facts").append(smallButton("cancel", t("priority.remove"), ACTIONS["no-priority"], "", "B"));
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
  set("print", there && canPrint());
  set("pause", open() && !ticket);
  set("close", mine() && !ticket);
  const over = at("closed-over");
  over.hidden = view.counter.status === "open" && mine();
  if (!over.hidden) {
    const paused = mine() && view.counter.status === "paused";
    const lost = !mine() && view.counter.officer;
    put(at("closed-why"), paused ? t("counter.paused_long") : lost ? `${t("counter.lost")} (${view.counter.officer_name})` : t("counter.closed"));
    at("closed-do").replaceChildren(paused ? t("counter.resume") : t("counter.open_it"), paused ? el("kbd", {}, "T") : "");
    at("closed-do").dataset.do = "resume";
    at("closed-do").hidden = Boolean(lost);
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
          ? [smallButton("call", t("call_this"), () => DEEDS.call(x)),
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

function drawAllNotes() {
  // an officer sees the troubles of lobby and paper, in one line: the buttons must stay where they are
  const alerts = view.alerts.filter((x) => x.device !== "hub" || x.kind.startsWith("paper")).map((x) => `${x.name}: ${x.words}`).join(" · ");
  drawNotes(at("notes"), [...commonNotes(view, post, { key: "A" }), ...(alerts ? [{ key: `a${alerts}`, kind: "alert", icon: "alert", text: alerts }] : [])]);
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
  const booked = JSON.stringify(view?.bookings);
  view = next;
  printersAre(view, act);
  drawNow();
  drawNext();
  drawButtons();
  drawLine(view, DEEDS);
  drawBelow();
  drawFigures();
  drawAllNotes();
  drawUndo();
  at("bookings").hidden = !hasBookings();
  badge(at("bookings-count"), view.bookings);
  if (booked !== JSON.stringify(view.bookings)) document.dispatchEvent(new CustomEvent("bookings"));
  document.body.dataset.ready = "yes";
}

document.querySelectorAll(".tabs button").forEach((b) => b.addEventListener("click", () => { tab = b.dataset.tab; drawBelow(); }));
setInterval(() => { if (view) { drawTime(); drawMinutes(view); } }, 1000);
live(`&counter=${encodeURIComponent(facts.counter)}`, draw);
