// Giving a number at the console, and checking in a booked visit.
import { api, dialog, el, facts, icon, t } from "./common.js";
import { numberKeys, serviceTile } from "./dialogs.js";
import { canPrint, expectSlip, printProblem, printSlip, printerSelect, usual } from "./printing.js";

/** Which service? The first nine have a digit. `act(name, work)` runs an action; `bookings` opens the booked visits. */
export function issueDialog(view, act, bookings) {
  const box = dialog(t("issue_title"), { foot: false });
  const priority = el("select", { "aria-label": t("priority") }, el("option", { value: "" }, t("priority.none")),
    ...facts.priorities.map((p) => el("option", { value: p.id }, p.name)));
  const where = printerSelect();
  const tiles = el("div", { class: "tiles" }, ...view.services.map((s, i) => serviceTile(s, i, async () => {
    const place = where?.value ?? "";
    const given = await act("issue", () => api("POST", "/tickets", {
      service: s.id, entry: s.kind === "collect" ? "collect" : "walk_in", priority: priority.value || null, ...printed(place),
    }));
    if (given) showGiven(box, given, place, act);
  })));
  box.body.append(el("p", {}, t("issue_which")),
    el("div", { class: "options" }, el("label", { class: "field" }, t("priority"), priority),
      where ? el("label", { class: "field" }, t("print_where"), where) : null,
      bookings ? el("button", { class: "btn", type: "button", onclick: () => { box.close(); bookings(); } }, icon("clock"), t("booking")) : null), tiles);
  numberKeys(box.dialog, tiles);
  tiles.firstChild?.focus();
}

/** Give the number of a booked visit; it is shown large. */
export async function checkIn(code, act) {
  const place = usual() ?? "";
  const given = await act("check-in", () => api("POST", "/check-in", { booking: code, ...printed(place) }));
  if (given) showGiven(dialog(t("issue_title"), { foot: false }), given, place, act);
  return given;
}

const printed = (place) => (place ? { print: true, print_at: place } : { print: false });

function showGiven(box, given, place, act) {
  if (given.printing) expectSlip(given.ticket, place);
  const again = el("button", { class: "btn", type: "button", disabled: !canPrint(),
    onclick: () => printSlip({ id: given.ticket, number: given.number }, act) }, icon("print"), t(given.printing ? "reprint" : "print_slip"));
  const good = el("button", { class: "btn primary", type: "button", onclick: box.close }, t("close_dialog"));
  box.body.replaceChildren(el("div", { class: "given" },
    el("p", {}, t("issued")), el("p", { class: "number" }, given.number),
    el("p", {}, given.service_name[facts.lang] ?? given.service_name.vi),
    el("p", {}, given.printing ? t("printing") : t("no_printer"))), ...printProblem(given, place, act),
    el("div", { class: "options centre" }, again, good));
  good.focus();
}
