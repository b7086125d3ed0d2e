// A due chip counts down while the page stays open, and turns late by itself. The server wrote the words.
const says = document.body.dataset;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

function length(seconds) {
  const minutes = Math.floor(seconds / MINUTE);
  if (minutes < 60) return says.saysMinutes.replace("%(minutes)d", minutes);
  const rest = String(minutes % 60).padStart(2, "0");
  return says.saysHoursRest.replace("%(hours)d", Math.floor(minutes / 60)).replace("%(rest)02d", rest);
}

function words(left) {
  if (Math.abs(left) < MINUTE) return left > 0 ? says.saysDueNow : says.saysLate;
  const form = left > 0 ? says.saysDueIn : says.saysLateFor;
  return form.replace("%(time)s", length(Math.abs(left)));
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = (Date.parse(time.dateTime) - Date.now()) / 1000;
    if (Math.abs(left) >= DAY) continue;
    const text = words(left);
    if (time.textContent !== text) time.textContent = text;
    const chip = time.closest(".due");
    chip.classList.toggle("due--late", left <= 0);
    chip.classList.toggle("due--near", left > 0 && left <= HOUR);
  }
}

if (says.saysDueIn) setInterval(() => document.hidden || refresh(), 10000);

// It lies above the link that covers the row, so that its exact time shows under the pointer: it opens the ticket too.
document.addEventListener("click", (event) => {
  if (!event.target.closest(".ticket-row .due")) return;
  event.target.closest(".ticket-row").querySelector("[data-open]")?.click();
});
