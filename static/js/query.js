// The filter bar: suggestions for the word under the cursor, and mistakes shown at their word while one types.
const WAIT_MS = 120;
let timer = 0;
let asked = 0;

const field = (element) => element.closest?.("[data-query]");
const input = (bar) => bar.querySelector(".query__input");
const list = (bar) => bar.querySelector("[data-options]");
const options = (bar) => [...list(bar).querySelectorAll("[role=option]")];
const isOpen = (bar) => !list(bar).hidden;
const active = (bar) => list(bar).querySelector("[aria-selected=true]");

function close(bar) {
  list(bar).hidden = true;
  input(bar).setAttribute("aria-expanded", "false");
  input(bar).removeAttribute("aria-activedescendant");
}

function choose(bar, option) {
  active(bar)?.setAttribute("aria-selected", "false");
  if (!option) return input(bar).removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input(bar).setAttribute("aria-activedescendant", option.id);
}

// The echo lies under the text of the field and draws the wavy lines; it scrolls with it.
function follow(bar) {
  bar.querySelector("[data-echo]").scrollLeft = input(bar).scrollLeft;
}

function ask(bar, { opens = true, wait = WAIT_MS } = {}) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = ++asked;
    const { value, selectionStart } = input(bar);
    const address = new URL(bar.dataset.query, location.href);
    address.searchParams.set("query", value);
    address.searchParams.set("at", selectionStart ?? value.length);
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== asked || input(bar).value !== value) return;
    show(bar, await answer.text(), opens);
  }, wait);
}

function show(bar, html, opens) {
  const page = document.createElement("template");
  page.innerHTML = html;
  for (const part of ["echo", "mistakes"]) {
    bar.querySelector(`[data-${part}]`).replaceChildren(...page.content.querySelector(`[data-${part}]`).childNodes);
  }
  const field = input(bar);
  if (bar.querySelector("[data-mistakes] li")) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  follow(bar);
  const fresh = [...page.content.querySelectorAll("[role=option]")];
  fresh.forEach((option, number) => (option.id = `${field.id}-option-${number}`));
  list(bar).replaceChildren(...fresh);
  const wanted = opens && fresh.length > 0 && document.activeElement === field;
  list(bar).hidden = !wanted;
  field.setAttribute("aria-expanded", String(wanted));
  field.removeAttribute("aria-activedescendant");
}

// What is put in goes through the field's own undo, where the browser still can.
function take(bar, option) {
  const field = input(bar);
  const { insert, start, end } = option.dataset;
  // The server counts whole characters, the field counts halves of them.
  const from = units(field.value, Number(start));
  const to = units(field.value, Number(end));
  const words = insert.endsWith(" ") && /^\s/.test(field.value.slice(to)) ? insert.trimEnd() : insert;
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close(bar);
  // After a key come its values; after a value one is free to go on or to be done.
  ask(bar, { wait: 0, opens: !insert.endsWith(" ") });
}

const units = (text, characters) => [...text].slice(0, characters).join("").length;

document.addEventListener("input", (event) => {
  const bar = field(event.target);
  if (!bar) return;
  bar.querySelector("[data-echo]").replaceChildren();
  ask(bar);
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  const bar = field(event.target);
  if (option && bar) take(bar, option);
  else if (bar && event.target === input(bar)) ask(bar, { wait: 0 });
});

// The field keeps the focus while one points at a suggestion.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-query] [role=option]")) event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  const bar = field(event.target);
  if (bar && !bar.contains(event.relatedTarget)) close(bar);
});

document.addEventListener("scroll", (event) => {
  const bar = event.target.matches?.(".query__input") && field(event.target);
  if (bar) follow(bar);
}, { capture: true });

document.addEventListener(
  "keydown",
  (event) => {
    const bar = event.target.matches?.(".query__input") && field(event.target);
    if (!bar || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(bar, event);
    else if ((event.key === "Enter" || event.key === "Tab") && isOpen(bar) && active(bar) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      take(bar, active(bar));
    } else if (event.key === "Escape" && isOpen(bar)) {
      event.preventDefault();
      close(bar);
    } else if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      ask(bar, { wait: 0 });
    }
  },
  { capture: true },
);

function step(bar, event) {
  event.preventDefault();
  if (!isOpen(bar)) return ask(bar, { wait: 0 });
  const all = options(bar);
  const here = all.indexOf(active(bar));
  const next = event.key === "ArrowDown" ? here + 1 : (here < 0 ? all.length : here) - 1;
  choose(bar, all[next]);
}
