// Who else has this ticket open: the page says that it is there, and what one does, and shows what it hears of others.
import { announce, toast } from "./toasts.js";

const BEAT_MS = 20000;
const STILL_MS = 15000; // so long after the last letter one still counts as writing
// A name for this page among the reader's own: another may show the same ticket and stay when this one goes.
const page = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const place = document.getElementById("presence");
let doing = "viewing";
let told = "";
let beat = 0;
let still = 0;
let over = false;

const headers = () => ({ "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") || "{}") });

async function show(answer) {
  if (!answer || answer.status !== 200 || answer.redirected) return;
  const fragment = document.createElement("template");
  fragment.innerHTML = await answer.text();
  const before = new Set([...place.querySelectorAll(".present--writes")].map((one) => one.dataset.present));
  const same = fragment.content.textContent.replace(/\s+/g, " ") === place.textContent.replace(/\s+/g, " ");
  if (same) return;
  place.replaceChildren(fragment.content);
  // Who comes and goes is there to be looked at; that somebody begins to write is worth a word.
  const begun = [...place.querySelectorAll(".present--writes")].find((one) => !before.has(one.dataset.present));
  if (begun) announce(begun.querySelector(".present__words").textContent.trim());
}

function say(what, leaving = false) {
  if (over) return;
  told = what;
  clearTimeout(beat);
  if (!leaving) beat = setTimeout(() => say(doing), BEAT_MS);
  const body = new URLSearchParams({ doing: what, page });
  return fetch(place.dataset.presence, { method: "POST", body, headers: headers(), keepalive: leaving })
    .then((answer) => (leaving ? null : show(answer)))
    .catch(() => null);
}

function become(what) {
  doing = what;
  if (told !== what && !document.hidden) say(what);
}

// Writing is heard from the field itself; an emptied or a resting one is not being written in.
function writes(form) {
  clearTimeout(still);
  if (!form.querySelector("#body")?.value.trim()) return become("viewing");
  still = setTimeout(() => become("viewing"), STILL_MS);
  become(form.querySelector("[name=kind][value=note]")?.checked ? "noting" : "replying");
}

if (place) {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("#composer");
    if (form && event.target.matches("#body, [name=kind]")) writes(form);
  });
  document.addEventListener("sent", () => {
    clearTimeout(still);
    become("viewing");
  });
  document.addEventListener("live:presence", (event) => {
    if (place.dataset.presence.endsWith(`/${event.detail.ticket}/presence/`)) {
      fetch(place.dataset.presence, { headers: { "HX-Request": "true" } }).then(show, () => null);
    }
  });
  document.addEventListener("live:gone", (event) => {
    if (!place.dataset.presence.endsWith(`/${event.detail.ticket}/presence/`)) return;
    over = true;
    clearTimeout(beat);
    place.replaceChildren();
    toast(place.dataset.saysGone, { error: true });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(still);
      doing = "viewing";
      say("gone", true);
    } else say(doing);
  });
  addEventListener("pagehide", () => told !== "gone" && say("gone", true));
  addEventListener("pageshow", (event) => event.persisted && say(doing));
  if (!document.hidden) say(doing);
}
