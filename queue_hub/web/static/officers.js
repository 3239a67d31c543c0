// Officers (name, title, photo, role) and the tokens of other software.
import { api, attempt, clockTime, dayTime, dialog, el, face, facts, icon, sure, t, toast } from "./common.js";

const at = (id) => document.getElementById(id);
const admin = facts.me.role === "administrator";
const ROLES = ["officer", "supervisor", "administrator"];
const roleSelect = (value) => el("select", { disabled: !admin }, ...ROLES.map((r) => el("option", { value: r, selected: r === value }, t(`role.${r}`))));
const field = (words, input) => el("label", { class: "field" }, words, input);

function card(account) {
  const name = el("input", { value: account.name, maxlength: "100" });
  const title = el("input", { value: account.title, maxlength: "100" });
  const role = roleSelect(account.role);
  const file = el("input", { type: "file", accept: "image/jpeg,image/png", hidden: true });
  file.addEventListener("change", async () => {
    if (file.files[0] && await attempt(() => api("PUT", `/accounts/${account.username}/photo`, file.files[0], { raw: true }))) load();
  });
  const save = async () => {
    const change = { name: name.value, title: title.value, version: account.version };
    if (admin && role.value !== account.role) change.role = role.value;
    if (await attempt(() => api("PATCH", `/accounts/${account.username}`, change))) { toast(t("office.saved")); load(); }
  };
  const act = (name, words, onclick, kind = "") => el("button", { class: `btn small ${kind}`, type: "button", onclick }, icon(name), words);
  return el("div", { class: "card person" }, face(account),
    el("div", { class: "fields" }, el("span", { class: "user" }, account.username),
      field(t("your_name"), name), field(t("title_of"), title), field(t("role"), role)),
    el("div", { class: "deeds" },
      el("button", { class: "btn small primary", type: "button", onclick: save }, t("save")),
      act("person", t("photo"), () => file.click()), file,
      admin && account.username !== facts.me.username ? act("key", t("officers.password"), () => passwordDialog(account)) : null,
      admin && account.username !== facts.me.username ? act("trash", t("remove"), () => remove(account), "danger") : null));
}

async function remove(account) {
  if (!await sure(t("officers.remove_sure", { name: account.name }), t("remove"))) return;
  if (await attempt(() => api("DELETE", `/accounts/${account.username}`))) load();
}

function passwordDialog(account) {
  const box = dialog(`${t("officers.password")} · ${account.name}`);
  const password = el("input", { type: "password", autocomplete: "new-password" });
  box.body.append(field(t("new_password"), password), el("small", {}, t("password_hint")));
  box.foot.append(el("button", { class: "btn primary", type: "button", onclick: async () => {
    if (await attempt(() => api("PUT", `/accounts/${account.username}/password`, { password: password.value }))) { toast(t("password_changed")); box.close(); }
  } }, t("save")));
}

function newDialog() {
  const box = dialog(t("officers.new"));
  const username = el("input", { autocomplete: "off", maxlength: "32" });
  const name = el("input", { maxlength: "100" });
  const title = el("input", { maxlength: "100" });
  const role = roleSelect("officer");
  const password = el("input", { type: "password", autocomplete: "new-password" });
  box.body.append(field(t("username"), username), field(t("your_name"), name), field(t("title_of"), title), field(t("role"), role),
    field(t("password"), password), el("small", {}, t("password_hint")));
  box.foot.append(el("button", { class: "btn primary", type: "button", onclick: async () => {
    const made = await attempt(() => api("POST", "/accounts", { username: username.value, name: name.value, title: title.value, role: role.value, password: password.value }));
    if (made) { box.close(); load(); }
  } }, t("add")));
  username.focus();
}

async function loadTokens() {
  const tokens = await attempt(() => api("GET", "/tokens"));
  at("tokens").replaceChildren(...(tokens ?? []).map((token) => el("div", { class: "slim" }, el("b", {}, token.name),
    el("span", {}, token.scopes.map((s) => t(`scope.${s}`)).join(", ")),
    el("em", {}, token.used_ms ? clockTime(token.used_ms) && dayTime(token.used_ms) : "–"),
    el("button", { class: "btn small danger", type: "button", onclick: async () => {
      if (await sure(`${t("remove")} “${token.name}”?`, t("remove")) && await attempt(() => api("DELETE", `/tokens/${token.id}`)) !== null) loadTokens();
    } }, icon("trash"), t("remove")))));
}

function tokenDialog() {
  const box = dialog(t("tokens.new"));
  const name = el("input", { maxlength: "60" });
  const scopes = ["read", "issue", "book", "serve", "dossiers"].map((s) => [s, el("input", { type: "checkbox", checked: s === "read" })]);
  box.body.append(field(t("tokens.name"), name), el("div", { class: "scopes" }, ...scopes.map(([s, input]) => el("label", { class: "check" }, input, t(`scope.${s}`)))));
  const make = el("button", { class: "btn primary", type: "button", onclick: async () => {
    const made = await attempt(() => api("POST", "/tokens", { name: name.value, scopes: scopes.filter(([, i]) => i.checked).map(([s]) => s) }));
    if (!made) return;
    box.body.replaceChildren(el("p", {}, t("tokens.shown_once")), el("p", { class: "secret" }, made.secret));
    make.remove();
    loadTokens();
  } }, t("tokens.new"));
  box.foot.append(make);
  name.focus();
}

async function load() {
  const accounts = await attempt(() => api("GET", "/accounts"));
  at("people").replaceChildren(...(accounts ?? []).map(card));
  document.body.dataset.ready = "yes";
}

at("new").hidden = !admin;
at("new").addEventListener("click", newDialog);
at("tokens-part").hidden = !admin;
at("new-token").addEventListener("click", tokenDialog);
load();
if (admin) loadTokens();
