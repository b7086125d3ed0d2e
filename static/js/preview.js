// The words as they will be read, beside the words as they are written; drawn anew while one types.
let timer = 0;
let asking = null;

const panel = (form) => form.querySelector("#composer-preview");
const shown = (form) => form?.querySelector("[data-previews]")?.getAttribute("aria-expanded") === "true";

async function draw(form) {
  const data = new FormData(form);
  data.delete("files");
  asking?.abort();
  asking = new AbortController();
  const url = form.querySelector("[data-previews]").formAction;
  const answer = await fetch(url, { method: "POST", body: data, headers: { "HX-Request": "true" }, signal: asking.signal }).catch(() => null);
  const html = answer?.ok ? await answer.text() : null;
  if (html === null || !shown(form)) return;
  const first = !panel(form).childElementCount;
  panel(form).innerHTML = html;
  if (first) panel(form).scrollIntoView({ block: "nearest" });
}

function hide(form) {
  clearTimeout(timer);
  form.querySelector("[data-previews]")?.setAttribute("aria-expanded", "false");
  panel(form)?.replaceChildren();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-previews]");
  if (!button) return;
  event.preventDefault();
  if (shown(button.form)) return hide(button.form);
  button.setAttribute("aria-expanded", "true");
  draw(button.form);
});
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form.composer");
  if (!shown(form)) return;
  clearTimeout(timer);
  timer = setTimeout(() => draw(form), 400);
});
document.addEventListener("sent", () => document.querySelectorAll("form.composer").forEach(hide));
