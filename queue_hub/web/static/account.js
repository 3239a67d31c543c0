// One's own password.
import { api, attempt, facts, t, toast } from "./common.js";

document.getElementById("password").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.password.value !== form.again.value) { toast(t("passwords_differ"), { kind: "bad" }); return; }
  const done = await attempt(() => api("PUT", `/accounts/${facts.me.username}/password`, { password: form.password.value, old: form.old.value }));
  if (done) { toast(t("password_changed")); setTimeout(() => { location.href = "/login"; }, 1200); }
});
