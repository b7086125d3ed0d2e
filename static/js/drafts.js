// What one writes is kept on the server while one writes, and once more when the page is left.
const WAIT_MS = 900;
const AGAIN_MS = 15000;
const BEACON_BYTES = 60000; // a browser takes 64 KiB with a page that goes away
const ours = new Set(["csrfmiddlewaretoken", "version", "gesture", "files", "send_at"]);
const known = new WeakMap();
let timer = 0;
let running = null;
let failed = false;

const form = () => document.querySelector("form.composer[data-draft-url]");

function words(place) {
  return JSON.stringify([...new FormData(place)].filter(([name]) => !ours.has(name)));
}

function learn(place) {
  if (place && !known.has(place)) known.set(place, words(place));
}

function later(wait = WAIT_MS) {
  clearTimeout(timer);
  timer = setTimeout(() => keepNow(), wait);
}

// Resolves when the server has it, or at once when there is nothing new.
export async function keepNow(leaving = false) {
  const place = form();
  clearTimeout(timer);
  if (!place || place.classList.contains("is-sending")) return;
  const now = words(place);
  if (known.get(place) === now) return;
  const data = new FormData(place);
  data.delete("files");
  const gesture = data.get("gesture");
  running?.abort();
  running = new AbortController();
  const keepalive = leaving && now.length < BEACON_BYTES;
  const headers = { "HX-Request": "true" };
  const shown = document.getElementById("composer-kept");
  try {
    const response = await fetch(place.dataset.draftUrl, { method: "POST", body: data, headers, keepalive, signal: running.signal });
    if (!response.ok) throw new Error(String(response.status));
    const said = await response.text();
    if (document.getElementById("composer-gesture")?.value !== gesture) return;
    known.set(place, now);
    failed = false;
    if (shown) shown.textContent = new DOMParser().parseFromString(said, "text/html").body.textContent.trim();
  } catch (error) {
    if (error.name === "AbortError" || leaving) return;
    failed = true;
    if (shown) shown.textContent = place.dataset.saysNotKept;
    later(AGAIN_MS);
  }
}

learn(form());
document.addEventListener("focusin", (event) => learn(event.target.closest?.("form.composer[data-draft-url]")));
for (const kind of ["input", "change", "files:changed"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target.closest?.("form.composer[data-draft-url]");
    if (place) later();
  });
}
document.addEventListener("visibilitychange", () => document.hidden && keepNow(true));
addEventListener("pagehide", () => keepNow(true));

// Only words that could not be kept make the browser ask before it leaves.
addEventListener("beforeunload", (event) => {
  const place = form();
  if (failed && place && known.get(place) !== words(place)) event.preventDefault();
});

// While it is being sent it is no draft; when it was refused, it is one again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== form()) return;
  clearTimeout(timer);
  running?.abort();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target === form() && event.detail.failed) later();
});
document.addEventListener("sent", () => {
  const place = form();
  if (!place) return;
  // After the other listeners have emptied it.
  setTimeout(() => known.set(place, words(place)), 0);
  const shown = document.getElementById("composer-kept");
  if (shown) shown.textContent = "";
});
