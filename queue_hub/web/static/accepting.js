// The form to accept a dossier. A procedure chosen from the catalogue fills it; everything filled can be changed.
import { api, attempt, dialog, el, facts, t, unique } from "./common.js";

const TYPED_MS = 150;
const COUNTED = /^(.*?)\s*\((?:(\d+) bản chính)?(?:, )?(?:(\d+) bản sao)?\)$/;
const lines = (text) => text.split("\n").map((x) => x.trim()).filter(Boolean);

/** A paper as a line that people can change: "Tờ khai (1 bản chính, 2 bản sao)". */
function paperLine(paper) {
  const counts = [paper.originals ? `${paper.originals} bản chính` : "", paper.copies ? `${paper.copies} bản sao` : ""].filter(Boolean);
  return counts.length ? `${paper.name} (${counts.join(", ")})` : paper.name;
}

function paperOf(line) {
  const [, name, originals, copies] = COUNTED.exec(line) ?? [];
  return name && (originals || copies) ? { name, originals: Number(originals ?? 0), copies: Number(copies ?? 0) } : { name: line };
}

const field = (words, input, hint, kind = "") => el("label", { class: `field ${kind}` }, words, input, hint ? el("small", {}, hint) : null);
const input = (name, props = {}) => el("input", { name, maxlength: "1000", ...props });

/** A field that finds procedures as one types; `choose` gets the one that was chosen. */
function finder(choose) {
  const list = el("ul", { class: "found", role: "listbox", id: "found", hidden: true });
  const typed = input("find", { maxlength: "200", type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list", autocomplete: "off", placeholder: t("dossiers.find_procedure_hint") });
  let asked = 0;
  let waits = 0;
  const shut = () => { list.hidden = true; typed.setAttribute("aria-expanded", "false"); };
  const at = () => [...list.children].findIndex((x) => x.getAttribute("aria-selected") === "true");
  const go = (to) => {
    [...list.children].forEach((x, i) => x.setAttribute("aria-selected", String(i === to)));
    list.children[to]?.scrollIntoView({ block: "nearest" });
    typed.setAttribute("aria-activedescendant", list.children[to]?.id ?? "");
  };
  const pick = async (entry) => {
    asked += 1; // an answer that is still on its way opens the list no more
    shut();
    typed.value = `${entry.code} ${entry.short}`;
    const filling = await attempt(() => api("GET", `/procedures/${entry.code}`));
    if (filling) choose(filling);
  };
  const look = async () => {
    const mine = ++asked;
    const text = typed.value.trim();
    if (!text) { shut(); return; }
    const found = await attempt(() => api("GET", `/procedures?q=${encodeURIComponent(text)}`));
    if (!found || mine !== asked) return;
    list.replaceChildren(...(found.length ? found.map((entry, i) => el("li", { role: "option", id: `found-${i}`, "aria-selected": String(i === 0), onmousedown: (event) => event.preventDefault(), onclick: () => pick(entry) },
      el("b", {}, entry.short), el("small", {}, `${entry.code} · ${entry.field}`))) : [el("li", { class: "empty" }, t("dossiers.find_procedure_none"))]));
    list.found = found;
    list.hidden = false;
    typed.setAttribute("aria-expanded", "true");
  };
  typed.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(look, TYPED_MS); });
  typed.addEventListener("blur", shut);
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // choosing is not sending
    if (list.hidden || !list.found?.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); go((at() + step + list.found.length) % list.found.length); }
    if (event.key === "Enter") pick(list.found[Math.max(0, at())]);
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); shut(); }
  });
  return el("div", { class: "finder" }, field(t("dossiers.find_procedure"), typed), list);
}

