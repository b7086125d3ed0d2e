// Choosing rows: one, a range with shift, the whole page, everything that matches. Afterwards the focus goes on.
import { announce } from "./toasts.js";

const RETURN = "bulk-return";
const BOXES = "input[name=ticket][type=checkbox]";
const bar = () => document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll(BOXES)].filter((box) => box.checkVisibility());
const chosen = () => boxes().filter((box) => box.checked);
const everything = () => document.querySelector("[data-chooses-all]:checked");
let anchor = null;

export function hasSelection() {
  return Boolean(bar() && (chosen().length || everything()));
}

// What a key of the bar acts on when nothing is chosen: the row that has the focus.
export function chooseCurrent() {
  const box = bar() && document.activeElement?.closest("[data-item]")?.querySelector(BOXES);
  if (!box || hasSelection()) return false;
  set(box, true);
  return true;
}

function set(box, checked) {
  if (box.checked === checked) return;
  box.checked = checked;
  changed();
}

function changed() {
  const place = document.querySelector("[data-selected-count]");
  if (!place) return;
  const all = boxes();
  const count = everything() ? Number(everything().dataset.choosesAll) : chosen().length;
  const words = place.dataset.saysSome.replace("%(count)d", count.toLocaleString(document.documentElement.lang));
  const said = count ? words : place.dataset.saysNone;
  if (place.textContent !== said && (count || place.textContent)) announce(said);
  place.textContent = said;
  const whole = document.querySelector("[data-selects-all]");
  if (whole) {
    whole.checked = all.length > 0 && chosen().length === all.length;
    whole.indeterminate = count > 0 && !whole.checked;
  }
  offerEverything(whole?.checked);
}

// Only when a whole page is chosen, and only if there is more than this page.
async function offerEverything(whole) {
  const place = document.getElementById("bulk-all");
  if (!place?.dataset.counts || everything()) return;
  if (!whole || !document.querySelector(".pager a")) return place.replaceChildren();
  if (place.childElementCount) return;
  const answer = await fetch(place.dataset.counts, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) place.innerHTML = await answer.text();
}

function choosePage(checked) {
  boxes().forEach((box) => (box.checked = checked));
  changed();
}

function clear() {
  const all = everything();
  if (all) all.checked = false;
  document.getElementById("bulk-all")?.replaceChildren();
  choosePage(false);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-clears-selection]")) {
    clear();
    (document.activeElement?.closest("[data-item]") || document.querySelector("[data-item] [data-open]"))?.focus();
  }
  const box = event.target.matches?.(BOXES) && event.target;
  if (!box) return;
  if (event.shiftKey && anchor?.isConnected) {
    const all = boxes();
    const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((one, other) => one - other);
    all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
  }
  anchor = box;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-selects-all]")) return choosePage(event.target.checked);
  if (event.target.matches("[data-chooses-all]") || event.target.matches(BOXES)) {
    if (event.target.matches(BOXES) && everything()) everything().checked = false;
    changed();
  }
});

// Shift with j and k takes the rows along that one walks over.
export function extend(step, move) {
  const here = document.activeElement?.closest("[data-item]")?.querySelector(BOXES);
  if (here) set(here, true);
  move(step);
  const next = document.activeElement?.closest("[data-item]")?.querySelector(BOXES);
  if (next) set((anchor = next), true);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || !bar()) return;
  if (event.key === "Escape" && hasSelection() && !document.querySelector("dialog[open], details.menu[open]")) {
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    clear();
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a" && event.target.closest("[data-item]")) {
    event.preventDefault();
    choosePage(true);
  }
});

// A field of the bar presses its own button: Enter must never press the first one of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.dataset?.presses) return;
  event.preventDefault();
  document.querySelector(event.target.dataset.presses)?.click();
});

// After the gesture the list comes anew; the focus goes to the row behind those that were chosen.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "bulk") return;
  const rows = [...document.querySelectorAll("[data-item]")];
  const last = rows.findLastIndex((row) => row.querySelector(BOXES)?.checked);
  const after = [...rows.slice(last + 1), ...rows.slice(0, Math.max(0, last)).reverse()];
  const next = after.find((row) => !row.querySelector(BOXES)?.checked);
  sessionStorage.setItem(RETURN, next?.dataset.ticket || "first");
});

const wanted = sessionStorage.getItem(RETURN);
if (wanted && document.querySelector("[data-live-list]")) {
  sessionStorage.removeItem(RETURN);
  const row = document.getElementById(`open-${wanted}`) || document.querySelector("[data-item] [data-open]");
  row?.focus({ preventScroll: false });
}
const said = document.querySelector("[data-said] > span");
if (said) announce(said.textContent.replace(/\s+/g, " ").trim());

// Rows come and go by themselves; a browser may also bring ticked boxes back.
const list = document.querySelector("[data-live-list], [data-selects]");
if (list) new MutationObserver(changed).observe(list, { childList: true });
addEventListener("pageshow", changed);
