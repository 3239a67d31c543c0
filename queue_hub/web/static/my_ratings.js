// An officer's own ratings: sums of today and of a month. Of fewer than five nothing is known, here as everywhere.
import { api, attempt, decimal, el, facts, icon, t } from "./common.js";

const at = (id) => document.getElementById(id);
const INDICES = ["1", "3", "4", "7"];

/** Sums as a picture in words: how many, how each face was chosen, what the unhappy named, the points. */
function draw(place, sums) {
  if (!sums) {
    place.replaceChildren(el("p", { class: "empty" }, t("mine.too_few", { n: facts.least })));
    return;
  }
  const scales = Object.keys(sums.values).sort();
  const rows = scales.flatMap((scale) => facts.faces[scale].map((face, i) => [face, sums.values[scale][String(i + 1)] ?? 0]).reverse());
  const most = Math.max(1, ...rows.map(([, n]) => n));
  const reasons = Object.entries(sums.reasons).sort((a, b) => b[1] - a[1]);
  place.replaceChildren(
    el("div", { class: "heads" },
      el("div", {}, el("b", {}, String(sums.count)), el("span", {}, t("mine.count"))),
      el("div", {}, el("b", {}, `${sums.happy_percent}%`), el("span", {}, t("mine.happy"))),
      el("div", {}, el("b", {}, decimal(sums.score)), el("span", {}, t("mine.score")), sums.class ? el("small", {}, t(`mine.class_${sums.class}`)) : null)),
    el("div", { class: "columns" },
      el("div", {}, el("h3", {}, t("mine.faces")), ...rows.map(([face, n]) => el("div", { class: face.unhappy ? "faceline unhappy" : "faceline" },
        icon(`mood-${face.face}`), el("span", {}, face.words), el("meter", { min: "0", max: String(most), value: String(n), "aria-label": face.words }), el("b", {}, String(n))))),
      el("div", {}, el("h3", {}, t("mine.reasons")),
        ...(reasons.length ? reasons.map(([reason, n]) => el("p", { class: "reason" }, el("span", {}, facts.reasons[reason] ?? reason), el("b", {}, String(n)))) : [el("p", { class: "soft" }, t("mine.no_reasons"))]),
        el("h3", {}, t("mine.indices")),
        ...INDICES.map((index) => el("p", { class: "reason" }, el("span", {}, t(`mine.index_${index}`)), el("b", {}, decimal(sums.indices[index])))))));
}

async function load() {
  const today = await attempt(() => api("GET", "/ratings/mine"));
  if (today) draw(at("today"), today.mine);
  await loadMonth();
  document.body.dataset.ready = "yes";
}

async function loadMonth() {
  const month = at("month").value;
  if (!month) { draw(at("of-month"), null); return; }
  const found = await attempt(() => api("GET", `/ratings/mine/months/${month}`));
  if (found && month === at("month").value) draw(at("of-month"), found.mine);
}

at("month").append(...facts.months.map((month) => el("option", { value: month }, month.split("-").reverse().join("/"))));
at("month").hidden = !facts.months.length;
at("month").addEventListener("change", loadMonth);
load();
