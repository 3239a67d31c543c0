// What all pages share: words and facts of the page, requests, the live stream, small pieces of DOM.
// Text from outside is put into the page by textContent only, never as HTML.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");
const WORDS = read("words");
export const facts = read("facts");

/** Words of a key, its places in braces filled. */
export function t(key, places = {}) {
  return (WORDS[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(places[name] ?? whole));
}

/** An element: el("p", {class: "x", onclick: f}, "text", child, …); null children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") node[name] = value;
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

/** An icon of the sprite. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Change an element's text only if it differs: a button under a finger stays the same button. */
export function put(node, text) {
  const value = String(text ?? "");
  if (node.textContent !== value) node.textContent = value;
}

/** Keep a list's elements by key: those that stay are updated in place, the others come and go. */
export function keyed(parent, items, key, make, update) {
  const have = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let before = null;
  items.forEach((item, index) => {
    const name = String(key(item));
    let node = have.get(name);
    if (!node) {
      node = make(item);
      node.dataset.key = name;
    }
    have.delete(name);
    update(node, item, index);
    const place = before ? before.nextSibling : parent.firstChild;
    if (place !== node) parent.insertBefore(node, place);
    before = node;
  });
  have.forEach((node) => node.remove());
}

export class Refused extends Error {
  constructor(refusal, status) {
    super(refusal[facts.lang] ?? refusal.vi ?? String(status));
    this.key = refusal.key;
    this.status = status;
    this.details = refusal.details ?? {};
  }
}

/** A name for a request; sent again under the same one, it is carried out once. */
export const unique = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

/** A request to /api/v1; gives the answer or throws Refused. */
export async function api(method, path, body, { raw = false, key = unique() } = {}) {
  const headers = { "x-csrf-token": facts.csrf ?? "" };
  if (method !== "GET") headers["idempotency-key"] = key;
  if (body !== undefined && !raw) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method, headers, body: body === undefined ? undefined : raw ? body : JSON.stringify(body), signal: AbortSignal.timeout(10000),
    });
  } catch {
    throw new Refused({ key: "web.away", vi: t("not_live_long"), en: t("not_live_long") }, 0);
  }
  const values = await answer.json().catch(() => ({}));
  if (answer.status === 401) sessionOver();
  if (!answer.ok) throw new Refused(values, answer.status);
  return values;
}

/** Do something that may be refused; the refusal is shown, in words. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, { kind: "bad", lasts_ms: 7000, id: error.key });
    return null;
  }
}

function sessionOver() {
  if (document.getElementById("over")) return;
  const dialog = el("dialog", { id: "over" },
    el("div", { class: "body" }, el("h2", {}, t("session_over")), el("a", { class: "btn primary", href: "/login" }, t("login"))));
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
}

// ---------------------------------------------------------------- toasts
/** A message at the foot of the page. One with the same id is replaced. */
export function toast(text, { kind = "", lasts_ms = 4500, action = null, id = "", bar = false } = {}) {
  const box = document.getElementById("toasts");
  if (id) box.querySelector(`[data-id="${CSS.escape(id)}"]`)?.remove();
  const node = el("div", { class: `toast ${kind}`, role: "status", "data-id": id }, el("span", {}, text));
  if (action) node.append(el("button", { class: "btn small", type: "button", onclick: () => { node.remove(); action.run(); } }, ...action.label));
  if (bar) {
    const left = el("i", { class: "left" });
    left.style.animationDuration = `${lasts_ms}ms`;
    node.append(left);
  }
  box.append(node);
  // Shown anew each time, it lies above whatever dialog was opened meanwhile.
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover?.();
  while (box.children.length > 3) box.firstChild.remove();
  const timer = setTimeout(() => node.remove(), lasts_ms);
  return { close: () => { clearTimeout(timer); node.remove(); } };
}

// ---------------------------------------------------------------- live
let offset_ms = 0;

/** The office's time as the hub tells it. */
export const now_ms = () => Date.now() + offset_ms;

