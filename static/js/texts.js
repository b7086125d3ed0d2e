// The menu of texts: read when it opens, searched while one types, put where the cursor was.
import { insert } from "./completion.js";

const WAIT_MS = 130;
let timer = 0;
let latest = null;
const area = (menu) => menu.closest("form").querySelector("textarea");

// Only the answer to the last question is shown, whichever comes first.
function fill(menu) {
  clearTimeout(timer);
  const query = menu.querySelector("[data-finds-texts]").value;
  const address = `${area(menu).dataset.canned}?${new URLSearchParams({ q: query })}`;
  const asked = fetch(address, { headers: { "HX-Request": "true" } })
    .then((answer) => (answer.ok ? answer.text() : null), () => null)
    .then((html) => {
      if (html === null || asked !== latest) return;
      const list = menu.querySelector(".menu__list");
      list.innerHTML = html;
      list.dataset.answers = query;
    });
  latest = asked;
}

async function answered() {
  for (let asked = null; asked !== latest; ) {
    asked = latest;
    await asked;
  }
}

// The browser tells of the opening a moment later, when the first letters may stand there already: they are emptied
// at the closing.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-texts]")) return;
    const finder = menu.querySelector("[data-finds-texts]");
    if (!menu.open) {
      finder.value = "";
      return;
    }
    fill(menu);
    if (document.activeElement !== finder) finder.focus();
  },
  { capture: true },
);
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-finds-texts]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => fill(event.target.closest("details")), WAIT_MS);
});
// Enter may come before the answer to the last letters: it takes the first of that answer, not of an older one.
document.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-finds-texts]")) return;
  event.preventDefault();
  const finder = event.target;
  const menu = finder.closest("details");
  const list = menu.querySelector(".menu__list");
  if (list.dataset.answers !== finder.value) {
    fill(menu);
    await answered();
  }
  if (menu.open && list.dataset.answers === finder.value) list.querySelector("[data-insert]")?.click();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("details[data-texts] [data-insert]");
  if (!option) return;
  const menu = option.closest("details");
  menu.open = false;
  insert(area(menu), option);
});
