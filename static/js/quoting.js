// Quote a message into the composer: what is selected in it, else all its words.
function selectedIn(message) {
  const frame = message.querySelector("iframe.mail-frame");
  for (const selection of [getSelection(), frame?.contentWindow?.getSelection()]) {
    const words = selection?.toString().trim();
    const inside = words && (message.contains(selection.anchorNode) || frame?.contentDocument?.contains(selection.anchorNode));
    if (inside) return words;
  }
  return "";
}

function wordsOf(message) {
  const frame = message.querySelector("iframe.mail-frame");
  const body = frame?.contentDocument?.body || message.querySelector(".message__body:not(.message__folded)");
  return (body?.innerText || "").trim();
}

document.addEventListener("mousedown", (event) => event.target.closest("[data-quotes]") && event.preventDefault());
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quotes]");
  const area = link && document.getElementById("body");
  if (!area || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const message = link.closest(".message");
  const lines = (selectedIn(message) || wordsOf(message)).split("\n").map((line) => `> ${line}`.trimEnd());
  const before = area.value.slice(0, area.selectionStart).trimEnd();
  const quote = `${before ? "\n\n" : ""}${link.dataset.quotes}\n${lines.join("\n")}\n\n`;
  area.setRangeText(quote, before.length, area.selectionEnd, "end");
  area.focus();
  area.closest("form").scrollIntoView({ block: "nearest" });
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
