// What the search box offers while one types: the arrows walk through it, Escape and looking away close it.
const box = () => document.getElementById("search");
const found = () => document.getElementById("search-found");
const items = () => [...found().querySelectorAll("a")];

function close() {
  found().replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.search");
  if (!form || !found()?.firstElementChild) return;
  if (event.key === "Escape") {
    close();
    box().focus();
    event.preventDefault();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = [box(), ...items()];
    const step = event.key === "ArrowDown" ? 1 : -1;
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    event.preventDefault();
  }
});

document.addEventListener("focusin", (event) => {
  if (found()?.firstElementChild && !event.target.closest("form.search")) close();
});

document.addEventListener("click", (event) => {
  if (found()?.firstElementChild && !event.target.closest("form.search")) close();
});

// An answer that comes after one has gone on would cover the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "search-found") return;
  const here = document.activeElement;
  // Whoever has left the search, or has gone down into what is offered, is not to lose their place to a late answer.
  if (!here?.closest("form.search") || found().contains(here)) event.detail.shouldSwap = false;
});
