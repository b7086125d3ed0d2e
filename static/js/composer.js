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

function setFiles(input, files) {
  const bag = new DataTransfer();
  for (const file of files) bag.items.add(file);
  input.files = bag.files;
  draw(input);
}

// Each chosen file as a tile, drawn from the page's own template element.
function draw(input) {
  const form = input.form;
  const shelf = form.querySelector("[data-files]");
  const model = form.querySelector("template[data-file]");
  if (!shelf || !model) return;
  shelf.replaceChildren(
    ...[...input.files].map((file, index) => {
      const tile = model.content.firstElementChild.cloneNode(true);
      tile.querySelector("[data-name]").textContent = file.name;
      tile.querySelector("[data-size]").textContent = bytes(file.size);
      tile.title = file.name;
      const remove = tile.querySelector("button");
      remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")}: ${file.name}`);
      remove.addEventListener("click", () => setFiles(input, [...input.files].filter((_, other) => other !== index)));
      return tile;
    }),
  );
  shelf.hidden = !input.files.length;
}

const holder = (target) => target.closest?.("[data-takes-files]");
const input = (place) => place.querySelector("input[type=file]");

function add(place, files) {
  const field = input(place);
  if (field && files.length) setFiles(field, [...field.files, ...files]);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-takes-files] input[type=file]")) draw(event.target);
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

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (!bar || !event.detail.lengthComputable || event.detail.total < 200000) return;
  bar.hidden = false;
  bar.value = event.detail.loaded / event.detail.total;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (bar) bar.hidden = true;
});

// A sent composer answers with HX-Trigger "sent": it starts again empty, where it stands.
document.addEventListener("sent", (event) => {
  const form = event.target.closest?.("form") || document.querySelector("form.composer");
  if (!form) return;
  form.querySelectorAll("textarea").forEach((area) => ((area.value = ""), grow(area)));
  form.querySelectorAll("input[type=file]").forEach((field) => setFiles(field, []));
  form.dispatchEvent(new Event("cleared", { bubbles: true }));
});

// Leaving with unsent words asks the browser to ask.
addEventListener("beforeunload", (event) => {
  const unsent = [...document.querySelectorAll("form.composer:not(.is-sending, [data-kept]) textarea")].some(
    (area) => area.value.trim() && area.value !== area.defaultValue,
  );
  if (unsent) event.preventDefault();
});
