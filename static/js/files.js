// Files come by button, drop and paste; each goes up at once, shows how far it is, and can be removed or tried again.
import { announce } from "./toasts.js";

const size = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 1 });

function bytes(count) {
  if (count < 1024) return `${count} B`;
  return count < 1048576 ? `${size.format(count / 1024)} KB` : `${size.format(count / 1048576)} MB`;
}

const holder = (target) => target.closest?.("[data-takes-files]");
const tell = (place) => place?.dispatchEvent(new CustomEvent("files:changed", { bubbles: true }));

function send(place, file) {
  const tile = place.querySelector("template[data-file]").content.firstElementChild.cloneNode(true);
  tile.querySelector("[data-name]").textContent = file.name;
  tile.title = file.name;
  place.querySelector("[data-files]").append(tile);
  start(place, tile, file);
}

// Its tile carries, once it has arrived, the key that the form sends.
function start(place, tile, file) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  const bar = tile.querySelector("progress");
  tile.classList.remove("file--failed");
  bar.hidden = false;
  bar.value = 0;
  tile.querySelector("[data-size]").textContent = bytes(file.size);
  tile.querySelector("[data-retries]").hidden = true;
  tile.querySelector("[data-drops]").onclick = () => (request.abort(), tile.remove());
  tile.querySelector("[data-retries]").onclick = () => start(place, tile, file);
  body.append("file", file, file.name || "file");
  body.append("csrfmiddlewaretoken", place.querySelector("[name=csrfmiddlewaretoken]").value);
  request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / event.total));
  request.addEventListener("load", () => (request.status === 201 ? arrived(place, tile, request) : failed(tile, request)));
  request.addEventListener("error", () => failed(tile, request));
  request.open("POST", place.dataset.uploadUrl);
  request.setRequestHeader("HX-Request", "true");
  request.send(body);
}

function arrived(place, tile, request) {
  const page = document.createElement("template");
  page.innerHTML = request.responseText;
  tile.replaceWith(page.content.firstElementChild);
  tell(place);
}

function failed(tile, request) {
  const said = request.getResponseHeader("HX-Trigger");
  const why = (said && JSON.parse(said).refused?.text) || document.body.dataset.saysFailed;
  tile.classList.add("file--failed");
  tile.querySelector("progress").hidden = true;
  tile.querySelector("[data-retries]").hidden = false;
  tile.querySelector("[data-size]").textContent = why;
  announce(why);
}

function add(place, files) {
  for (const file of files) send(place, file);
}

document.addEventListener("change", (event) => {
  const place = event.target.matches("[data-takes-files] input[type=file]") && holder(event.target);
  if (!place) return;
  add(place, event.target.files);
  event.target.value = "";
});
document.addEventListener("click", (event) => {
  const tile = event.target.closest("[data-removes-file]")?.closest(".file");
  if (!tile) return;
  const place = holder(tile);
  tile.remove();
  tell(place);
});
document.addEventListener("paste", (event) => {
  const place = holder(event.target);
  if (!place || !event.clipboardData.files.length) return;
  event.preventDefault();
  add(place, event.clipboardData.files);
});
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  holder(event.target)?.classList.add("is-dropping");
});
document.addEventListener("dragleave", (event) => {
  const place = holder(event.target);
  if (place && !place.contains(event.relatedTarget)) place.classList.remove("is-dropping");
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const place = holder(event.target);
  place?.classList.remove("is-dropping");
  if (place) add(place, event.dataTransfer.files);
});
