// The set-up: forms over the office's configuration. What is wrong is said by the hub, with the path of the mistake.
import { api, dayTime, el, facts, icon, Refused, t, toast } from "./common.js";

const at = (id) => document.getElementById(id);
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const POLICY = { open_before_min: 15, stop_before_close_min: 15, expire_after_close_min: 30, no_show_back_after: 3, no_show_limit: 3, undo_s: 10, booking_grace_min: 15, booking_early_min: 60 };
const GUIDANCE_PAGES = 8;
let office = null;
let revision = 0;
let saved = "";
let part = "services";

const two = (n) => String(n).padStart(2, "0");
const spanText = (spans) => (spans ?? []).map(([a, b]) => `${two(Math.floor(a / 60))}:${two(a % 60)}-${two(Math.floor(b / 60))}:${two(b % 60)}`).join(", ");
const spanList = (text) => text.split(",").map((x) => x.trim()).filter(Boolean);
const text = (value, lang) => (typeof value === "string" ? (lang === "vi" ? value : "") : value?.[lang] ?? "");

// ---------------------------------------------------------------- fields bound to the configuration
function bound(words, span, value, onchange, { type = "text", min = null, max = null, hint = "", readonly = false } = {}) {
  const input = el("input", { type, value: value ?? "", min, max, readonly, maxlength: type === "text" ? "300" : null });
  input.addEventListener("input", () => { onchange(input.value); dirty(); });
  return el("label", { class: `field s${span}` }, words, input, hint ? el("small", {}, hint) : null);
}

function words(words_, span, owner, key, lang) {
  return bound(words_, span, text(owner[key], lang), (value) => {
    const both = typeof owner[key] === "string" ? { vi: owner[key] } : { ...(owner[key] ?? {}) };
    if (value) both[lang] = value; else delete both[lang];
    if (Object.keys(both).length) owner[key] = both; else delete owner[key];
  });
}

/** A page's title or text: as many letters and lines as a page of the television holds, counted while one types. */
function limited(words_, span, owner, key, lang, most, lines) {
  const left = el("small", {});
  const value = text(owner[key], lang);
  const input = lines > 1 ? el("textarea", { rows: String(lines), maxlength: String(most) }) : el("input", { type: "text", maxlength: String(most) });
  input.value = value;
  const count = () => {
    const used = input.value.split("\n").length;
    left.textContent = t(lines > 1 ? "f.letters_lines" : "f.letters", { n: input.value.length, most, lines: used, most_lines: lines });
    left.className = used > lines ? "bad" : "";
  };
  input.addEventListener("input", () => {
    const both = typeof owner[key] === "string" ? { vi: owner[key] } : { ...(owner[key] ?? {}) };
    if (input.value || lang === "vi") both[lang] = input.value; else delete both[lang];
    owner[key] = both;
    count();
    dirty();
  });
  count();
  return el("label", { class: `field s${span}` }, words_, input, left);
}

function plain(words_, span, owner, key, options = {}) {
  return bound(words_, span, owner[key], (value) => { if (value === "") delete owner[key]; else owner[key] = value; }, options);
}

function number(words_, span, owner, key, fallback, options = {}) {
  return bound(words_, span, owner[key] ?? fallback ?? "", (value) => { if (value === "") delete owner[key]; else owner[key] = Number(value); }, { type: "number", ...options });
}

function tools(list, index, redraw_) {
  const move = (by) => { const [x] = list.splice(index, 1); list.splice(index + by, 0, x); dirty(); redraw_(); };
  return el("div", { class: "tools" },
    el("button", { class: "btn small", type: "button", "aria-label": "↑", disabled: index === 0, onclick: () => move(-1) }, icon("up")),
    el("button", { class: "btn small", type: "button", "aria-label": "↓", disabled: index === list.length - 1, onclick: () => move(1) }, icon("down")),
    el("button", { class: "btn small danger", type: "button", onclick: () => { list.splice(index, 1); dirty(); redraw_(); } }, icon("trash"), t("remove")));
}

const addButton = (run) => el("button", { class: "btn", type: "button", onclick: () => { run(); dirty(); draw(); } }, icon("plus"), t("add"));

// ---------------------------------------------------------------- the parts
function serviceItem(list, index, child) {
  const s = list[index];
  const leaf = !s.services?.length;
  return el("div", { class: child ? "item child" : "item", "data-id": `services.${s.id}` },
    words(t("f.name_vi"), 5, s, "name", "vi"), words(t("f.name_en"), 4, s, "name", "en"), plain(t("f.id"), 3, s, "id", { readonly: !s.fresh_ && Boolean(s.id) && saved.includes(`"${s.id}"`) }),
    ...(leaf ? [
      plain(t("f.prefix"), 2, s, "prefix"), number(t("f.daily_limit"), 2, s, "daily_limit"), number(t("f.prior_min"), 2, s, "prior_min", 10),
      number(t("f.slot_places"), 2, s, "slot_places", 0), words(t("f.examples"), 4, s, "examples", "vi")] : []),
    tools(list, index, draw));
}

