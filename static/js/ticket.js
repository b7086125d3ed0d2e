// The ticket page follows what happens: new words arrive by themselves, and never disturb what one is doing.
import { announce } from "./toasts.js";

const page = () => document.querySelector("[data-ticket-page]");
let late = false;
let asking = false;
let gestures = 0;

const busy = (element) =>
  element.querySelector("details[open]") || (element.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"));

function ask() {
  window.htmx?.trigger("#ticket-live", "live");
}

document.addEventListener("live:changed", (event) => {
  if (page() && String(event.detail.ticket) === page().dataset.ticketPage) ask();
});
document.addEventListener("live:unsure", () => page() && ask());

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("#ticket form")) gestures += 1;
});
document.addEventListener("htmx:beforeOnLoad", (event) => (asking = event.target.id === "ticket-live"));
document.addEventListener("htmx:afterOnLoad", () => (asking = false));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb !== "get") gestures = Math.max(0, gestures - 1);
  if (late && !gestures) catchUp();
});

// An answer whose form has been replaced meanwhile finds no place on the page: then everything is asked for anew.
document.addEventListener("htmx:oobErrorNoTarget", () => (late = true) && catchUp());

function catchUp() {
  setTimeout(() => {
    if (!late || gestures || [...document.querySelectorAll("#ticket-head, #ticket-properties")].some(busy)) return;
    late = false;
    ask();
  }, 300);
}

// Pieces that come by themselves wait while somebody works in the piece they would replace.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id === "conversation" && fragment.dataset?.whole === undefined) {
    for (const entry of [...fragment.querySelectorAll("[id]")]) {
      if (entry.parentElement?.closest("article")) continue;
      if (document.getElementById(entry.id)) entry.remove();
    }
  }
  if (asking && ["ticket-head", "ticket-properties"].includes(target.id) && (gestures > 0 || busy(target))) {
    event.detail.shouldSwap = false;
    late = true;
  }
});

// What had the focus was replaced: its successor has it, by its key, by its name, or by its place.
let spot = null;
const stops = (piece) => [...piece.querySelectorAll("summary, a[href], button, input:not([type=hidden])")].filter((one) => one.checkVisibility());
const named = (element) => element.getAttribute("aria-label") || element.title || element.textContent.trim();
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, shouldSwap } = event.detail;
  const active = document.activeElement;
  if (!shouldSwap || !["ticket-head", "ticket-properties"].includes(target.id) || !target.contains(active)) return;
  spot = { piece: target.id, key: active.closest("[data-key]")?.dataset.key, name: named(active), place: stops(target).indexOf(active) };
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (asking && event.detail.target.id === "composer-said") announce(document.getElementById("composer-said").textContent.trim());
  const piece = spot && document.getElementById(spot.piece);
  if (event.detail.target.id !== spot?.piece || !piece) return;
  const all = stops(piece);
  const keyed = spot.key && all.find((one) => one.closest("[data-key]")?.dataset.key === spot.key);
  const next = keyed || all.find((one) => named(one) === spot.name) || all[Math.min(spot.place, all.length - 1)];
  spot = null;
  next?.focus({ preventScroll: true });
});

document.addEventListener("focusout", () => late && catchUp());

// One's own message is brought into view; what others write is not allowed to move the page.
document.addEventListener("sent", () => {
  document.getElementById("composer")?.scrollIntoView({ block: "end" });
});

// The way back leads to the list one came from, with its filters; also after walking along that list with ] and [.
const back = document.querySelector("[data-back]");
const walked = JSON.parse(sessionStorage.getItem("walk") || "[]").includes(document.querySelector("[data-ticket-page]")?.dataset.ticketPage);
for (const address of back ? [walked && sessionStorage.getItem("walk-list"), document.referrer].filter(Boolean) : []) {
  const from = new URL(address);
  if (from.origin === location.origin && from.pathname === new URL(back.href).pathname) back.href = from.href;
}

// A page starts where one stopped reading, else at its newest words, as a conversation does.
const stopped = document.getElementById("since-last-look");
const entries = document.querySelectorAll("#conversation > *");
if (location.hash || location.search) {
  // Somebody wants to be elsewhere.
} else if (stopped) stopped.scrollIntoView({ block: "center" });
else if (entries.length > 6) document.getElementById("composer")?.scrollIntoView({ block: "end" });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

// Undo has a limit; its button goes when the time is over.
setInterval(() => {
  for (const form of document.querySelectorAll("form.undo-send")) {
    form.dataset.age = Number(form.dataset.age || 0) + 1;
    if (Number(form.dataset.age) > 15) form.remove();
  }
}, 2000);
