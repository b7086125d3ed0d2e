// The bell: rings when the stream says so, tells its number to screen readers, and shows its news when it is opened.
const bell = document.querySelector("[data-bell]");
const count = document.getElementById("bell-count");
let waiting = 0;

function ask() {
  clearTimeout(waiting);
  // Several changes of one moment ring once.
  waiting = setTimeout(() => {
    window.htmx?.trigger(count, "bell:ask");
    if (bell.open) window.htmx?.trigger("#bell-panel", "bell:open");
  }, 150);
}

if (bell && count) {
  document.addEventListener("live:news", ask);
  document.addEventListener("live:unsure", ask);
  // While a page was hidden its stream was closed, and another tab may have read the news.
  document.addEventListener("visibilitychange", () => !document.hidden && ask());

  bell.addEventListener("toggle", () => bell.open && window.htmx?.trigger("#bell-panel", "bell:open"));

  let before = null;
  count.addEventListener("htmx:afterSwap", () => {
    const words = count.querySelector(".visually-hidden")?.textContent.trim() ?? "";
    if (words && before !== words && before !== null) document.getElementById("announce").textContent = words;
    before = words;
  });
}
