// Menus are <details>: this closes them when one looks away, and lets the arrows walk through them.
const open = () => document.querySelectorAll("details.menu[open]");

function close(menu, giveBack) {
  menu.open = false;
  if (giveBack) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu, false);
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const dialog = event.target.matches("dialog[open]") && event.target;
  if (dialog) dialog.close();
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]") || (event.key === "Escape" && open()[0]);
  if (!menu) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close(menu, true);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu__panel :is(a, button, input, select)")].filter((item) => item.checkVisibility());
    const here = items.indexOf(document.activeElement);
    if (event.target.matches("select, textarea")) return;
    event.preventDefault();
    items[(here + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]?.focus();
  }
});

// What is typed into a menu that asks for words must not act as keys, also when the pointer opened it.
const WORDS = "input:not([type=hidden], [type=checkbox], [type=radio])";
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.menu[open]") || document.activeElement !== menu.querySelector("summary")) return;
    const panel = menu.querySelector(".menu__panel");
    const first = panel?.querySelector(":is(input:not([type=hidden]), button, a, select)");
    const field = panel?.matches(".menu__form") ? panel.querySelector(WORDS) : first?.matches(WORDS) && first;
    if (!field) return;
    field.focus();
    field.select?.();
  },
  { capture: true },
);

// What is typed while a menu still reads its choices is meant for its field: it must not act as keys meanwhile.
let early = "";
const waits = () => document.querySelector("details.menu[open] > summary.htmx-request");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("details.menu > summary")) early = "";
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || !waits()) return;
    if (event.key.length === 1) early += event.key;
    else if (event.key === "Enter") early += "\n";
    else if (event.key === "Backspace") early = early.slice(0, -1);
    else return;
    event.preventDefault();
  },
  { capture: true },
);

// Choices that came from the server replace what had the focus: it stays in the menu.
document.addEventListener("htmx:afterSwap", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu || ![document.body, menu.querySelector("summary")].includes(document.activeElement)) return;
  const first = menu.querySelector(".menu__panel :is(input:not([type=hidden]), button, a, select)");
  first?.focus();
  if (!first?.matches("[data-narrows]") || !early) return;
  const [words, ...ended] = early.split("\n");
  first.value = words;
  narrow(first);
  if (words && ended.length) setTimeout(choose, 0, first); // once htmx has taken up what came
});

// A long menu has a field that narrows it while one types.
function narrow(field) {
  const words = field.value.trim().toLocaleLowerCase();
  for (const item of field.closest(".menu__panel").querySelectorAll(".menu__item")) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(words);
  }
}

const choose = (field) => field.closest(".menu__panel").querySelector(".menu__item:not([hidden])")?.click();

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrows]")) narrow(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-narrows]")) return;
  event.preventDefault();
  choose(event.target);
});
