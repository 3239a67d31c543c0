// Booked visits: the day's list, a new one with its digits and QR, check-in, cancelling. For the console and the room.
import { api, attempt, clockTime, dialog, el, facts, icon, keyed, put, sure, t, toast } from "./common.js";

const STATES = { expected: "clock", checked_in: "finish", missed: "no-show" };
const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
const DATE = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", timeZone: "Asia/Ho_Chi_Minh" });

/** How many of today are still expected: for a badge. */
export const expected = (bookings) => bookings.filter((b) => b.state === "expected").length;

/** Put a list of bookings into a place; kept live by calling it again. `checkIn` null: no numbers are given here. */
export function bookingList(place, bookings, checkIn) {
  if (!bookings.length) { place.replaceChildren(el("p", { class: "empty", "data-key": "none" }, t("booking.none"))); return; }
  place.querySelector(":scope > .empty")?.remove();
  keyed(place, bookings, (b) => b.code, () => el("div", { class: "booked" }), (row, b) => {
    const mark = JSON.stringify(b);
    if (row.dataset.mark === mark) return;
    row.dataset.mark = mark;
    row.dataset.state = b.state;
    const open = b.state !== "checked_in";
    row.replaceChildren(el("b", {}, clockTime(b.at_ms)), el("span", { class: "code" }, b.code),
      el("span", { class: "what" }, b.service_name, b.lang === "en" ? el("span", { class: "chip" }, "EN") : null),
      el("span", { class: `chip state ${b.state}` }, icon(STATES[b.state]), t(`booking.${b.state}`, { number: b.number ?? "" })),
      el("span", { class: "deeds" },
        open && checkIn ? el("button", { class: "btn small primary", type: "button", onclick: () => checkIn(b.code) }, t("booking.give")) : null,
        open ? el("button", { class: "btn small", type: "button", onclick: () => showBooking(b) }, icon("qr"), t("booking.show")) : null,
        open ? el("button", { class: "btn small danger", type: "button", "aria-label": `${t("booking.cancel")} ${b.code}`, title: t("booking.cancel"),
          onclick: () => cancelBooking(b) }, icon("trash")) : null));
  });
}

async function cancelBooking(b) {
  if (!await sure(t("booking.cancel_sure", { code: b.code, time: clockTime(b.at_ms) }), t("booking.cancel"))) return;
  if (await attempt(() => api("DELETE", `/bookings/${b.code}`))) {
    toast(t("booking.cancelled", { code: b.code }));
    document.dispatchEvent(new CustomEvent("bookings"));
  }
}

/** One booking, large: its digits to be written down, its QR to be photographed or printed. */
export function showBooking(b) {
  const box = dialog(t("booking.of"), { foot: false });
  const print = el("button", { class: "btn", type: "button", disabled: !facts.printer, onclick: async () => {
    if (await attempt(() => api("POST", `/bookings/${b.code}/print`))) toast(t("booking.printing", { code: b.code }));
  } }, icon("print"), t("booking.print"));
  const done = el("button", { class: "btn primary", type: "button", onclick: box.close }, t("close_dialog"));
  box.dialog.classList.add("booking");
  box.body.append(el("div", { class: "given" },
    el("p", { class: "when" }, el("b", {}, clockTime(b.at_ms)), ` · ${DATE.format(new Date(b.at_ms))}`), el("p", {}, b.service_name),
    el("p", { class: "number" }, b.code),
    el("img", { class: "qr", src: `/api/v1/bookings/${b.code}/qr.svg`, alt: b.qr, width: "220", height: "220" }),
    el("p", {}, t("booking.scan"))), el("div", { class: "options centre" }, print, done));
  done.focus();
}

