// One keyboard map: an element says its key with data-key; this module finds it and does what a click would do.
// What the help sheet says about all of this stands in helpdesk/key_map.py, and a test compares the two.
import { chooseCurrent, extend, hasSelection } from "./selection.js";

const STORED = "keys";
const WALK = "walk";
const LIST = "walk-list";
const BACK = "walk-back";
const SEQUENCE_MS = 900;
let prefix = "";
let forget = 0;

const typing = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");
const singleKeys = () => localStorage.getItem(STORED) !== "off";

// What lies in a closed menu can be pressed as well, as long as the menu itself is there to be opened.
const shown = (element) =>
  element.matches("dialog") || element.checkVisibility() || Boolean(element.closest("details.menu")?.checkVisibility());

export function find(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  // Rows with gestures of their own: the one that one stands on is meant.
  const here = current();
  const own = here && all.find((element) => here.contains(element) && shown(element));
  if (own) return own;
  return all.find((element) => element.checkVisibility()) || all.find(shown);
}

export function use(element) {
  if (element.closest("#bulk") && !hasSelection() && !chooseCurrent()) return;
  // A gesture of a row is for the row one stands on: from elsewhere the first press only leads there.
  const row = element.closest("[data-row-keys] [data-item]");
  if (row && !row.contains(document.activeElement)) return row.querySelector("[data-open]").focus();
  if (element.matches("dialog")) element.showModal();
  else if (element.matches("details")) openMenu(element);
  else if (element.matches("summary")) {
    element.focus();
    element.click();
  } else if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
    if (element.dataset.focuses) document.querySelector(element.dataset.focuses)?.focus();
  }
}

// By a click, so that a menu which reads its choices from the server does so.
function openMenu(menu) {
  if (!menu.open) menu.querySelector("summary").click();
  // What comes from the server takes the focus over from the button (menus.js).
  (menu.querySelector(".menu__panel :is(input:not([type=hidden]), button, a, select)") || menu.querySelector("summary")).focus();
}

// Lists and conversations: j and k carry the real focus, so that a screen reader reads along.
function move(step) {
  const items = [...document.querySelectorAll("[data-item]")].filter(shown);
  if (!items.length) return;
  const here = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[here < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, here + step))];
  const target = next.querySelector("[data-open]") || next;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function current() {
  return document.activeElement?.closest("[data-item]");
}

// Who leaves a ticket by key stands on its row again when the list comes, and goes on from there.
function markPlace() {
  const here = document.querySelector("[data-ticket-page]")?.dataset.ticketPage;
  if (here) sessionStorage.setItem(BACK, here);
}

// A ticket page knows the list that one came from, and so the tickets beside it.
function walk(step) {
  const here = document.querySelector("[data-ticket-page]")?.dataset.ticketPage;
  const known = JSON.parse(sessionStorage.getItem(WALK) || "[]");
  const place = here ? known.indexOf(here) : -1;
  if (place < 0) return;
  const next = known[place + step];
  if (!next) markPlace();
  if (next) location.assign(new URL(`../${next}/`, location.href.replace(/[?#].*$/, "")));
  else find("u")?.click();
}

// On a row that is not chosen r and n open its ticket, with the composer ready.
function write(kind) {
  const link = !hasSelection() && document.querySelector("#bulk, [data-live-list]") && current()?.querySelector("[data-open]");
  if (!link) return false;
  location.assign(`${link.href}#${kind}`);
  return true;
}

const MOVES = {
  j: () => move(1),
  k: () => move(-1),
  J: () => extend(1, move),
  K: () => extend(-1, move),
  o: () => current()?.querySelector("[data-open]")?.click(),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  U: () => document.dispatchEvent(new CustomEvent("marks:unread", { detail: current() })),
  "]": () => walk(1),
  "[": () => walk(-1),
};
const ROW_KEYS = { r: "reply", n: "note" };

// An action of the bar needs a row; everything else only its element.
export function usable(key, focus) {
  const element = find(key);
  return Boolean(element && (!element.closest("#bulk") || hasSelection() || focus?.closest?.("[data-item]")));
}

// What a key does when an element has it; false when none has.
export function press(key) {
  if (ROW_KEYS[key] && write(ROW_KEYS[key])) return true;
  // Words to many are written on one page, whoever shall read them.
  const element = find(key) || (key === "n" && hasSelection() && find("r"));
  if (element) use(element);
  return Boolean(element);
}

function submitFrom(target) {
  const form = target.closest("form");
  if (!form) return false;
  const button = form.querySelector("[data-sends]") || form.querySelector("button:not([type=button]), input[type=submit]");
  form.requestSubmit(button?.form === form ? button : undefined);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && submitFrom(event.target)) {
    event.preventDefault();
    return;
  }
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
  if (document.querySelector("dialog[open]") || (!singleKeys() && event.key !== "?")) return;
  const key = prefix ? `${prefix} ${event.key}` : event.key;
  clearTimeout(forget);
  prefix = "";
  // A key that is held walks on, but it presses nothing again: the next row would get what was meant for this one.
  if (event.repeat && !MOVES[key]) return;
  if (key === "u") markPlace();
  if (press(key)) return event.preventDefault();
  if (MOVES[key]) MOVES[key]();
  else if (document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    prefix = key;
    forget = setTimeout(() => (prefix = ""), SEQUENCE_MS);
    return;
  } else return;
  event.preventDefault();
});

// Which tickets lie beside each other, for ] and [; and the composer that r on a row asked for.
const list = document.querySelector("[data-live-list]");
if (list) {
  const remember = () => {
    const ids = [...list.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket);
    sessionStorage.setItem(WALK, JSON.stringify(ids));
    sessionStorage.setItem(LIST, location.href);
  };
  addEventListener("pagehide", remember);
  const row = list.querySelector(`[data-ticket="${CSS.escape(sessionStorage.getItem(BACK) ?? "")}"]`);
  sessionStorage.removeItem(BACK);
  row?.querySelector("[data-open]")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}
const asked = Object.entries(ROW_KEYS).find(([, kind]) => location.hash === `#${kind}`);
if (asked && document.querySelector("[data-ticket-page]") && find(asked[0])) use(find(asked[0]));

// Single letters can be turned off, for people who speak to their computer (WCAG 2.1.4).
const choice = document.querySelector("[data-single-keys]");
if (choice) {
  choice.checked = singleKeys();
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));
}
