// One stream per visible tab tells which tickets changed; whoever draws a ticket fetches its own fragment.
// When the server has no room for a stream, the page asks again every twenty seconds instead.
const url = document.body.dataset.live;
const POLL_MS = 20000;
const RETRY_MS = 60000;
let source = null;
let last = document.body.dataset.liveAfter || "";
let polling = 0;
let retry = 0;

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function poll() {
  clearInterval(polling);
  polling = setInterval(() => tell("live:unsure", {}), POLL_MS);
  clearTimeout(retry);
  retry = setTimeout(connect, RETRY_MS);
}

function connect() {
  if (!url || document.hidden || source) return;
  source = new EventSource(last ? `${url}?after=${encodeURIComponent(last)}` : url);
  source.addEventListener("open", () => clearInterval(polling));
  source.addEventListener("changed", (event) => {
    last = event.lastEventId || last;
    tell("live:changed", JSON.parse(event.data));
  });
  source.addEventListener("gone", (event) => {
    last = event.lastEventId || last;
    tell("live:gone", JSON.parse(event.data));
  });
  source.addEventListener("presence", (event) => tell("live:presence", JSON.parse(event.data)));
  source.addEventListener("news", () => tell("live:news", {}));
  source.addEventListener("unsure", (event) => {
    last = event.lastEventId || last;
    tell("live:unsure", {});
  });
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    poll();
  });
}

function disconnect() {
  source?.close();
  source = null;
  clearInterval(polling);
  clearTimeout(retry);
}

if (url) {
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);
  connect();
}
