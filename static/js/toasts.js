// Short notices at the foot of the page. They wait while the pointer or the focus rests on them.
const shelf = document.getElementById("toasts");
const voice = document.getElementById("announce");

export function announce(text) {
  if (!voice) return;
  voice.textContent = "";
  setTimeout(() => (voice.textContent = text), 50);
}

export function toast(text, { error = false } = {}) {
  if (!shelf || !text) return;
  const note = document.createElement("div");
  note.className = error ? "toast toast--error" : "toast";
  note.setAttribute("role", error ? "alert" : "status");
  note.dataset.toast = error ? "12" : "6";
  const words = document.createElement("span");
  words.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.dataset.closesToast = "";
  button.textContent = document.body.dataset.saysClose || "OK";
  note.append(words, button);
  shelf.append(note);
}

function keep(note) {
  let left = Number(note.dataset.toast) * 1000;
  const clock = setInterval(() => {
    if (!note.isConnected) return clearInterval(clock);
    if (note.matches(":hover, :focus-within") || document.hidden) return;
    left -= 250;
    if (left <= 0) note.remove();
  }, 250);
}

if (shelf) {
  const start = (node) => node.nodeType === 1 && node.matches("[data-toast]") && keep(node);
  shelf.childNodes.forEach(start);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(start))).observe(shelf, { childList: true });
  shelf.addEventListener("click", (event) => event.target.closest("[data-closes-toast]")?.closest(".toast").remove());
  // Hidden, not removed: htmx swaps nothing for an element that has left the page.
  shelf.addEventListener("submit", (event) => setTimeout(() => (event.target.closest(".toast").hidden = true), 0));
  shelf.addEventListener("htmx:afterOnLoad", (event) => setTimeout(() => event.target.closest(".toast")?.remove(), 0));
}
