// The room at a glance, for supervisors.
import { api, attempt, dayTime, decimal, el, face, facts, icon, keyed, live, minutes, put, running, sure, t, now_ms } from "./common.js";
import { badge, bookingList, bookingsDialog } from "./bookings.js";
import { transferDialog } from "./dialogs.js";
import { commonNotes, drawNotes } from "./notes.js";
import { drawRatings } from "./tablets.js";

const at = (id) => document.getElementById(id);
const LONG_MIN = 30;
let view = null;
const post = (path, body = {}) => attempt(() => api("POST", path, body));

function makeDesk() {
  return el("div", { class: "desk-tile" },
    el("div", { class: "top" }, el("span", { class: "no" }), el("span", { class: "who" }), el("span")),
    el("div", { class: "does" }, el("b"), el("span")), el("div", { class: "what" }), el("div", { class: "deeds" }));
}

function iconButton(name, words, onclick) {
  return el("button", { class: "btn small", type: "button", title: words, "aria-label": words, onclick }, icon(name));
}

function updateDesk(node, c) {
  const [top, does, what, acts] = node.children;
  node.dataset.status = c.status;
  put(top.children[0], c.number);
  const doing = c.ticket ? t(c.ticket.status === "called" ? "called_since" : "serving_since") : t(`counter.${c.status}`);
  const mark = `${c.officer_name}|${c.status}|${c.ticket?.id}|${c.officer}|${doing}`;
  if (node.dataset.mark !== mark) {
    node.dataset.mark = mark;
    const person = facts.people[c.officer];
    top.children[2].replaceChildren(person?.photo ? face(person) : "");
    top.children[1].replaceChildren(c.officer_name || t("counter.free"), el("small", {}, doing));
    const mine = c.officer === facts.me.username;
    acts.replaceChildren(
      c.officer && !mine ? el("button", { class: "btn small", type: "button", onclick: () => takeOver(c) }, t("counter.take_over")) : "",
      mine ? el("a", { class: "btn small", href: `/console?counter=${encodeURIComponent(c.id)}` }, t("nav.console")) : "",
      c.status === "open" && !c.ticket ? iconButton("pause", t("counter.pause"), () => post(`/counters/${c.id}/pause`)) : "",
      c.status !== "closed" && !c.ticket ? iconButton("door", t("counter.close"), () => post(`/counters/${c.id}/close`)) : "");
  }
  put(does.children[0], c.ticket?.number ?? "");
  put(does.children[1], c.ticket ? running((c.ticket.served_ms ?? c.ticket.called_ms) || now_ms()) : "");
  put(what, c.services.join(" · "));
}

async function takeOver(counter) {
  if (await post(`/counters/${counter.id}/open`, { take_over: true })) location.href = `/console?counter=${encodeURIComponent(counter.id)}`;
}

function makeService(s) {
  const seg = el("span", { class: "seg", role: "group" }, ...[[null, "room.service_auto"], [true, "room.service_open"], [false, "room.service_closed"]]
    .map(([value, word]) => el("button", { type: "button", "data-value": String(value), onclick: () => post(`/services/${s.id}/switch`, { open: value }) }, t(word))));
  return el("tr", {}, el("td", { class: "name" }, el("span"), el("small")), el("td", { class: "n" }), el("td", { class: "long" }), el("td", {}, seg));
}

function updateService(row, s) {
  const [name, n, long, seg] = row.children;
  put(name.children[0], s.name);
  put(name.children[1], `${t("counter")} ${s.counters.join(", ")}${s.limit ? ` · ${s.given}/${s.limit}` : ""}`);
  put(n, s.waiting);
  const m = s.longest_ms ? minutes(s.longest_ms) : 0;
  const unserved = s.waiting > 0 && s.open_counters === 0;
  put(long, unserved ? t("room.no_counter") : s.longest_ms ? t("room.longest", { n: m }) : "");
  long.classList.toggle("warn", m >= LONG_MIN || unserved);
  seg.firstChild.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.value === String(s.switched))));
}

function makeLong() {
  return el("li", {}, el("b"), el("span"), el("em"), el("button", { class: "btn small", type: "button" }, icon("transfer"), t("room.move")));
}

function updateLong(row, x) {
  put(row.children[0], x.number);
  put(row.children[1], `${x.service_name}${x.priority_name ? ` · ${x.priority_name}` : ""}`);
  put(row.children[2], `${minutes(x.since_ms)} ${t("minutes")}`);
  row.children[3].onclick = () => transferDialog(x, view.services, post);
}

function drawMessages() {
  const items = [
    ...commonNotes(view, post, { reopen: reopenDay }),
    ...(view.clock_says_ms ? [{ key: `doubt${Math.floor(view.clock_says_ms / 60000)}`, kind: "alert", icon: "clock", text: t("clock_doubted", { when: dayTime(view.clock_says_ms) }),
      button: t("clock_confirm"), run: confirmClock }] : []),
    ...view.alerts.map((x) => ({ key: `a${x.device}${x.kind}`, kind: "alert", icon: "alert", text: `${x.name}: ${x.words}`, since_ms: x.since_ms })),
  ];
  at("well").hidden = items.length > 0;
  drawNotes(at("messages"), items);
}

async function reopenDay() {
  if (await sure(t("room.reopen_day_sure"), t("room.reopen_day"))) await post("/day/reopen");
}

async function confirmClock() {
  if (await sure(t("clock_confirm_sure", { when: dayTime(view.clock_says_ms) }), t("clock_confirm"))) await post("/day/clock");
}

let booked = "";
function drawBookings() {
  at("bookings-part").hidden = !view.bookings.length && !view.services.some((s) => s.bookable);
  const mark = JSON.stringify(view.bookings);
  if (mark === booked) return;
  booked = mark;
  badge(at("bookings-count"), view.bookings);
  bookingList(at("bookings"), view.bookings, null);
  document.dispatchEvent(new CustomEvent("bookings"));
}

function draw(next) {
  if (view && next.revision !== facts.revision) { location.reload(); return; }
  view = next;
  keyed(at("desks"), view.counters, (c) => c.id, makeDesk, updateDesk);
  keyed(at("lines"), view.services, (s) => s.id, makeService, updateService);
  keyed(at("longs"), view.longest, (x) => x.id, makeLong, updateLong);
  at("nobody").hidden = view.longest.length > 0;
  drawMessages();
  const f = view.figures;
  for (const name of ["issued", "waiting", "served"]) put(at(`fig-${name}`), f[name]);
  put(at("fig-wait"), f.mean_wait_min === null ? "–" : `${decimal(f.mean_wait_min)}′`);
  put(at("fig-service"), f.mean_service_min === null ? "–" : `${decimal(f.mean_service_min)}′`);
  at("close-day").hidden = !view.day_open;
  at("reopen-day").hidden = view.day_open;
  drawBookings();
  drawRatings(view);
  document.body.dataset.ready = "yes";
}

at("bookings-open").addEventListener("click", () => bookingsDialog(() => view, null));
at("reopen-day").addEventListener("click", reopenDay);
at("close-day").addEventListener("click", async () => {
  if (await sure(t("room.close_day_sure"), t("room.close_day"))) await post("/day/close");
});
setInterval(() => { if (view) draw(view); }, 1000);
live("", draw);