/** Follow a live view; shows by itself whether the page is live, and reconnects for ever. */
export function live(path, onView) {
  const SILENT_MS = 12000;
  let source = null;
  let heard_ms = Date.now();
  let tries = 0;
  let timer = 0;

  const mark = (isLive) => {
    document.querySelectorAll("[data-live]").forEach((node) => {
      node.dataset.live = isLive ? "yes" : "no";
      put(node, t(isLive ? "live" : "not_live"));
    });
    const banner = document.getElementById("lost");
    if (banner) banner.hidden = isLive;
    document.body.dataset.stale = isLive ? "no" : "yes";
  };
  const heard = () => { heard_ms = Date.now(); tries = 0; mark(true); };
  const again = () => {
    source?.close();
    source = null;
    mark(false);
    clearTimeout(timer);
    timer = setTimeout(open, Math.min(5000, 500 * 2 ** tries++) * (0.75 + Math.random() / 2));
  };
  function open() {
    heard_ms = Date.now();
    source = new EventSource(`/api/v1/live?lang=${facts.lang}${path}`);
    source.addEventListener("view", (event) => {
      heard();
      const view = JSON.parse(event.data);
      offset_ms = view.now_ms - Date.now();
      onView(view);
    });
    source.addEventListener("beat", heard);
    source.addEventListener("over", () => { source.close(); sessionOver(); });
    source.onerror = async () => {
      again();
      const probe = await fetch("/api/v1/office", { headers: { "x-csrf-token": facts.csrf } }).catch(() => null);
      if (probe?.status === 401) { clearTimeout(timer); sessionOver(); }
    };
  }
  setInterval(() => { if (source && Date.now() - heard_ms > SILENT_MS) again(); }, 1000);
  window.addEventListener("online", () => { if (!source) { clearTimeout(timer); open(); } });
  open();
}

/** Whole minutes since a time, at least 0. */
export const minutes = (since_ms) => Math.max(0, Math.floor((now_ms() - since_ms) / 60000));

/** A running time as m:ss, or h:mm:ss. */
export function running(since_ms) {
  const s = Math.max(0, Math.floor((now_ms() - since_ms) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

const CLOCK = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
const DAY = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
export const clockTime = (ms) => CLOCK.format(new Date(ms));
export const dayTime = (ms) => DAY.format(new Date(ms));
/** A decimal as the page's language writes it; a dash where there is none. */
export const decimal = (value) => (value === null || value === undefined ? "–" : value.toLocaleString(facts.lang === "en" ? "en" : "vi", { maximumFractionDigits: 1 }));

/** An officer's face: the photo, or initials. */
export function face(person) {
  if (person.photo) return el("img", { class: "face", src: person.photo, alt: "" });
  const parts = (person.name || "?").trim().split(/\s+/);
  return el("span", { class: "face", "aria-hidden": "true" }, (parts.at(-1)?.[0] ?? "?").toUpperCase());
}

// ---------------------------------------------------------------- dialogs
/** A dialog with a title; gives {dialog, body, foot, close}. It is gone when closed. */
export function dialog(title, { foot = true } = {}) {
  const body = el("div", { class: "body" });
  const bottom = foot ? el("div", { class: "foot" }) : null;
  const node = el("dialog", {},
    el("div", { class: "head" }, el("h2", {}, title),
      el("button", { class: "btn small", type: "button", onclick: () => node.close() }, t("close_dialog"), el("kbd", {}, "Esc"))),
    body, bottom);
  node.addEventListener("close", () => node.remove());
  node.addEventListener("click", (event) => { if (event.target === node) node.close(); });
  document.body.append(node);
  node.showModal();
  return { dialog: node, body, foot: bottom, close: () => node.close() };
}

/** Ask yes or no. */
export function sure(question, yes) {
  return new Promise((answer) => {
    const box = dialog(question);
    box.dialog.addEventListener("close", () => answer(false));
    box.foot.append(
      el("button", { class: "btn", type: "button", onclick: box.close }, t("cancel")),
      el("button", { class: "btn primary", type: "button", onclick: () => { answer(true); box.close(); } }, yes));
    box.body.remove();
    box.foot.lastChild.focus();
  });
}

// ---------------------------------------------------------------- the header
document.querySelectorAll(".langs button").forEach((button) => {
  button.addEventListener("click", () => {
    document.cookie = `motcua_lang=${button.dataset.lang}; path=/; max-age=31536000; samesite=strict`;
    location.reload();
  });
});
const menu = document.querySelector("details.me");
document.addEventListener("click", (event) => { if (menu?.open && !menu.contains(event.target)) menu.open = false; });
const clock = document.getElementById("clock");
if (clock) {
  put(clock, clockTime(now_ms()));
  setInterval(() => put(clock, clockTime(now_ms())), 500);
}
document.querySelectorAll("[data-face]").forEach((place) => { if (facts.me) place.replaceWith(face(facts.me)); });
