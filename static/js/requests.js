// What surrounds every request: a sign that it is under way, one send per click, words when it fails.
import { toast } from "./toasts.js";

const says = document.body.dataset;
const thread = document.getElementById("thread");
let running = 0;

function busy(change) {
  running = Math.max(0, running + change);
  thread?.classList.toggle("is-busy", running > 0);
}

document.addEventListener("htmx:beforeSend", (event) => {
  if (!event.target.closest("[data-quiet]")) busy(1);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.closest("[data-quiet]")) busy(-1);
  release(event.detail.elt.closest("form"));
});

document.addEventListener("htmx:sendError", () => toast(says.saysFailed, { error: true }));
document.addEventListener("htmx:timeout", () => toast(says.saysFailed, { error: true }));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (event.target.closest("[data-quiet]") || event.detail.xhr.getResponseHeader("HX-Trigger")?.includes("refused")) return;
  toast(status === 403 ? says.saysRefused : status === 404 ? says.saysGone : says.saysFailed, { error: true });
});

document.addEventListener("refused", (event) => toast(event.detail.text, { error: true }));

// A form that is on its way does not go a second time, with htmx or without.
function hold(form) {
  form.classList.add("is-sending");
  form.setAttribute("aria-busy", "true");
}

function release(form) {
  form?.classList.remove("is-sending");
  form?.removeAttribute("aria-busy");
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.method === "get") return;
    if (form.classList.contains("is-sending")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else setTimeout(() => hold(form), 0);
  },
  { capture: true },
);
document.addEventListener("htmx:validation:halted", (event) => setTimeout(() => release(event.target.closest("form")), 1));
addEventListener("pageshow", () => document.querySelectorAll("form.is-sending").forEach(release));

// A change made in a menu closes the menu; what a menu does by itself does not.
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.closest("details.menu");
  if (menu && event.detail.requestConfig.verb !== "get" && !event.target.matches("[data-quiet]")) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus({ preventScroll: true });
    menu.open = false;
  }
});

// Fields that act when they change (filters, selects in place) say so; without JavaScript their form has a button.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && !event.target.closest("[data-waits]")) form.requestSubmit();
});
