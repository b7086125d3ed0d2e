// The ticket page follows what happens: new words arrive by themselves, and never disturb what one is doing.
const page = () => document.querySelector("[data-ticket-page]");
let late = false;

const busy = (element) => element.contains(document.activeElement) || element.querySelector("details[open]");

function ask() {
  window.htmx?.trigger("#ticket-live", "live");
}

document.addEventListener("live:changed", (event) => {
  if (page() && String(event.detail.ticket) === page().dataset.ticketPage) ask();
});
document.addEventListener("live:unsure", () => page() && ask());

// Pieces that come by themselves wait while somebody works in the piece they would replace.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id === "conversation") {
    for (const entry of [...fragment.querySelectorAll("[id]")]) {
      if (entry.parentElement?.closest("article")) continue;
      if (document.getElementById(entry.id)) entry.remove();
    }
  }
  const uninvited = event.detail.requestConfig?.elt?.id === "ticket-live" || asking;
  if (uninvited && ["ticket-head", "ticket-properties"].includes(target.id) && busy(target)) {
    event.detail.shouldSwap = false;
    late = true;
  }
  if (target.id === "composer" && target.querySelector("textarea")?.value.trim()) event.detail.shouldSwap = false;
});

let asking = false;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "ticket-live") asking = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "ticket-live") asking = false;
});
document.addEventListener("focusout", () => {
  if (!late) return;
  setTimeout(() => {
    if ([...document.querySelectorAll("#ticket-head, #ticket-properties")].some(busy)) return;
    late = false;
    ask();
  }, 300);
});

// One's own message is brought into view; what others write is not allowed to move the page.
document.addEventListener("sent", () => {
  document.getElementById("composer")?.scrollIntoView({ block: "end" });
});

// The way back leads to the list one came from, with its filters.
const back = document.querySelector("[data-back]");
if (back && document.referrer) {
  const from = new URL(document.referrer);
  if (from.origin === location.origin && from.pathname === new URL(back.href).pathname) back.href = from.href;
}

// A page starts at its newest words, as a conversation does.
const entries = document.querySelectorAll("#conversation > *");
if (entries.length > 6 && !location.hash && !location.search) document.getElementById("composer")?.scrollIntoView({ block: "end" });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

// Undo has a limit; its button goes when the time is over.
setInterval(() => {
  for (const form of document.querySelectorAll("form.undo-send")) {
    form.dataset.age = Number(form.dataset.age || 0) + 1;
    if (Number(form.dataset.age) > 15) form.remove();
  }
}, 2000);
