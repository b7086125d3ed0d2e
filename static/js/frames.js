// A mail is shown in a sandboxed frame that may run nothing; the page outside reads its height and makes room.
const watched = new WeakMap();

function fit(frame) {
  const page = frame.contentDocument;
  if (!page?.body) return;
  const resize = () => {
    const height = Math.ceil(page.documentElement.getBoundingClientRect().height);
    if (height > 0) frame.style.height = `${Math.min(height, 20000)}px`;
  };
  watched.get(frame)?.disconnect();
  const observer = new ResizeObserver(resize);
  observer.observe(page.documentElement);
  watched.set(frame, observer);
  frame.classList.add("is-fitted");
  resize();
}

document.addEventListener(
  "load",
  (event) => {
    if (event.target.matches?.("iframe.mail-frame")) fit(event.target);
  },
  { capture: true },
);
document.querySelectorAll("iframe.mail-frame").forEach((frame) => frame.contentDocument?.readyState === "complete" && fit(frame));
