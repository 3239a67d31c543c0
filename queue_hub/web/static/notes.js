// What an officer must know now, above the work: help calls, the day and the clock, troubles of devices.
import { clockTime, el, icon, keyed, t } from "./common.js";
import { dateDialog } from "./dialogs.js";

/** The notes that console and room both show. `reopen` reopens a closed day; `key` answers the first help call. */
export function commonNotes(view, post, { reopen = null, key = null } = {}) {
  return [
    ...(view.trouble ? [{ key: `t${view.trouble}`, kind: "bad", icon: "alert", text: view.trouble }] : []),
    ...(view.date_needed ? [{ key: "date", kind: "bad", icon: "clock", text: t("date_needed"), button: t("date_set"), run: () => dateDialog(view.date, post) }] : []),
    ...(view.day_open ? [] : [{ key: "day", kind: "bad", icon: "door", text: t("day_closed"), button: reopen && t("room.reopen_day"), run: reopen }]),
    ...view.help.map((x, i) => ({ key: `h${x.device}${i === 0}`, strike: i === 0 ? key : null, kind: "", icon: "help", text: `${x.name}: ${t("help")}`, since_ms: x.since_ms,
      button: t("help.go"), run: () => post(`/devices/${x.device}/help/answer`) })),
  ];
}

/** Put notes into a place; a note that stays keeps its element, so that no button moves under a finger. */
export function drawNotes(place, items) {
  keyed(place, items, (x) => x.key, (x) => el("div", { class: `note ${x.kind}`, role: "alert" }, icon(x.icon), el("span", {}, x.text),
    x.since_ms ? el("time", {}, clockTime(x.since_ms)) : null,
    x.button ? el("button", { class: "btn small", type: "button", onclick: x.run }, x.button, x.strike ? el("kbd", {}, x.strike) : null) : null), () => {});
}
