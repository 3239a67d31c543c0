// What became of the files an office's own software drops: taken in, mended, incomplete or refused, by their lines.
import { api, attempt, dayTime, dialog, el, facts, icon, t } from "./common.js";

const KINDS = ["refused", "incomplete", "repaired"];
const WHYS = ["unfinished", "too_large", "no_table", "no_columns", "encoding"];
const total = (file, kind) => file.findings.filter((x) => x.kind === kind).reduce((sum, x) => sum + x.count, 0);
const troubled = (file) => Boolean(file.why) || total(file, "refused") > 0;

/** The button of the page's head: how many files need somebody, and the list. */
export async function droppedFiles(button) {
  if (!facts.files) return;
  button.hidden = false;
  button.addEventListener("click", show);
  const found = await attempt(() => api("GET", "/dossiers/files"));
  const count = found ? found.files.filter(troubled).length : 0;
  const dot = button.querySelector(".dot");
  dot.textContent = count;
  dot.hidden = count === 0;
}

async function show() {
  const found = await attempt(() => api("GET", "/dossiers/files"));
  if (!found) return;
  const box = dialog(t("dossiers.files"), { foot: false });
  box.dialog.classList.add("wide");
  box.body.append(el("p", { class: "soft" }, t("dossiers.files_lead")));
  if (!found.there) box.body.append(el("p", { class: "away" }, icon("alert"), t("dossiers.files_away")));
  else if (!found.files.length) box.body.append(el("p", { class: "empty" }, t("dossiers.files_none")));
  box.body.append(...found.files.map(card));
}

function card(file) {
  const chips = file.why
    ? [el("span", { class: "chip bad" }, icon("alert"), t("dossiers.file_not_read"))]
    : [el("span", { class: "chip good" }, icon("finish"), t("dossiers.file_stored", { n: file.stored })),
      ...KINDS.map((kind) => [kind, total(file, kind)]).filter(([, n]) => n).map(([kind, n]) => el("span", { class: `chip ${kind}` }, t(`dossiers.file_${kind}`, { n })))];
  const facts_ = [];
  if (file.why) {
    facts_.push(t(WHYS.includes(file.why) ? `dossiers.file_why_${file.why}` : "dossiers.file_why_other", { why: file.why }));
    if (file.earlier_ms) facts_.push(t("dossiers.file_earlier", { time: dayTime(file.earlier_ms) }));
  }
  if (file.twice) facts_.push(t("dossiers.file_twice", { n: file.twice }));
  if (file.encoding) facts_.push(t("dossiers.file_encoding", { encoding: file.encoding === "cp1258" ? "Windows-1258" : file.encoding.toUpperCase() }));
  if (file.missing.length) facts_.push(t("dossiers.file_missing", { columns: file.missing.map((x) => t(`dossiers.column_${x}`)).join(", ") }));
  const more = (one) => `${one.lines.join(", ")}${one.count > one.lines.length ? " …" : ""}`;
  return el("section", { class: "file", "data-name": file.name },
    el("h3", {}, file.name, el("time", {}, t("dossiers.file_changed", { time: dayTime(file.file_ms) }))),
    el("p", { class: "chips" }, ...chips),
    ...facts_.map((words) => el("p", {}, words)),
    file.findings.length ? el("table", { class: "findings" }, el("tbody", {}, ...file.findings.map((one) => el("tr", { "data-kind": one.kind },
      el("td", {}, t(`dossiers.kind_${one.kind}`)), el("th", {}, t(`dossiers.note_${one.note}`)), el("td", {}, String(one.count)), el("td", {}, t("dossiers.file_lines", { lines: more(one) })))))) : null);
}
