// The room's part about satisfaction: today's sum, the tablets at the counters, and how one is paired.
import { api, attempt, clockTime, dialog, el, facts, icon, now_ms, put, sure, t } from "./common.js";

const at = (id) => document.getElementById(id);
let loaded = false;

export function drawRatings(view) {
  const r = view.ratings;
  at("happy-part").hidden = at("tablets-part").hidden = !r;
  if (!r) return;
  put(at("fig-happy"), r.count ? `${r.happy_percent}%` : "–");
  put(at("fig-happy-words"), r.count ? t("fig.happy", { n: r.count }) : t("fig.happy_few", { n: r.least }));
  at("ratings-csv").href = `/api/v1/ratings/months/${month()}/sums.csv`;
  if (!loaded) { loaded = true; load(); }
}

function month() {
  return new Intl.DateTimeFormat("sv-SE", { year: "numeric", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(now_ms()));
}

async function load() {
  const tablets = await attempt(() => api("GET", "/ratings/tablets"));
  if (!tablets) return;
  at("no-tablets").hidden = tablets.length > 0;
  at("tablets").replaceChildren(...tablets.map((one) => el("li", { "data-tablet": one.id },
    el("b", {}, one.number ?? "?"), el("span", {}, `${t("counter")} ${one.number ?? one.counter}`), el("em", {}, clockTime(one.made_ms)),
    el("button", { class: "btn small", type: "button", onclick: () => remove(one) }, icon("trash"), t("remove")))));
}

async function remove(one) {
  if (!await sure(t("room.tablet_remove_sure", { n: one.number ?? one.counter }), t("remove"))) return;
  if (await attempt(() => api("DELETE", `/ratings/tablets/${one.id}`))) load();
}

function add() {
  const box = dialog(t("room.tablet_for"), { foot: false });
  box.dialog.addEventListener("close", load);
  box.body.append(...facts.counters.map((counter) => el("button", {
    class: "btn", type: "button", "data-counter": counter.id, onclick: async () => {
      const made = await attempt(() => api("POST", "/ratings/tablets/code", { counter: counter.id }));
      if (!made) return;
      box.body.replaceChildren(
        el("p", {}, t("room.tablet_code", { address: `${location.origin}/tablet`, n: made.minutes })),
        el("p", { class: "paircode", id: "pair-code" }, made.code));
    },
  }, `${t("counter")} ${counter.number}`)));
}

at("tablet-add").addEventListener("click", add);
