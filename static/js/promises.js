// The panel of promises follows what happens to the ticket, but stays as it is while somebody works in it.
const ID = "ticket-sla";
const panel = () => document.getElementById(ID);
const busy = (place) => Boolean(place.querySelector("#escalate form, details.menu[open]")) || place.contains(document.activeElement);
let open = [];
let stale = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  const place = panel();
  if (!place || event.detail.target !== place) return;
  if (event.detail.requestConfig.elt === place && busy(place)) {
    event.detail.shouldSwap = false;
    stale = true;
    return;
  }
  stale = false;
  open = [...place.querySelectorAll("details[id][open]")].map((one) => one.id);
});

// What was folded out stays so.
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  open = [];
});

document.addEventListener("focusout", (event) => {
  if (!stale || !event.target.closest(`#${ID}`)) return;
  setTimeout(() => stale && panel() && !busy(panel()) && window.htmx?.trigger("#ticket-live", "live"), 300);
});
