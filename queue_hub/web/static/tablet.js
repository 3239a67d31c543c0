// The tablet at a counter. Wakes when the officer has finished; what is touched is kept in the browser's own storage
// until the hub has it, so neither a lost network nor a restart of either loses it, and each is sent under one id.
const facts = JSON.parse(document.getElementById("facts").textContent);
const at = (id) => document.getElementById(id);
const KEPT = "motcua.ratings";
const PATIENCE_MS = 20000;
const SILENT_MS = 16000;
let lang = facts.lang;
let view = { wake: null };
let offset_ms = 0;
let step = "asleep";
let asked = null; // the view that is being answered
let said = null; // {request_id, wake, value, scale, reasons, given_ms}
let said_ms = 0;
let touched_ms = 0;
let dealt = null; // the visit that was answered, or went by unanswered
let live = false;
let code = ""; // a receipt's, while it is typed: nowhere kept
let refused = null; // what was wrong with it, {vi, en}
let asking = false;

const say = (key, places = {}) => String(facts.words[lang][key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(places[name] ?? whole));
const unique = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2)}`;

function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

// ---------------------------------------------------------------- kept until the hub has it
function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "[]"); } catch { return []; }
}
function keep(list) { localStorage.setItem(KEPT, JSON.stringify(list.slice(-200))); }
function keepSaid() { keep([...kept().filter((one) => one.request_id !== said.request_id), said]); }
function release() {
  if (!said || said.ready) return;
  said = { ...said, ready: true };
  keepSaid();
  post();
}

let posting = false;
async function post() {
  if (posting) return;
  posting = true;
  for (const one of kept().filter((x) => x.ready)) {
    const { ready, ...body } = one;
    try {
      const answer = await fetch("/tablet/rate", {
        method: "POST", headers: { "content-type": "application/json", "x-tablet": "1" }, body: JSON.stringify(body), signal: AbortSignal.timeout(8000),
      });
      if (answer.status >= 500 || answer.status === 429 || answer.status === 401) break;
      keep(kept().filter((x) => x.request_id !== one.request_id));
    } catch { break; }
  }
  posting = false;
  at("waits").hidden = live || !kept().some((x) => x.ready);
}

// ---------------------------------------------------------------- the screens
function show(next) {
  step = next;
  document.body.dataset.step = next;
  document.querySelectorAll("[data-part]").forEach((part) => { part.hidden = part.dataset.part !== next; });
  draw();
}

function draw() {
  document.documentElement.lang = lang;
  document.querySelectorAll("[data-say]").forEach((node) => { node.textContent = say(node.dataset.say, { number: node.dataset.number }); });
  at("tongues").replaceChildren(...Object.entries(facts.names).filter(([other]) => other !== lang).map(([other, name]) =>
    el("button", { class: "tongue", type: "button", lang: other, "data-lang": other, onclick: () => { touched_ms = Date.now(); lang = other; draw(); } }, name)));
  at("by-receipt").hidden = !view.receipt;
  drawReceipt();
  if (!asked) return;
  const person = asked.officer;
  at("officer").replaceChildren(...(person ? [
    person.photo ? el("img", { src: person.photo, alt: "" }) : el("span", { class: "face" }, (person.name.trim().split(/\s+/).at(-1)?.[0] ?? "?").toUpperCase()),
    el("p", {}, el("small", {}, say("rating.tablet.served_by")), el("b", {}, person.name), person.title ? el("span", {}, person.title) : null),
  ] : []));
  at("faces").dataset.count = asked.scale;
  at("faces").replaceChildren(...asked.faces.map((one) => el("button", {
    type: "button", class: "facebutton", "data-face": one.face, "data-value": one.value, "aria-pressed": String(said?.value === one.value), onclick: () => touch(one),
  }, icon(`mood-${one.face}`), el("span", {}, say(`rating.face.${one.face}`)))));
  at("why-sub").textContent = say("rating.why.sub", { send: say("rating.why.send") });
  at("why-send").textContent = say("rating.why.send");
  at("why-back").textContent = say("rating.thanks.change");
  at("chips").replaceChildren(...asked.reasons.map((reason) => {
    const on = said?.reasons.includes(reason) ?? false;
    return el("button", { type: "button", class: "chip", "data-reason": reason, "aria-pressed": String(on), onclick: () => toggle(reason) }, icon(on ? "tick-on" : "tick-off"), el("span", {}, say(`rating.reason.${reason}`)));
  }));
  drawThanks();
}

function drawThanks() {
  const one = asked.faces.find((face) => face.value === said?.value);
  if (!one) return;
  at("said").dataset.face = one.face;
  at("said").replaceChildren(icon(`mood-${one.face}`), el("span", {}, say("rating.thanks.sub", { face: say(`rating.face.${one.face}`) })));
  at("complain").hidden = !asked.hotline && !asked.complaint;
  at("complain").replaceChildren(
    el("p", {}, el("b", {}, say("rating.complain.title")),
      asked.hotline ? el("span", {}, say("rating.complain.call", { hotline: asked.hotline })) : null,
      asked.complaint ? el("span", {}, say(asked.hotline ? "rating.complain.scan" : "rating.complain.scan_only")) : null),
    asked.complaint ? el("img", { src: "/tablet/complaint.svg", alt: "" }) : null);
  drawChange();
}

function left_s() { return Math.ceil((said_ms + asked.change_s * 1000 - Date.now()) / 1000); }

function drawChange() {
  const seconds = left_s();
  at("change").hidden = !said || said.ready || seconds <= 0;
  at("change").textContent = `${say("rating.thanks.change")} (${Math.max(0, seconds)})`;
}

function touch(one) {
  touched_ms = Date.now();
  const dossier = asked.grant ? { grant: asked.grant, time_index: asked.time_index } : {};
  said = { request_id: said?.request_id ?? unique(), wake: asked.wake, ...dossier, value: one.value, scale: asked.scale, reasons: [], given_ms: Date.now() + offset_ms };
  keepSaid();
  said_ms = Date.now();
  show(one.unhappy ? "why" : "thanks");
}

function toggle(reason) {
  touched_ms = Date.now();
  const chosen = said.reasons.includes(reason) ? said.reasons.filter((x) => x !== reason) : [...said.reasons, reason];
  said = { ...said, reasons: chosen };
  keepSaid();
  draw();
}

function sleep() {
  release();
  if (!asked?.grant) dealt = asked?.wake ?? dealt;
  asked = said = refused = null;
  code = "";
  lang = facts.lang;
  show("asleep");
  look();
}

// ---------------------------------------------------------------- a receipt's code
const ROWS = ["1234567890", "QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM./"];
const LONGEST = 64;

function key(label, act, name) {
  return el("button", { type: "button", class: label.length > 1 ? "key wide" : "key", "data-key": name ?? label, onclick: () => { touched_ms = Date.now(); if (!asking) { refused = null; act(); drawReceipt(); } } }, label);
}

function drawReceipt() {
  if (step !== "receipt") { at("receipt-keys").replaceChildren(); at("receipt-code").textContent = ""; return; }
  const words = refused ? refused[lang === "vi" ? "vi" : "en"] : say(asking ? "rating.tablet.receipt_asking" : "rating.tablet.receipt_sub");
  at("receipt-sub").textContent = words;
  at("receipt-sub").classList.toggle("wrong", Boolean(refused));
  at("receipt-code").textContent = code;
  at("receipt-go").disabled = asking || !code;
  if (at("receipt-keys").dataset.lang === lang && at("receipt-keys").children.length) return;
  at("receipt-keys").dataset.lang = lang;
  at("receipt-keys").replaceChildren(
    ...[...ROWS.join("")].map((sign) => key(sign, () => { if (code.length < LONGEST) code += sign; })),
    key(say("rating.tablet.receipt_erase"), () => { code = code.slice(0, -1); }, "erase"));
}

async function askReceipt() {
  if (asking || !code) return;
  touched_ms = Date.now();
  asking = true;
  drawReceipt();
  let answer = null;
  try {
    const sent = await fetch("/tablet/receipt", {
      method: "POST", headers: { "content-type": "application/json", "x-tablet": "1" }, body: JSON.stringify({ code }), signal: AbortSignal.timeout(8000),
    });
    answer = await sent.json();
    if (sent.status === 401) { location.reload(); return; }
  } catch { answer = null; }
  asking = false;
  if (step !== "receipt") return;
  touched_ms = Date.now();
  if (answer?.grant) {
    code = "";
    asked = answer;
    said = null;
    show("ask");
    return;
  }
  refused = answer?.vi ? answer : { vi: facts.words.vi?.["rating.tablet.receipt_away"] ?? say("rating.tablet.receipt_away"), en: say("rating.tablet.receipt_away") };
  if (refused.key === "dossier.code_invalid") code = ""; // it may have been somebody's card
  drawReceipt();
}

at("by-receipt").addEventListener("click", () => { touched_ms = Date.now(); code = ""; refused = null; show("receipt"); });
at("receipt-back").addEventListener("click", sleep);
at("receipt-go").addEventListener("click", askReceipt);

/** Is there somebody to ask? */
function look() {
  if (step !== "asleep" || !view.wake || view.wake === dealt) return;
  asked = view;
  said = null;
  touched_ms = Date.now();
  lang = view.lang in facts.words ? view.lang : facts.lang;
  show("ask");
}

at("why-send").addEventListener("click", () => { said_ms = touched_ms = Date.now(); show("thanks"); });
at("why-back").addEventListener("click", () => { touched_ms = Date.now(); show("ask"); });
at("change").addEventListener("click", () => { touched_ms = Date.now(); show("ask"); });
at("done").addEventListener("click", sleep);
document.addEventListener("contextmenu", (event) => event.preventDefault());

setInterval(() => {
  if (step === "thanks") {
    drawChange();
    if (left_s() <= 0) release();
  }
  if (step !== "asleep" && Date.now() - touched_ms > PATIENCE_MS) sleep();
}, 250);
setInterval(post, 5000);

// ---------------------------------------------------------------- the hub
let source = null;
let heard_ms = 0;
let tries = 0;
function open() {
  heard_ms = Date.now();
  source = new EventSource("/tablet/live");
  const heard = () => { heard_ms = Date.now(); tries = 0; live = true; document.body.dataset.ready = "yes"; at("waits").hidden = true; };
  source.addEventListener("view", (event) => {
    heard();
    view = JSON.parse(event.data);
    offset_ms = view.now_ms - Date.now();
    // The officer took the finish back, or called the next one: an unanswered question goes away.
    if (step === "ask" && !said && !asked.grant && view.wake !== asked.wake) { asked = null; show("asleep"); }
    at("by-receipt").hidden = !view.receipt;
    look();
    post();
  });
  source.addEventListener("beat", heard);
  source.addEventListener("over", () => location.reload());
  source.onerror = again;
}
async function again() {
  source?.close();
  source = null;
  live = false;
  post();
  const probe = await fetch("/tablet/live", { headers: { accept: "text/event-stream" }, signal: AbortSignal.timeout(3000) }).catch(() => null);
  if (probe?.status === 401) { location.reload(); return; }
  probe?.body?.cancel();
  setTimeout(open, Math.min(5000, 400 * 2 ** tries++));
}
setInterval(() => { if (source && Date.now() - heard_ms > SILENT_MS) again(); }, 1000);

// What an earlier run of the page left was said: nothing of it is changed any more.
keep(kept().map((one) => ({ ...one, ready: true })));
show("asleep");
open();
