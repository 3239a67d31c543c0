// Choosing a counter: who is where, live; taking a free one is one touch.
import { api, attempt, el, facts, keyed, live, put, t } from "./common.js";

let view = null;
const mineNow = () => view.counters.find((c) => c.officer === facts.me.username);

async function take(counter, take_over = false) {
  await attempt(async () => {
    const before = mineNow();
    if (before && before.id !== counter.id) await api("POST", `/counters/${before.id}/close`);
    await api("POST", `/counters/${counter.id}/open`, { take_over });
    location.href = `/console?counter=${encodeURIComponent(counter.id)}`;
  });
}

function make(counter) {
  const node = el("div", { class: "card deskcard", role: "button", tabindex: "0" }, el("span", { class: "no" }), el("span", { class: "what" }), el("span", { class: "state" }));
  const go = () => take(view.counters.find((c) => c.id === counter.id));
  node.addEventListener("click", (event) => { if (!event.target.closest("button")) go(); });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === node) go(); });
  return node;
}

function update(node, counter) {
  const [no, what, state] = node.children;
  const kind = counter.officer === null ? "free" : counter.officer === facts.me.username ? "mine" : "taken";
  node.dataset.state = kind;
  put(no, counter.number);
  const services = counter.services.join(" · ");
  if (node.dataset.what !== counter.name + services) {
    node.dataset.what = counter.name + services;
    what.replaceChildren(counter.name, el("small", {}, services));
  }
  const words = kind === "free" ? t("counter.free") : kind === "mine" ? `${t("counter.mine")} · ${t(`counter.${counter.status}`)}` : counter.officer_name;
  if (node.dataset.words !== words) {
    node.dataset.words = words;
    state.replaceChildren(words);
    if (kind === "taken" && facts.me.role !== "officer") {
      state.append(el("button", { class: "btn small", type: "button", onclick: () => take(counter, true) }, t("counter.take_over")));
    }
  }
  node.setAttribute("aria-label", `${t("counter")} ${counter.number}: ${counter.name}. ${words}`);
}

live("", (next) => {
  view = next;
  keyed(document.getElementById("desks"), view.counters, (c) => c.id, make, update);
  document.body.dataset.ready = "yes";
});