/** The services a counter takes, tier after tier; those of one tier are equals. */
function tiersEditor(counter) {
  const tiers = counter.services.map((x) => (Array.isArray(x) ? [...x] : [x]));
  const store = () => {
    counter.services = tiers.filter((x) => x.length).map((x) => (x.length === 1 ? x[0] : x));
    dirty();
    draw();
  };
  const names = new Map(leaves().map((s) => [s.id, text(s.short ?? s.name, facts.lang) || text(s.name, "vi")]));
  const free = leaves().filter((s) => !tiers.flat().includes(s.id));
  const adder = (words_, put_) => (free.length ? el("select", { "aria-label": words_, onchange: (event) => { put_(event.target.value); store(); } },
    el("option", { value: "" }, words_), ...free.map((s) => el("option", { value: s.id }, names.get(s.id) || s.id))) : "");
  return el("div", { class: "tiers" }, el("span", {}, t("f.takes")),
    ...tiers.map((tier, i) => el("div", { class: "tier" }, el("b", {}, `${i + 1}.`),
      ...tier.map((id) => el("span", { class: names.has(id) ? "taken" : "taken unknown", "data-service": id }, names.get(id) || id,
        el("button", { type: "button", "aria-label": t("remove"), onclick: () => { tier.splice(tier.indexOf(id), 1); store(); } }, "×"))),
      adder(t("f.takes_equal"), (id) => tier.push(id)),
      i ? el("button", { class: "btn small", type: "button", "aria-label": "↑", onclick: () => { [tiers[i - 1], tiers[i]] = [tiers[i], tiers[i - 1]]; store(); } }, icon("up")) : "")),
    free.length ? el("div", { class: "tier" }, el("b", {}, `${tiers.length + 1}.`), adder(t("f.takes_next"), (id) => tiers.push([id]))) : "");
}

const PARTS = {
  services: () => [
    ...office.services.flatMap((s, i) => [serviceItem(office.services, i, false), ...(s.services ?? []).map((_, j) => serviceItem(s.services, j, true))]),
    addButton(() => office.services.push({ id: "", name: { vi: "" }, prefix: "" })),
  ],
  counters: () => [
    ...office.counters.map((c, i) => el("div", { class: "item", "data-id": `counters.${c.id}` },
      number(t("f.number"), 2, c, "number", null, { min: 1, max: 99 }), plain(t("f.id"), 3, c, "id", { readonly: Boolean(c.id) && saved.includes(`"${c.id}"`) }), words(t("f.counter_name"), 7, c, "name", "vi"),
      tiersEditor(c),
      tools(office.counters, i, draw))),
    addButton(() => office.counters.push({ id: "", number: Math.max(0, ...office.counters.map((c) => c.number)) + 1, services: leafIds().slice(0, 1) })),
  ],
  hours: () => [
    el("div", { class: "week" }, ...DAYS.flatMap((day) => {
      const input = el("input", { value: spanText(normal(office.hours)[day]), placeholder: t("office.closed_day") });
      input.addEventListener("input", () => { const week = asText(office.hours); const spans = spanList(input.value); if (spans.length) week[day] = spans; else delete week[day]; office.hours = week; dirty(); });
      return [el("label", {}, t(`day.${day}`)), input];
    })),
    el("small", {}, t("f.hours_hint")),
    el("h2", {}, t("f.special_days")),
    ...(office.days ?? []).map((d, i) => el("div", { class: "item", "data-id": `days.${d.date}` },
      bound(t("f.date"), 3, d.date, (value) => { d.date = value; }, { type: "date" }), words(t("f.name_vi"), 5, d, "name", "vi"),
      bound(t("office.hours"), 4, Array.isArray(d.hours?.[0]) ? spanText(d.hours) : (d.hours ?? []).join(", "), (value) => { d.hours = spanList(value); }, { hint: t("office.closed_day") }),
      tools(office.days, i, draw))),
    addButton(() => { office.days = [...(office.days ?? []), { date: new Date().toISOString().slice(0, 10), name: { vi: "" }, hours: [] }]; }),
  ],
  priority: () => {
    office.priority ??= {};
    office.priority.classes ??= [];
    return [
      el("div", { class: "item" }, number(t("f.ratio"), 6, office.priority, "ratio", 2, { min: 1, max: 20 }), number(t("f.ageing_min"), 6, office.priority, "ageing_min", 45, { min: 1, max: 480 })),
      el("h2", {}, t("f.classes")),
      ...office.priority.classes.map((c, i) => el("div", { class: "item", "data-id": `priority.classes.${c.id}` },
        words(t("f.name_vi"), 5, c, "name", "vi"), words(t("f.name_en"), 4, c, "name", "en"), plain(t("f.id"), 3, c, "id", { readonly: Boolean(c.id) && saved.includes(`"${c.id}"`) }),
        tools(office.priority.classes, i, draw))),
      addButton(() => office.priority.classes.push({ id: "", name: { vi: "" } })),
    ];
  },
  policy: () => {
    office.policy ??= {};
    return [el("div", { class: "item" }, ...Object.entries(POLICY).map(([key, fallback]) => number(t(`f.${key}`), 6, office.policy, key, fallback, { min: 0 })))];
  },
  notices: () => {
    office.notices = (office.notices ?? []).map((n) => (typeof n === "string" ? { vi: n } : n));
    return [
      ...office.notices.map((n, i) => el("div", { class: "item", "data-id": `notices.${i}` },
        bound(t("f.notice_vi"), 6, n.vi, (v) => { n.vi = v; }), bound(t("f.notice_en"), 6, n.en, (v) => { if (v) n.en = v; else delete n.en; }), tools(office.notices, i, draw))),
      addButton(() => office.notices.push({ vi: "" })),
    ];
  },
  guidance: () => {
    office.guidance ??= [];
    return [
      el("p", { class: "lead" }, t("office.guidance_lead")),
      ...office.guidance.map((page, i) => el("div", { class: "item", "data-id": `guidance.${i}` },
        limited(t("f.title_vi"), 6, page, "title", "vi", 50, 1), limited(t("f.title_en"), 6, page, "title", "en", 50, 1),
        limited(t("f.text_vi"), 6, page, "text", "vi", 200, 5), limited(t("f.text_en"), 6, page, "text", "en", 200, 5),
        tools(office.guidance, i, draw))),
      office.guidance.length < GUIDANCE_PAGES ? addButton(() => office.guidance.push({ title: { vi: "" }, text: { vi: "" } })) : el("small", {}, t("office.guidance_full", { n: GUIDANCE_PAGES })),
    ];
  },
};

