// Ctrl-K: one field that leads to tickets, people, views and pages, and does what the page can do.
import { announce } from "./toasts.js";
import { insert } from "./completion.js";
import { press, usable } from "./keys.js";

const WAIT_MS = 60;
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("[role=combobox]");
const list = dialog?.querySelector("[role=listbox]");
let opener = null;
let timer = 0;
let asked = 0;

const options = () => [...list.querySelectorAll("[role=option]")];
const active = () => list.querySelector("[aria-selected=true]");
const composer = () => opener?.matches?.("textarea[data-canned]") && opener;

function open() {
  if (document.querySelector("dialog[open]")) return;
  opener = document.activeElement;
  input.value = "";
  list.replaceChildren();
  dialog.showModal();
  input.focus();
  ask(0);
}

function ask(wait = WAIT_MS) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = ++asked;
    const address = new URL(dialog.dataset.palette, location.href);
    address.searchParams.set("q", input.value);
    const ticket = document.querySelector("[data-ticket-page]")?.dataset.ticketPage;
    if (ticket) address.searchParams.set("ticket", ticket);
    if (composer()) address.searchParams.set("composing", "1");
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== asked || !dialog.open) return;
    show(await answer.text());
  }, wait);
}

function show(html) {
  const page = document.createElement("template");
  page.innerHTML = html;
  // What the page has no element for cannot be done here, or not by this reader.
  for (const option of page.content.querySelectorAll("[data-use]")) if (!usable(option.dataset.use, opener)) option.remove();
  for (const section of page.content.querySelectorAll("[role=group]")) {
    if (!section.querySelector("[role=option]")) section.remove();
  }
  list.replaceChildren(page.content);
  options().forEach((option, number) => (option.id = `palette-${number}`));
  const count = options().length;
  dialog.querySelector("[data-palette-none]").hidden = count > 0;
  const says = dialog.dataset;
  announce(count === 0 ? says.saysNone : says.saysSome.replace("%(count)d", count));
  choose(options()[0]);
}

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function take(option, aside) {
  const { href, use: key } = option.dataset;
  const area = composer();
  const back = opener;
  if (href && aside) return window.open(href, "_blank", "noopener");
  dialog.close();
  if (href) return location.assign(href);
  if (option.dataset.insert !== undefined && area) return insert(area, option);
  // Back to where one was first: an action on a row needs to know which row that is.
  back?.focus?.();
  press(key);
}

if (dialog) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    },
    { capture: true },
  );
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-palette]")) open();
  });
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus({ preventScroll: true }));
  input.addEventListener("input", () => ask());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const here = all.indexOf(active());
    const steps = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: Math.min(here + 6, all.length - 1), PageUp: Math.max(here - 6, 0) };
    if (event.key in steps && all.length) {
      event.preventDefault();
      choose(all[(steps[event.key] + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (active()) take(active(), event.ctrlKey || event.metaKey);
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option, event.ctrlKey || event.metaKey);
  });
}
