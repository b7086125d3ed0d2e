// The supervisor's desk follows what happens: each piece is fetched anew when tickets change, but never from under
// somebody who types in it or has a menu of it open. What is dear to count comes at longer intervals.
const EVERY = { quick: 1500, slow: 15000 };
const MINUTE = 60000; // "within 12 min" grows shorter although nothing happens
const timers = {};
const asked = {};
const late = new Set();
let gestures = 0; // under way: their form must stay on the page, or the answer finds no place on it

const pieces = (pace) => [...document.querySelectorAll(pace ? `[data-desk="${pace}"]` : "[data-desk]")];
const busy = (piece) => gestures > 0 || typing(piece);
const typing = (piece) => piece.querySelector("details[open]") || document.activeElement?.matches("input, textarea, select") && piece.contains(document.activeElement);

function refresh(pace) {
  timers[pace] = 0;
  asked[pace] = Date.now();
  for (const piece of pieces(pace)) {
    if (busy(piece)) late.add(piece.id);
    else window.htmx?.trigger(piece, `desk:${pace}`);
  }
}

// The first change is answered soon, and those that follow together.
function soon() {
  for (const pace of Object.keys(EVERY)) {
    if (timers[pace] || !pieces(pace).length) continue;
    const since = Date.now() - (asked[pace] || 0);
    timers[pace] = setTimeout(() => refresh(pace), Math.max(300, EVERY[pace] - since));
  }
}

function catchUp() {
  for (const id of [...late]) {
    const piece = document.getElementById(id);
    if (piece && busy(piece)) continue;
    late.delete(id);
    if (piece) window.htmx?.trigger(piece, `desk:${piece.dataset.desk}`);
  }
}

// One key moves to the next, and a gesture leaves the focus where the next one lies.
const rows = () => [...document.querySelectorAll("#queue [data-item]")];
const focusOn = (row) => row?.querySelector("[data-open]")?.focus();
let place = -1;

function next() {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  focusOn(all[(here + 1) % all.length]);
}

if (pieces().length) {
  document.addEventListener("live:changed", soon);
  document.addEventListener("live:gone", soon);
  document.addEventListener("live:unsure", soon);
  document.addEventListener("visibilitychange", () => !document.hidden && soon());
  document.addEventListener("focusout", () => late.size && setTimeout(catchUp, 200));
  document.addEventListener("toggle", () => late.size && setTimeout(catchUp, 200), true);
  setInterval(() => document.hidden || soon(), MINUTE);

  document.addEventListener("click", (event) => event.target.closest("[data-next-row]") && next());
  const isGesture = (event) => event.detail.requestConfig?.verb !== "get";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isGesture(event)) gestures += 1;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isGesture(event)) return;
    gestures = Math.max(0, gestures - 1);
    if (late.size) setTimeout(catchUp, 200);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const piece = event.detail.target;
    if (!isGesture(event) && piece?.dataset.desk && busy(piece)) {
      event.detail.shouldSwap = false;
      late.add(piece.id);
      return;
    }
    if (piece?.id !== "queue") return;
    place = rows().findIndex((row) => row.contains(document.activeElement));
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (place < 0) return;
    const all = rows();
    if (!all.some((row) => row.contains(document.activeElement))) focusOn(all[Math.min(place, all.length - 1)]);
    place = -1;
  });
}