/** Ask for a dossier and accept it; `made` gets it. */
export function acceptDialog(made) {
  const box = dialog(t("dossiers.new"));
  const matter = el("textarea", { name: "matter", maxlength: "1000", required: true, rows: "2", class: "low" });
  const procedure = input("procedure", { maxlength: "8", placeholder: "1.001193", pattern: "\\d\\.\\d{6}" });
  const service = el("select", { name: "service" }, el("option", { value: "" }, "–"), ...facts.services.map((s) => el("option", { value: s.id }, s.name)));
  const way = el("select", { name: "way" });
  const count = input("count", { id: "term-count", type: "number", min: "1", max: "400", required: true });
  const kind = el("select", { name: "kind", "aria-label": t("dossiers.term_unit") }, ...["days", "hours", "same_day"].map((k) => el("option", { value: k }, t(`dossiers.${k}`))));
  const published = el("small", { class: "published" });
  const cases = el("div", { class: "cases" });
  const papers = el("textarea", { name: "papers", maxlength: "40000" });
  const fee = input("fee");
  const name = input("name", { maxlength: "100", placeholder: t("dossiers.name") }), address = input("address", { maxlength: "200" }), phone = input("phone", { maxlength: "20", inputmode: "tel" });
  const code = input("code", { maxlength: "64", placeholder: facts.unit });
  const given = input("due", { type: "datetime-local" });
  const refused = input("refused");
  let ways = [1, 2, 3].map((channel) => ({ channel }));

  const termKind = () => { count.disabled = kind.value === "same_day"; };
  const wayWords = (one) => [t(`dossiers.channel_${one.channel}`), one.time, one.fee].filter(Boolean).map((x) => (x.length > 60 ? `${x.slice(0, 59)}…` : x)).join(" · ");
  const takeWay = () => {
    const one = ways[Number(way.value)];
    if (one.time === undefined) return;
    count.value = one.term_kind && one.term_kind !== "same_day" ? one.term_count : "";
    kind.value = one.term_kind ?? "days";
    termKind();
    fee.value = one.fee;
    published.textContent = one.term_kind ? "" : t(one.time ? "dossiers.time_unclear" : "dossiers.time_missing", { time: one.time });
  };
  const showWays = () => way.replaceChildren(...ways.map((one, i) => el("option", { value: i }, wayWords(one))));
  const add = (text) => { const have = lines(papers.value); papers.value = [...have, ...text.filter((x) => !have.includes(x))].join("\n"); };
  const takeAway = (text) => { papers.value = lines(papers.value).filter((x) => !text.includes(x)).join("\n"); };
  const fill = (f) => {
    matter.value = f.matter;
    procedure.value = f.code;
    service.value = f.service ?? "";
    ways = f.ways.length ? f.ways : [1, 2, 3].map((channel) => ({ channel, time: "", term_kind: null, fee: "" }));
    showWays();
    takeWay();
    papers.value = "";
    add((f.cases[0]?.papers ?? []).map(paperLine));
    cases.replaceChildren(...(f.cases.length < 2 ? [] : [el("p", {}, t("dossiers.cases")), ...f.cases.map((one, i) => {
      const text = one.papers.map(paperLine);
      const tick = el("input", { type: "checkbox", checked: i === 0, onchange: () => (tick.checked ? add(text) : takeAway(text)) });
      return el("label", { class: "check" }, tick, one.name || t("dossiers.case"));
    })]));
    name.focus();
  };
  showWays();
  way.addEventListener("change", takeWay);
  kind.addEventListener("change", termKind);

  const form = el("form", { id: "accept", class: "body" }, facts.procedures ? finder(fill) : null, field(t("dossiers.matter"), matter),
    el("div", { class: "pair" }, field(t("dossiers.procedure"), procedure), field(t("dossiers.service"), service)),
    field(t("dossiers.channel"), way),
    el("div", { class: "pair" }, el("div", { class: "field term" }, el("label", { for: "term-count" }, t("dossiers.term")), count, kind, published), field(t("dossiers.fee_published"), fee)),
    cases, field(t("dossiers.papers"), papers, t("dossiers.papers_hint")),
    field(t("dossiers.person"), name), el("div", { class: "pair" }, field(t("dossiers.address"), address), field(t("dossiers.phone"), phone, t("dossiers.person_hint"))),
    el("div", { class: "pair" }, field(t("dossiers.code"), code, t("dossiers.code_hint")), field(t("dossiers.due_given"), given)),
    field(t("dossiers.refuse"), refused));
  box.body.replaceWith(form);
  let sent = { text: "", key: "" };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = {
      matter: matter.value, procedure: procedure.value, service: service.value || null, channel: ways[Number(way.value)].channel,
      term_kind: kind.value, term_count: kind.value === "same_day" ? 0 : Number(count.value || 0), fee: fee.value,
      papers: lines(papers.value).map(paperOf), person: { name: name.value, address: address.value, phone: phone.value },
      code: code.value || null, due: given.value || null, refused_why: refused.value,
    };
    // Sent again unchanged, because the answer was lost on its way, it is the same dossier.
    const text = JSON.stringify(body);
    if (text !== sent.text) sent = { text, key: unique() };
    const record = await attempt(() => api("POST", "/dossiers", body, { key: sent.key }));
    if (!record) return;
    box.close();
    made(record);
  });
  box.foot.append(el("button", { class: "btn", type: "button", onclick: box.close }, t("cancel")), el("button", { class: "btn primary", type: "submit", form: "accept" }, t("dossiers.save")));
  (form.querySelector("[name=find]") ?? matter).focus();
}
