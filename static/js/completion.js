// What is offered while one types: texts after "/" at the start of a line, colleagues after "@", customers in addresses.
import { announce, toast } from "./toasts.js";

const WAIT_MS = 130;
const box = document.createElement("div");
box.className = "options";
box.id = "options";
box.setAttribute("role", "listbox");
box.hidden = true;
document.body.append(box);

let field = null;
let range = null;
let timer = 0;
let asking = null;

const options = () => [...box.querySelectorAll("[data-insert]")];
const chosen = () => box.querySelector('[aria-selected="true"]');

function ask(url, query) {
  const address = `${url}?${new URLSearchParams({ q: query, short: "1" })}`;
  asking?.abort();
  asking = new AbortController();
  return fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal }).then((response) =>
    response.ok ? response.text() : "",
  );
}

// What stands before the cursor: where it begins, what was typed, and who knows the answer.
function wanted(target) {
  if (target.dataset.completes) return { url: target.dataset.completes, start: 0, query: target.value.trim(), least: 2 };
  const typed = target.value.slice(0, target.selectionStart);
  const text = target.dataset.canned && /(?:^|\n)\/([^\n/]{0,40})$/.exec(typed);
  if (text) return { url: target.dataset.canned, start: typed.length - text[1].length - 1, query: text[1], least: 0 };
  const note = target.form?.querySelector('[name=kind][value="note"]')?.checked;
  const name = note && target.dataset.mentions && /(?:^|[\s(])@([^\n@]{0,40})$/u.exec(typed);
  if (name) return { url: target.dataset.mentions, start: typed.length - name[1].length - 1, query: name[1], least: 0 };
  return null;
}

export function close() {
  clearTimeout(timer);
  asking?.abort();
  box.hidden = true;
  box.replaceChildren();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  field = null;
}

function mark(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

// Above the field when there is room, so that it never covers what comes next; never wider than the field.
function place() {
  const edge = field.getBoundingClientRect();
  box.style.insetInlineStart = `${edge.left}px`;
  box.style.width = `${Math.max(220, Math.min(edge.width, 560))}px`;
  const room = edge.top - 56;
  const above = room > 160;
  box.style.maxHeight = `${Math.min(320, above ? room : innerHeight - edge.bottom - 12)}px`;
  box.style.top = above ? "auto" : `${edge.bottom + 4}px`;
  box.style.bottom = above ? `${innerHeight - edge.top + 4}px` : "auto";
}

async function offer(target) {
  const what = wanted(target);
  if (!what || what.query.length < what.least) return close();
  const html = await ask(what.url, what.query).catch(() => null);
  if (html === null || document.activeElement !== target) return;
  box.innerHTML = html;
  if (!options().length) return close();
  field = target;
  range = what;
  field.setAttribute("aria-controls", "options");
  box.setAttribute("aria-label", target.form.dataset.saysOffers);
  box.hidden = false;
  place();
  mark(options()[0]);
}

function take(option) {
  const [target, { start }] = [field, range];
  close();
  if (target.dataset.completes) {
    target.value = option.dataset.insert;
    target.dispatchEvent(new CustomEvent("completed", { bubbles: true }));
    return;
  }
  insert(target, option, start, target.selectionStart);
}

// Put a text into the words; the first thing that must still be filled in is selected.
export function insert(area, option, start = area.selectionStart, end = area.selectionEnd) {
  const words = option.dataset.insert;
  area.focus();
  area.setRangeText(words, start, end, "end");
  const gap = words.search(/\{\{/);
  if (option.dataset.unknown && gap >= 0) {
    area.setSelectionRange(start + gap, start + words.indexOf("}}", gap) + 2);
    toast(option.dataset.unknown);
  }
  area.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(timer);
  announce(option.querySelector(".option__label")?.textContent || "");
}

document.addEventListener("input", (event) => {
  const target = event.target;
  if (!target.matches("textarea[data-canned], input[data-completes]")) return;
  clearTimeout(timer);
  if (!wanted(target)) close();
  else timer = setTimeout(() => offer(target), WAIT_MS);
});

// What is offered may answer fewer letters than stand there by now: an address is then taken as it was typed.
document.addEventListener(
  "keydown",
  (event) => {
    if (!field || box.hidden || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey) return;
    const all = options();
    const here = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(all[(here + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen()) {
      if (wanted(field)?.query === range.query) take(chosen());
      else if (field.dataset.completes) return close();
      else offer(field).then(() => chosen() && take(chosen()));
    }
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
box.addEventListener("mousedown", (event) => event.preventDefault());
box.addEventListener("click", (event) => {
  const option = event.target.closest("[data-insert]");
  if (option && field) take(option);
});
document.addEventListener("focusout", (event) => event.target === field && close());
addEventListener("scroll", () => field && place(), { passive: true });
addEventListener("resize", close);
