// "5 min" grows older while the page stays open. The server wrote the words; the page only counts on.
const says = document.body.dataset;

function words(seconds) {
  if (seconds < 60) return says.saysNow;
  if (seconds < 3600) return says.saysMinutes.replace("%(minutes)d", Math.floor(seconds / 60));
  return says.saysHours.replace("%(hours)d", Math.floor(seconds / 3600));
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (seconds < 0 || seconds >= 86400) continue;
    const text = words(seconds);
    if (time.textContent !== text) time.textContent = text;
  }
}

if (says.saysNow) setInterval(() => document.hidden || refresh(), 20000);
