// Questions that the console and the room both ask. `post(path, body)` sends the answer and gives null when it is refused.
import { dialog, el, facts, t } from "./common.js";

/** Where to? One of the services, at any counter or at one. */
export function transferDialog(ticket, services, post) {
  const box = dialog(t("transfer_title", { number: ticket.number }), { foot: false });
  const keep = el("input", { type: "checkbox", checked: true });
  const which = el("select", {}, el("option", { value: "" }, t("any_counter")),
    ...facts.counters.map((c) => el("option", { value: c.id }, `${t("counter")} ${c.number}`)));
  const tiles = el("div", { class: "tiles" });
  const fill = () => {
    const only = facts.counters.find((c) => c.id === which.value);
    tiles.replaceChildren(...services
      .filter((s) => !only || only.services.includes(s.id))
      .map((s, i) => serviceTile(s, i, async () => {
        const done = await post(`/tickets/${ticket.id}/transfer`, { service: s.id, counter: which.value || null, keep_place: keep.checked });
        if (done) box.close();
      })));
  };
  which.addEventListener("change", fill);
  fill();
  box.body.append(el("div", { class: "options" }, el("label", { class: "check" }, keep, t("keep_place")), el("span", {}, which)), tiles);
  numberKeys(box.dialog, tiles);
  tiles.firstChild?.focus();
}

/** A service as a button; the first nine have a digit. */
export function serviceTile(service, index, onclick) {
  return el("button", { class: "tile", type: "button", onclick }, service.name,
    el("small", {}, [service.group, `${service.waiting} ${t("fig.waiting")}`].filter(Boolean).join(" · ")),
    index < 9 ? el("kbd", {}, String(index + 1)) : null);
}

/** Digits choose a tile. */
export function numberKeys(node, tiles) {
  node.addEventListener("keydown", (event) => {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (!digit || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("select, input[type=text]")) return;
    event.preventDefault();
    tiles.children[Number(digit) - 1]?.click();
  });
}

/** Which day is it? */
export function dateDialog(known, post) {
  const box = dialog(t("date_needed"));
  const date = el("input", { type: "date", value: known ?? "" });
  box.body.append(el("label", { class: "field" }, t("f.date"), date));
  box.foot.append(el("button", { class: "btn primary", type: "button", onclick: async () => {
    if (await post("/day/date", { date: date.value })) box.close();
  } }, t("date_set")));
}
