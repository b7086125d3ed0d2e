// What was shown counts as read, while somebody can see it; Shift U makes it unread again.

const place = document.getElementById("presence");
let read = 0;
let stopped = false;

const headers = () => ({ "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") || "{}") });

function newest() {
  const messages = [...document.querySelectorAll("#conversation > article[id^=message-]")];
  return Math.max(0, ...messages.map((message) => Number(message.id.slice("message-".length)) || 0));
}

function tell() {
  const message = newest();
  if (stopped || document.hidden || (read && message <= read)) return;
  read = message || 1;
  const body = new URLSearchParams({ message: String(message) });
  fetch(place.dataset.reading, { method: "POST", body, headers: headers(), keepalive: true }).catch(() => (read = 0));
}

async function unread(row) {
  const address = `${row.querySelector("[data-open]").getAttribute("href")}reading/`;
  const body = new URLSearchParams({ unread: "1" });
  const answer = await fetch(address, { method: "POST", body, headers: headers() }).catch(() => null);
  if (answer?.status === 204) document.dispatchEvent(new CustomEvent("live:changed", { detail: { ticket: Number(row.dataset.ticket) } }));
}

document.addEventListener("marks:unread", (event) => {
  const row = event.detail?.closest?.("[data-ticket]");
  if (row) return unread(row);
  document.querySelector("[data-marks-unread]")?.click();
});

if (place) {
  const conversation = document.getElementById("conversation");
  if (conversation) new MutationObserver(tell).observe(conversation, { childList: true });
  document.addEventListener("visibilitychange", tell);
  document.addEventListener("submit", (event) => event.target.querySelector("[data-marks-unread]") && (stopped = true));
  tell();
}
