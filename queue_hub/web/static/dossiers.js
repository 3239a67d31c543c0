// The dossier book: accept, find by code, change the state, papers, new date, returned, print.
import { acceptDialog } from "./accepting.js";
import { droppedFiles } from "./dropped.js";
import { api, attempt, dialog, el, facts, icon, sure, t, toast } from "./common.js";

const at = (id) => document.getElementById(id);
const field = (words, input, hint) => el("label", { class: "field" }, words, input, hint ? el("small", {}, hint) : null);
const stateWords = (n) => t(`dossiers.state_${n}`);
const ago = (iso) => iso ? `${iso.slice(11, 16)} ${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}` : "";
const query = (code) => `code=${encodeURIComponent(code)}`;

at("state").append(el("option", { value: "" }, t("dossiers.all_states")), ...Array.from({ length: 10 }, (_, i) => el("option", { value: i + 1 }, stateWords(i + 1))));
const today = new Date();
const local = (d) => `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
at("register").href = `/dossiers/register.xlsx?first=${local(new Date(today.getFullYear(), today.getMonth(), 1))}&last=${local(today)}`;

const due = (d) => el("span", { class: d.late ? "late" : null }, el("time", {}, ago(d.due)), d.estimated ? el("small", {}, t("dossiers.estimate")) : null, d.late ? el("small", { class: "late" }, t("dossiers.late")) : null);
const badge = (d) => el("span", { class: "badge", "data-state": d.state }, stateWords(d.state));

async function load() {
  const state = at("state").value;
  const found = await attempt(() => api("GET", `/dossiers${state ? `?state=${state}` : ""}`));
  if (!found) return;
  at("none").hidden = found.dossiers.length > 0;
  at("month").textContent = t("dossiers.month", found.month);
  at("list").replaceChildren(...found.dossiers.map((d) => {
    const row = el("tr", { tabindex: "0", "data-code": d.code }, el("td", { class: "code" }, d.code), el("td", { class: "matter" }, d.matter, d.procedure ? el("small", {}, d.procedure) : null),
      el("td", {}, el("time", {}, ago(d.received))), el("td", {}, due(d)), el("td", {}, badge(d)));
    row.addEventListener("click", () => open(d.code));
    row.addEventListener("keydown", (event) => { if (event.key === "Enter") open(d.code); });
    return row;
  }));
}

// ---------------------------------------------------------------- one dossier
async function open(code) {
  const d = await attempt(() => api("POST", "/dossiers/find", { code }));
  if (d) show(d);
}

function show(d) {
  const box = dialog(d.code);
  box.foot.remove();
  const done = async (path, body) => {
    const now = await attempt(() => api("POST", path, { code: d.code, ...body }));
    if (now) { box.close(); show(now); load(); }
  };
  const button = (words, onclick, kind = "") => el("button", { class: `btn ${kind}`, type: "button", onclick }, words);
  const ask = (words, labels, send) => {
    const small = dialog(words);
    const inputs = labels.map(([label, input]) => { small.body.append(field(label, input)); return input; });
    small.foot.append(button(t("cancel"), small.close), button(t("yes"), async () => { if (inputs.every((i) => i.reportValidity())) { small.close(); await send(...inputs.map((i) => i.value)); } }, "primary"));
    inputs[0].focus();
  };
  const text = () => el("textarea", { maxlength: "1000", required: true });
  const to = (state, words) => button(words, () => done("/dossiers/state", { state }));
  const gravely = (state, words) => button(words, async () => { if (await sure(t("dossiers.sure", { state: stateWords(state) }), t("yes"))) done("/dossiers/state", { state }); }, "danger");
  const papers = button(t("dossiers.supplement"), () => ask(t("dossiers.supplement"), [[t("dossiers.supplement_what"), text()]], (what) => done("/dossiers/supplement", { what })));
  const fee = button(t("dossiers.fee"), () => ask(t("dossiers.fee"), [[t("dossiers.fee_what"), text()]], (note) => done("/dossiers/state", { state: 6, note })));
  const extend = button(t("dossiers.extend"), () => ask(t("dossiers.extend"), [[t("dossiers.extend_until"), el("input", { type: "datetime-local", required: true })], [t("dossiers.extend_why"), text()]], (until, why) => done("/dossiers/extension", { until, why })));
  const ready = el("button", { class: "btn primary", type: "button", onclick: () => done("/dossiers/state", { state: 9 }) }, icon("finish"), t("dossiers.ready"));
  const acts = {
    1: [gravely(7, t("dossiers.withdraw"))],
    2: [to(4, t("dossiers.process")), ready, ...(d.supplement_asked ? [] : [papers]), fee, ...(d.extended_from ? [] : [extend]), gravely(7, t("dossiers.withdraw")), gravely(8, t("dossiers.stop"))],
    4: [ready, ...(d.supplement_asked ? [] : [papers]), fee, ...(d.extended_from ? [] : [extend]), gravely(7, t("dossiers.withdraw")), gravely(8, t("dossiers.stop"))],
    5: [button(t("dossiers.brought"), () => done("/dossiers/papers", {}), "primary"), gravely(7, t("dossiers.withdraw")), gravely(8, t("dossiers.stop"))],
    6: [to(4, t("dossiers.process")), ready, gravely(7, t("dossiers.withdraw")), gravely(8, t("dossiers.stop"))],
    9: [button(t("dossiers.returned"), () => done("/dossiers/returned", {}), "primary"), to(4, t("dossiers.process"))],
  }[d.state] ?? [];
  const rows = [
    [t("dossiers.state"), badge(d)], [t("dossiers.matter"), `${d.matter}${d.procedure ? ` (${d.procedure})` : ""}`],
    [t("dossiers.received"), ago(d.received)], [t("dossiers.due"), due(d)], [t("dossiers.secret"), el("span", { class: "big" }, d.secret)],
  ];
  if (d.todo) rows.push([t("dossiers.supplement_what").split(" (")[0], d.todo]);
  box.body.append(el("dl", { class: "about" }, ...rows.flatMap(([dt, dd]) => [el("dt", {}, dt), el("dd", {}, dd)])), el("div", { class: "acts" }, ...acts), el("hr", {}),
    el("div", { class: "acts" },
      ...d.forms.map((f) => el("a", { class: "btn small", href: `/dossiers/form/${f}?${query(d.code)}`, target: "_blank", rel: "noopener" }, icon("print"), t(`dossiers.form_${f}`))),
      el("a", { class: "btn small", href: `/dossiers/label?${query(d.code)}`, target: "_blank", rel: "noopener" }, icon("print"), t("dossiers.label")),
      ...(facts.printer ? d.forms.map((f) => button(`${t("dossiers.print_slip")} ${f}`, () => print(d.code, f), "small")) : [])));
}

async function print(code, form) {
  if (await attempt(() => api("POST", `/dossiers/print/${form}`, { code }))) toast(t("dossiers.print_sent"));
}

// ---------------------------------------------------------------- a new one
at("new").addEventListener("click", () => acceptDialog((made) => {
  toast(t("dossiers.saved", { code: made.code }));
  if (facts.printer) print(made.code, made.forms[0]);
  show(made);
  load();
}));

at("seek").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = at("code").value;
  at("code").value = "";   // whatever was scanned does not stay on the screen
  if (code.trim()) await open(code);
});
at("state").addEventListener("change", load);
droppedFiles(at("files"));
await load();
const asked = new URLSearchParams(location.search).get("code");
if (asked) open(asked);