/** The whole dialog: the list of a day, check-in by code, and a new booking. `view()` gives the live view. */
export function bookingsDialog(view, checkIn) {
  const box = dialog(t("booking"), { foot: false });
  box.dialog.classList.add("wide");
  const today = view().date ?? DAY.format(new Date(view().now_ms));
  const day = el("input", { type: "date", value: today, "aria-label": t("f.date") });
  const list = el("div", { class: "bookings" });
  const code = el("input", { inputmode: "numeric", maxlength: "6", pattern: "[0-9]{6}", autocomplete: "off", required: true, class: "digits", placeholder: "000000" });
  const give = async (digits) => {
    if (await checkIn(digits)) box.close();
  };
  const draw = async () => {
    const shown = day.value;
    const found = shown === today ? view().bookings : await attempt(() => api("GET", `/bookings?date=${shown}&lang=${facts.lang}`));
    if (found && shown === day.value) bookingList(list, found, checkIn && shown === today ? give : null);
  };
  const redraw = () => { if (box.dialog.isConnected && day.value) draw(); };
  day.addEventListener("change", redraw);
  document.addEventListener("bookings", redraw);
  box.dialog.addEventListener("close", () => document.removeEventListener("bookings", redraw));
  const byCode = el("form", { class: "options" }, el("label", { class: "field" }, t("booking.code"), code),
    el("button", { class: "btn", type: "submit" }, t("booking.check_in")));
  byCode.addEventListener("submit", (event) => { event.preventDefault(); give(code.value); });
  box.body.append(el("div", { class: "options" }, el("label", { class: "field" }, t("booking.day"), day), checkIn ? byCode : null), list,
    makeForm(view, day, async (made) => {
      if (DAY.format(new Date(made.at_ms)) !== day.value) day.value = DAY.format(new Date(made.at_ms));
      redraw();
      showBooking(made);
    }));
  draw();
  (checkIn ? code : day).focus();
  return redraw;
}

function makeForm(view, day, then) {
  const can = view().services.filter((s) => s.bookable);
  if (!can.length) return el("p", { class: "empty" }, t("booking.no_service"));
  const service = el("select", {}, ...can.map((s) => el("option", { value: s.id }, s.name)));
  const lang = el("select", {}, el("option", { value: "vi" }, "Tiếng Việt"), el("option", { value: "en" }, "English"));
  const date = el("input", { type: "date", required: true, value: day.value, min: day.value });
  const time = el("div", { class: "slots", role: "radiogroup", "aria-label": t("booking.time") });
  let drawn = 0;
  const fill = async () => {
    const mine = ++drawn;
    if (!date.value) { time.replaceChildren(); return; }
    const found = await attempt(() => api("GET", `/bookings/slots?service=${encodeURIComponent(service.value)}&date=${date.value}`));
    if (!found || mine !== drawn) return;
    const chosen = time.querySelector("input:checked")?.value;
    time.replaceChildren(...found.slots.map((slot) => {
      const input = el("input", { type: "radio", name: "slot", value: slot.at_ms, required: true, disabled: !slot.places, checked: String(slot.at_ms) === chosen && slot.places > 0 });
      return el("label", { class: slot.places ? "slot" : "slot full" }, input, el("b", {}, slot.time),
        el("small", {}, slot.places ? t("booking.left", { n: slot.places }) : t("booking.full")));
    }));
    if (!found.slots.some((slot) => slot.places)) time.append(el("p", { class: "empty" }, t("booking.no_slot")));
    if (found.next && found.next !== date.value) {
      time.append(el("button", { class: "btn small", type: "button", onclick: () => { date.value = found.next; fill(); } },
        t("booking.next_day", { date: found.next.split("-").reverse().join("/") })));
    }
  };
  day.addEventListener("change", () => { if (day.value >= date.min) { date.value = day.value; fill(); } });
  document.addEventListener("bookings", fill);
  service.addEventListener("change", fill);
  date.addEventListener("change", fill);
  const form = el("form", { class: "options make" }, el("h3", {}, t("booking.make")),
    el("label", { class: "field" }, t("booking.service"), service), el("label", { class: "field" }, t("f.date"), date),
    el("label", { class: "field" }, t("booking.lang"), lang), el("div", { class: "field all" }, t("booking.time"), time),
    el("button", { class: "btn primary", type: "submit" }, icon("plus"), t("booking.make")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const at = new Date(Number(time.querySelector("input:checked").value)).toISOString();
    const made = await attempt(() => api("POST", "/bookings", { service: service.value, at, lang: lang.value }));
    fill();
    if (made) then(made);
  });
  fill();
  return form;
}

/** The badge beside a button. */
export function badge(node, bookings) {
  const count = expected(bookings);
  put(node, count);
  node.hidden = count === 0;
}
