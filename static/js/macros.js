// A macro that was chosen stands above the words until they are sent; its text is put where the cursor was.
import { insert } from "./completion.js";

const place = () => document.getElementById("composer-macro");

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-takes-macro]");
  if (item) {
    const menu = item.closest("details");
    menu.open = false;
    // The next time it opens with all of them again.
    const finder = menu.querySelector("[data-narrows]");
    finder.value = "";
    finder.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!event.target.closest("[data-drops-macro]")) return;
  place().replaceChildren();
  changed();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== place()) return;
  const chosen = place().querySelector("[data-insert]");
  const area = document.getElementById("body");
  if (chosen) {
    const kind = area.form.querySelector(`[name=kind][value="${chosen.dataset.kind}"]`);
    if (kind) kind.checked = true;
    insert(area, chosen);
  } else (place().querySelector("[data-applies-macro]") || place().querySelector("[data-drops-macro]"))?.focus();
  changed();
});

// Sent with the words, it is done; the next words are without it.
document.addEventListener("sent", () => place()?.replaceChildren());

function changed() {
  place().dispatchEvent(new Event("change", { bubbles: true }));
}
