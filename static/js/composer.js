// Writing: the field grows with the words, what was sent leaves it empty, and what comes back does not push out what is there.
import { keepNow } from "./drafts.js";
import { grow } from "./growing.js";

const composer = () => document.getElementById("composer");
let before = "";
let live = false;
let sentAt = -Infinity;
const DOUBLE_CLICK = 1000;

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-grows]")) grow(event.target);
});

// A sent composer answers with HX-Trigger "sent": it starts again empty, where it stands.
document.addEventListener("sent", (event) => {
  const form = event.target.closest?.("form") || document.querySelector("form.composer");
  if (!form) return;
  sentAt = performance.now();
  form.querySelectorAll("textarea").forEach((area) => ((area.value = ""), grow(area)));
  form.querySelectorAll("input[type=datetime-local]").forEach((field) => (field.value = ""));
  form.querySelector("[data-files]")?.replaceChildren();
});

// Files still on their way go first; words that are to come back find the present ones kept.
document.addEventListener("htmx:confirm", (event) => {
  const form = event.target;
  // The second press of a double click finds the form emptied by the first: it asks for nothing.
  if (form.id === "composer" && performance.now() - sentAt < DOUBLE_CLICK && !form.querySelector("textarea").value) {
    return event.preventDefault();
  }
  if (form.matches?.("[data-takes-files]") && form.querySelector(".file--loading progress")) {
    event.preventDefault();
    const look = setInterval(() => {
      if (form.querySelector(".file--loading progress")) return;
      clearInterval(look);
      event.detail.issueRequest(true);
    }, 150);
  } else if (/\/(withdrawal|planned\/\d+)\/$/.test(form.getAttribute?.("hx-post") || "") && composer()?.matches("form")) {
    event.preventDefault();
    before = composer().querySelector("textarea").value;
    keepNow().finally(() => event.detail.issueRequest(true));
  }
});

document.addEventListener("htmx:beforeOnLoad", (event) => (live = event.target.id === "ticket-live"));

// The server has put what came back before what it knew; what was typed since then is carried over.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (live && target.id === "planned" && target.contains(document.activeElement)) event.detail.shouldSwap = false;
  if (target.id !== "composer") return;
  const [now, next] = [target.querySelector("textarea"), fragment.querySelector("textarea")];
  if (!now || !next) return;
  if (now.value !== before && now.value.startsWith(before)) next.value += now.value.slice(before.length);
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const { target } = event.detail;
  const form = target.id === "composer" && composer();
  if (form && form.querySelector("textarea")?.value) {
    const area = form.querySelector("textarea");
    grow(area);
    area.focus({ preventScroll: true });
    area.setSelectionRange(area.value.length, area.value.length);
    form.scrollIntoView({ block: "nearest" });
  }
  // A question before sending: one press answers it.
  if (target.id === "composer-said") document.querySelector("#composer-said [data-asks] [data-sends]")?.focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keeps-writing]")) return;
  document.getElementById("composer-said").replaceChildren();
  document.getElementById("body").focus();
});
