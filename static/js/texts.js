// The menu of texts: read when it opens, searched while one types, put where the cursor was.
import { ask, insert } from "./completion.js";

let timer = 0;
const area = (menu) => menu.closest("form").querySelector("textarea");

async function fill(menu, query) {
  const html = await ask(area(menu).dataset.canned, query, false).catch(() => null);
  if (html !== null) menu.querySelector(".menu__list").innerHTML = html;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-texts]") || !menu.open) return;
    const finder = menu.querySelector("[data-finds-texts]");
    finder.value = "";
    fill(menu, "");
    finder.focus();
  },
  { capture: true },
);
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-finds-texts]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => fill(event.target.closest("details"), event.target.value), 130);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-finds-texts]")) return;
  event.preventDefault();
  event.target.closest("details").querySelector("[data-insert]")?.click();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("details[data-texts] [data-insert]");
  if (!option) return;
  const menu = option.closest("details");
  menu.open = false;
  insert(area(menu), option);
});
