// The list of tickets follows what happens, but never moves a row from under the pointer or the focus.
import { announce } from "./toasts.js";

const list = () => document.querySelector("[data-live-list]");
const MOST_IDS = 50; // as many as the server answers at once
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
// It went where this agent sees nothing of it: the row is not asked for any more.
document.addEventListener("live:gone", (event) => {
  if (!list()) return;
  const id = String(event.detail.ticket);
  waiting = waiting.filter((row) => row.dataset.ticket !== id);
  leave(document.getElementById(`ticket-${id}`));
  settle();
});
// Who comes back to the list has read tickets meanwhile.
document.addEventListener("visibilitychange", () => !document.hidden && list() && fetchAll());
addEventListener("pageshow", (event) => event.persisted && list() && fetchAll());

async function rows(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  return page.content;
}

async function fetchChanged() {
  const place = list();
  const ids = [...changed].slice(0, MOST_IDS);
  changed = new Set([...changed].slice(MOST_IDS));
  if (!place || !ids.length) return;
  const fresh = await rows(addressOf(place, ids));
  if (fresh) merge(place, fresh, ids);
  // The server was busy: what it could not tell now it tells in a moment.
  else ids.forEach((id) => changed.add(id));
  if (changed.size) timer = setTimeout(fetchChanged, fresh ? 0 : 3000);
}

function addressOf(place, ids) {
  const address = new URL(place.dataset.liveList, location.href);
  for (const id of ids) address.searchParams.append("id", id);
  return address;
}

async function fetchAll() {
  const place = list();
  if (!place) return;
  place.querySelectorAll("[data-ticket]").forEach((row) => changed.add(Number(row.dataset.ticket)));
  fetchChanged();
  // What came meanwhile stands on the first page; other pages only keep what they show.
  const fresh = place.dataset.first !== undefined && (await rows(addressOf(place, [])));
  if (fresh) merge(place, fresh, []);
}

function merge(place, fresh, ids) {
  const known = new Map([...place.querySelectorAll("[data-ticket]")].map((row) => [row.dataset.ticket, row]));
  const asked = new Set(ids.map(String));
  const news = [];
  const left = new Set(asked);
  for (const row of fresh.querySelectorAll("[data-ticket]")) {
    const old = known.get(row.dataset.ticket);
    left.delete(row.dataset.ticket);
    if (!old) news.push(row);
    else if (isHeld(old)) held.set(row.dataset.ticket, row);
    else replace(old, row);
  }
  left.forEach((id) => leave(known.get(id)));
  // What was asked about again is known better now, and nothing waits twice.
  const newer = new Set([...asked, ...news.map((row) => row.dataset.ticket)]);
  const before = waiting.length;
  waiting = [...waiting.filter((row) => !newer.has(row.dataset.ticket)), ...news];
  const more = waiting.length - before;
  settle();
  if (more > 0) announceLater(place, more);
}

// A row that somebody points at, stands on or has chosen stays as it is until it is let go.
const isHeld = (row) => row.matches(":hover") || row.contains(document.activeElement) || Boolean(row.querySelector("input:checked"));
const held = new Map();

function release() {
  for (const [id, row] of held) {
    const old = document.getElementById(`ticket-${id}`);
    if (old && isHeld(old)) continue;
    held.delete(id);
    if (old) replace(old, row);
  }
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

// It stays where it stood, dimmed and with a word, until nobody is busy in the list.
function leave(row) {
  if (!row || row.classList.contains("is-gone")) return;
  held.delete(row.dataset.ticket);
  row.classList.add("is-gone");
  const words = document.createElement("span");
  words.className = "ticket-row__left";
  words.textContent = list().dataset.saysLeft || "";
  row.querySelector(".ticket-row__main")?.append(words);
}

// One word for all that came within some seconds, not one for each.
let untold = 0;
function announceLater(place, count) {
  untold += count;
  if (untold > count) return;
  setTimeout(() => {
    announce(place.dataset.saysNew?.replace("%(count)d", untold) || "");
    untold = 0;
  }, 3000);
}

// New rows go to the top, moved ones with them, and those that left go: only while nobody is busy in the list.
let waiting = [];
const isBusy = (place) => inUse(place) || Boolean(place.querySelector(".ticket-row__check input:checked"));

function settle() {
  const place = list();
  if (!place) return;
  release();
  const bar = document.querySelector("[data-live-waiting]");
  // In another order than that of activity only the server knows where a row belongs.
  const ordered = place.dataset.ordered !== undefined;
  if (isBusy(place) || ordered) {
    if (bar) {
      bar.hidden = !waiting.length;
      bar.querySelector("[data-count]").textContent = waiting.length;
    }
    if (ordered && !isBusy(place)) place.querySelectorAll(".is-gone").forEach((row) => row.remove());
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
  if (!place?.contains(event.target)) return;
  if (!place.contains(event.relatedTarget)) setTimeout(settle, 200);
  else if (held.size) setTimeout(release, 200);
});
document.addEventListener("focusout", (event) => list()?.contains(event.target) && setTimeout(settle, 200));
document.addEventListener("change", (event) => event.target.closest(".ticket-row__check") && setTimeout(settle, 200));
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-live-waiting]")) return;
  event.preventDefault();
  document.activeElement?.blur();
  location.reload();
});
