// The list of tickets follows what happens, but never moves a row from under the pointer or the focus.
import { announce } from "./toasts.js";

const list = () => document.querySelector("[data-live-list]");
let changed = new Set();
let timer = 0;

const inUse = (place) => place.matches(":hover") || place.contains(document.activeElement);

document.addEventListener("live:changed", (event) => {
  if (!list()) return;
  changed.add(event.detail.ticket);
  clearTimeout(timer);
  timer = setTimeout(fetchChanged, 350);
});
document.addEventListener("live:unsure", () => list() && fetchAll());

async function rows(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  return page.content;
}

async function fetchChanged() {
  const place = list();
  const ids = [...changed].slice(0, 50);
  changed = new Set();
  if (!place || !ids.length) return;
  const address = new URL(place.dataset.liveList, location.href);
  for (const id of ids) address.searchParams.append("id", id);
  const fresh = await rows(address);
  if (fresh) return merge(place, fresh, ids);
  // The server was busy: what it could not tell now it tells in a moment.
  ids.forEach((id) => changed.add(id));
  timer = setTimeout(fetchChanged, 3000);
}

async function fetchAll() {
  const place = list();
  const fresh = place && (await rows(new URL(place.dataset.liveList, location.href)));
  if (fresh) merge(place, fresh, [...place.querySelectorAll("[data-ticket]")].map((row) => Number(row.dataset.ticket)));
}

function merge(place, fresh, ids) {
  const known = new Map([...place.querySelectorAll("[data-ticket]")].map((row) => [row.dataset.ticket, row]));
  const news = [];
  const left = new Set(ids.map(String));
  for (const row of fresh.querySelectorAll("[data-ticket]")) {
    const old = known.get(row.dataset.ticket);
    left.delete(row.dataset.ticket);
    if (old) replace(old, row);
    else news.push(row);
  }
  left.forEach((id) => known.get(id)?.classList.add("is-gone"));
  waiting.push(...news);
  settle();
  if (news.length) announce(place.dataset.saysNew?.replace("%(count)d", news.length) || "");
}

function replace(old, row) {
  const box = old.querySelector("input[type=checkbox]");
  const mark = row.querySelector("input[type=checkbox]");
  if (box && mark) mark.checked = box.checked;
  if (old.innerHTML.trim() === row.innerHTML.trim() && old.className === row.className) return;
  const focused = old.contains(document.activeElement) && document.activeElement.id;
  if (old.dataset.at !== row.dataset.at) row.classList.add("is-fresh", "is-moved");
  old.replaceWith(row);
  window.htmx?.process(row);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// New rows go to the top, moved ones with them, and those that left go: only while nobody is busy in the list.
let waiting = [];

function settle() {
  const place = list();
  if (!place) return;
  const bar = document.querySelector("[data-live-waiting]");
  // In another order than that of activity only the server knows where a row belongs.
  const ordered = place.dataset.ordered !== undefined;
  if (inUse(place) || ordered) {
    if (bar) {
      bar.hidden = !waiting.length;
      bar.querySelector("[data-count]").textContent = waiting.length;
    }
    if (ordered && !inUse(place)) place.querySelectorAll(".is-gone").forEach((row) => row.remove());
    if (ordered) window.htmx?.trigger("#views", "counts");
    return;
  }
  if (bar) bar.hidden = true;
  place.querySelectorAll(".is-gone").forEach((row) => row.remove());
  const risen = [...place.querySelectorAll(".is-moved")];
  if (place.dataset.first === undefined) waiting = [];
  const up = [...waiting, ...risen].sort((one, other) => (one.dataset.at < other.dataset.at ? 1 : -1));
  up.forEach((row) => row.classList.remove("is-moved"));
  waiting.forEach((row) => row.classList.add("is-fresh"));
  const seen = new Set(up.map((row) => row.dataset.ticket));
  if (place.dataset.first !== undefined) {
    place.querySelectorAll("[data-ticket]").forEach((row) => seen.has(row.dataset.ticket) && row.remove());
    place.prepend(...up);
  }
  up.forEach((row) => window.htmx?.process(row));
  waiting = [];
  window.htmx?.trigger("#views", "counts");
}

document.addEventListener("pointerout", (event) => {
  const place = list();
  if (place && place.contains(event.target) && !place.contains(event.relatedTarget)) setTimeout(settle, 200);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-live-waiting]")) return;
  event.preventDefault();
  document.activeElement?.blur();
  location.reload();
});
