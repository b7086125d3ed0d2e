// Writing: the field grows with the words, files come by drop and paste, and nothing half-written is lost by accident.
const size = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 1 });

function bytes(count) {
  if (count < 1024) return `${count} B`;
  return count < 1048576 ? `${size.format(count / 1024)} KB` : `${size.format(count / 1048576)} MB`;
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-grows]")) grow(event.target);
});

const holder = (target) => target.closest?.("[data-takes-files]");

// Each file goes up at once, while one still writes; its tile then carries the key that the form sends.
function send(place, file) {
  const shelf = place.querySelector("[data-files]");
  const tile = place.querySelector("template[data-file]").content.firstElementChild.cloneNode(true);
  const request = new XMLHttpRequest();
  const body = new FormData();
  tile.querySelector("[data-name]").textContent = file.name;
  tile.querySelector("[data-size]").textContent = bytes(file.size);
  tile.title = file.name;
  tile.querySelector("button").addEventListener("click", () => (request.abort(), tile.remove()));
  shelf.append(tile);
  body.append("file", file, file.name || "file");
  body.append("csrfmiddlewaretoken", place.querySelector("[name=csrfmiddlewaretoken]").value);
  request.upload.addEventListener("progress", (event) => (tile.querySelector("progress").value = event.loaded / event.total));
  request.addEventListener("load", () => (request.status === 201 ? arrived(tile, request) : failed(tile, request)));
  request.addEventListener("error", () => failed(tile, request));
  request.open("POST", place.dataset.uploadUrl);
  request.setRequestHeader("HX-Request", "true");
  request.send(body);
}

function arrived(tile, request) {
  const page = document.createElement("template");
  page.innerHTML = request.responseText;
  tile.replaceWith(page.content.firstElementChild);
}

function failed(tile, request) {
  const said = request.getResponseHeader("HX-Trigger");
  tile.classList.add("file--failed");
  tile.querySelector("progress").remove();
  tile.querySelector("[data-size]").textContent = (said && JSON.parse(said).refused?.text) || document.body.dataset.saysFailed;
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
document.addEventListener("click", (event) => event.target.closest("[data-removes-file]")?.closest(".file").remove());
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

// A sent composer answers with HX-Trigger "sent": it starts again empty, where it stands.
document.addEventListener("sent", (event) => {
  const form = event.target.closest?.("form") || document.querySelector("form.composer");
  if (!form) return;
  form.querySelectorAll("textarea").forEach((area) => ((area.value = ""), grow(area)));
  form.querySelector("[data-files]")?.replaceChildren();
});

// Files still on their way go first.
document.addEventListener("htmx:confirm", (event) => {
  const waiting = event.target.matches?.("[data-takes-files]") && event.target.querySelector(".file--loading progress");
  if (!waiting) return;
  event.preventDefault();
  const look = setInterval(() => {
    if (event.target.querySelector(".file--loading progress")) return;
    clearInterval(look);
    event.detail.issueRequest(true);
  }, 150);
});

// Leaving with unsent words asks the browser to ask.
addEventListener("beforeunload", (event) => {
  const unsent = [...document.querySelectorAll("form.composer:not(.is-sending, [data-kept]) textarea")].some(
    (area) => area.value.trim() && area.value !== area.defaultValue,
  );
  if (unsent) event.preventDefault();
});