const leaves = () => office.services.flatMap((s) => (s.services?.length ? s.services : [s]));
const leafIds = () => leaves().map((s) => s.id);
/** Opening hours as spans of minutes, whatever was typed last. */
function normal(hours) {
  return Object.fromEntries(Object.entries(hours).map(([day, spans]) => [day, spans.map((x) => (Array.isArray(x) ? x : minutesOf(x))).filter(Boolean)]));
}
function minutesOf(x) {
  const m = /^(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)$/.exec(x);
  return m ? [Number(m[1]) * 60 + Number(m[2]), Number(m[3]) * 60 + Number(m[4])] : null;
}
function asText(hours) {
  return Object.fromEntries(Object.entries(hours).map(([day, spans]) => [day, spans.map((x) => (Array.isArray(x) ? spanText([x]) : x))]));
}

// ---------------------------------------------------------------- saving
function dirty() {
  at("savebar").hidden = JSON.stringify(office) === saved;
  at("save-words").className = "";
  at("save-words").textContent = t("office.unsaved");
}

async function save() {
  document.querySelectorAll(".item.wrong").forEach((x) => x.classList.remove("wrong"));
  try {
    await api("PUT", "/office", { office, revision });
    toast(t("office.saved"));
    await load();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    at("save-words").className = "bad";
    const { path } = error.details;
    const problem = (facts.lang === "en" && error.details.problem_en) || error.details.problem;
    at("save-words").textContent = path ? t("office.wrong", { path, problem }) : error.message;
    mark(String(path ?? ""));
  }
}

/** Show where the mistake is: the part, and in it the item. */
function mark(path) {
  const [first, second] = path.split(".");
  if (PARTS[first]) { part = first; draw(); }
  const byId = document.querySelector(`[data-id="${CSS.escape(`${first}.${second}`)}"]`);
  const items = [...document.querySelectorAll("#part > .item:not(.child)")];
  const node = byId ?? items[Number(second)];
  node?.classList.add("wrong");
  node?.scrollIntoView({ block: "center" });
}

async function history() {
  const [items, accounts] = await Promise.all([api("GET", `/office/history?lang=${facts.lang}`), api("GET", "/accounts")]);
  const names = new Map(accounts.map((a) => [`officer:${a.username}`, `${a.name} (${a.username})`]));
  return [el("ul", { class: "history" }, ...(items.length ? items.map((x) => el("li", {},
    el("div", { class: "head" }, el("span", {}, names.get(x.by) ?? x.who), el("time", {}, dayTime(x.at_ms)), el("span", { class: "did" }, x.title)),
    ...x.lines.map((line) => el("code", {}, line)))) : [el("li", {}, t("office.nothing"))]))];
}

async function draw() {
  document.querySelectorAll(".side button").forEach((b) => b.setAttribute("aria-selected", String(b.dataset.part === part)));
  at("part").replaceChildren(...(part === "history" ? await history() : PARTS[part]()));
  document.body.dataset.ready = "yes";
}

async function load() {
  const answer = await api("GET", "/office");
  office = answer.office;
  revision = answer.revision;
  saved = JSON.stringify(office);
  await draw();
  saved = JSON.stringify(office);
  dirty();
}

document.querySelectorAll(".side button").forEach((b) => b.addEventListener("click", () => { part = b.dataset.part; draw(); }));
at("save").addEventListener("click", save);
at("revert").addEventListener("click", load);
window.addEventListener("beforeunload", (event) => { if (office && JSON.stringify(office) !== saved) event.preventDefault(); });
load();
