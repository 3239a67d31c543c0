"use strict";
// Keeps the page of one ticket true: asks every 5 s while somebody looks, and says when it cannot.
(() => {
  const page = document.getElementById("page");
  const address = `/t/${encodeURIComponent(page.dataset.token)}/now?lang=${page.dataset.lang}`;
  const at = (id) => document.getElementById(id);
  let failures = 0;
  let before = page.dataset.tone;

  function say(id, text) {
    at(id).textContent = text;
    at(id).hidden = text === "";
  }

  function show(now) {
    page.dataset.tone = now.tone;
    say("number", now.number);
    say("headline", now.headline);
    at("waiting").hidden = now.ahead === null;
    at("ahead-row").hidden = !now.ahead;
    at("ahead").textContent = now.ahead === null ? "" : String(now.ahead);
    say("wait", now.wait);
    say("told", now.told);
    at("counters-row").hidden = now.counters.length === 0;
    at("counters").textContent = now.counters.join(", ");
    at("notes").replaceChildren(...now.notes.map((note) => {
      const item = document.createElement("li");
      item.textContent = note;
      return item;
    }));
    at("keep").hidden = now.over;
    at("asof").textContent = now.asof;
    at("asof").classList.remove("lost");
    if (now.tone === "called" && before !== "called" && navigator.vibrate) navigator.vibrate([300, 150, 300]);
    before = now.tone;
    return now.over;
  }

  async function ask() {
    let over = false;
    try {
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(6000) });
      if (answer.status === 404) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      over = show(await answer.json());
      failures = 0;
    } catch {
      failures += 1;
      if (failures >= 2) {
        at("asof").textContent = page.dataset.lost;
        at("asof").classList.add("lost");
      }
    }
    if (!over) setTimeout(() => (document.hidden ? wait() : ask()), Math.min(30000, 5000 * (1 + failures)));
  }

  function wait() {
    document.addEventListener("visibilitychange", ask, { once: true });
  }

  setTimeout(ask, 5000);
})();
