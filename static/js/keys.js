// One keyboard map: an element says its key with data-key; this module finds it and does what a click would do.
const STORED = "keys";
const SEQUENCE_MS = 900;
let prefix = "";
let forget = 0;

const typing = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");
const shown = (element) => element.matches("dialog") || element.checkVisibility();
const singleKeys = () => localStorage.getItem(STORED) !== "off";

function find(key) {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(shown);
}

function use(element) {
  if (element.matches("dialog")) element.showModal();
  else if (element.matches("details")) openMenu(element);
  else if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")) {
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
  menu.querySelector(".menu__panel :is(input:not([type=hidden]), button, a, select)")?.focus();
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

const MOVES = {
  j: () => move(1),
  k: () => move(-1),
  o: () => current()?.querySelector("[data-open]")?.click(),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  U: () => document.dispatchEvent(new CustomEvent("marks:unread", { detail: current() })),
};

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
  const element = find(key);
  clearTimeout(forget);
  prefix = "";
  if (element) use(element);
  else if (MOVES[key]) MOVES[key]();
  else if (document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    prefix = key;
    forget = setTimeout(() => (prefix = ""), SEQUENCE_MS);
    return;
  } else return;
  event.preventDefault();
});

// Single letters can be turned off, for people who speak to their computer (WCAG 2.1.4).
const choice = document.querySelector("[data-single-keys]");
if (choice) {
  choice.checked = singleKeys();
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));
}
