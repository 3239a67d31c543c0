// Where slips come out: the office's printer or a kiosk's, chosen once and remembered; and what became of each slip.
import { api, dialog, el, facts, icon, t, toast } from "./common.js";
import { numberKeys } from "./dialogs.js";

const CHOICE = "motcua.printer";
let printers = [];
let prints = [];
/** slips this page waits for, as ticket and printer; and those of whose end it has spoken or need not */
const waited = new Set();
const told = new Set();
const mark = (slip) => `${slip.ticket} ${slip.printer}`;

/** Take the printers and the news of slips of a live view. `act` runs an action of the page. */
export function printersAre(view, act) {
  ({ printers, prints } = view);
  for (const slip of prints) {
    if (slip.how === "sent" || told.has(slip.id) || !waited.has(mark(slip))) continue;
    told.add(slip.id);
    waited.delete(mark(slip));
    const other = slip.how === "printed" ? null : printers.find((p) => p.id !== slip.printer && p.there && !p.trouble);
    toast(slip.words, {
      kind: slip.how === "printed" ? "" : "bad", id: `print-${slip.ticket}`, lasts_ms: slip.how === "printed" ? 4500 : 15000,
      action: other ? { label: [icon("print"), other.name], run: () => printSlip({ id: slip.ticket, number: slip.number }, act, other.id) } : null,
    });
  }
}

/** Whether there is any place to print at. */
export const canPrint = () => printers.some((p) => p.there);

/** The printer that was used last, else the first that works. */
export function usual() {
  const there = printers.filter((p) => p.there);
  const last = localStorage.getItem(CHOICE);
  return (there.find((p) => p.id === last) ?? there.find((p) => !p.trouble) ?? there[0])?.id ?? null;
}

/** A choice of printers for a form: "none" first; null where there is none at all. */
export function printerSelect() {
  if (!canPrint()) return null;
  const select = el("select", { "aria-label": t("print_where") }, el("option", { value: "" }, t("print_not")),
    ...printers.map((p) => el("option", { value: p.id, disabled: !p.there }, [p.name, p.trouble].filter(Boolean).join(" – "))));
  select.value = localStorage.getItem(`${CHOICE}.off`) ? "" : usual();
  select.addEventListener("change", () => {
    if (select.value) localStorage.setItem(CHOICE, select.value);
    if (select.value) localStorage.removeItem(`${CHOICE}.off`); else localStorage.setItem(`${CHOICE}.off`, "yes");
  });
  return select;
}

/** Print a ticket's slip. Where there are several printers it is asked which; `place` says it already. */
export async function printSlip(ticket, act, place = null) {
  if (place === null && printers.length > 1) { whichPrinter(ticket, act); return; }
  const there = place ?? usual() ?? "hub";
  expectSlip(ticket.id, there);
  if (await act(`print ${ticket.id} ${there}`, () => api("POST", `/tickets/${ticket.id}/print`, { at: there }))) onItsWay(ticket, there);
  else waited.delete(`${ticket.id} ${there}`);
}

/** A slip is about to be sent somewhere: what becomes of it will be said. */
export function expectSlip(ticketId, place) {
  if (place === "hub") return;
  prints.filter((slip) => mark(slip) === `${ticketId} ${place}`).forEach((slip) => told.add(slip.id));
  waited.add(`${ticketId} ${place}`);
}

/** Say that it was sent, unless its end was already told. */
function onItsWay(ticket, place) {
  if (place !== "hub" && !waited.has(`${ticket.id} ${place}`)) return;
  toast(t("print.sent", { number: ticket.number, name: printers.find((p) => p.id === place)?.name ?? place }), { id: `print-${ticket.id}` });
}

function whichPrinter(ticket, act) {
  const box = dialog(`${t("print_slip")} ${ticket.number}`, { foot: false });
  const tiles = el("div", { class: "tiles" }, ...printers.map((p, i) => el("button", {
    class: "tile", type: "button", "data-printer": p.id, disabled: !p.there,
    onclick: () => { localStorage.setItem(CHOICE, p.id); box.close(); printSlip(ticket, act, p.id); },
  }, p.name, el("small", {}, p.trouble || t("printer.ready")), el("kbd", {}, String(i + 1)))));
  box.body.append(el("p", {}, t("print_where")), tiles);
  numberKeys(box.dialog, tiles);
  tiles.querySelector(`[data-printer="${CSS.escape(usual() ?? "")}"]`)?.focus();
}

/** Why a number that was just given has no slip, with the printers that are left. */
export function printProblem(given, place, act) {
  if (!given.print_problem) return [];
  const others = printers.filter((p) => p.there && p.id !== place);
  return [el("p", { class: "problem", role: "alert" }, icon("alert"), given.print_problem[facts.lang] ?? given.print_problem.vi),
    ...(others.length ? [el("div", { class: "options" }, ...others.map((p) => el("button", { class: "btn", type: "button",
      onclick: () => printSlip({ id: given.ticket, number: given.number }, act, p.id) }, icon("print"), p.name)))] : [])];
}
