// Files of a conversation in a dialog: pictures are shown, a PDF opens in the browser's own viewer, the rest downloads.
const dialog = () => document.getElementById("viewer");
const part = (name) => document.getElementById(`viewer-${name}`);
let files = [];
let here = 0;

// Those of the conversation that stand on the page, each once.
function gather() {
  return [...document.querySelectorAll("#conversation .file, .conversation .file")].filter((file, at, all) => all.indexOf(file) === at);
}

function show(step) {
  here = (here + step + files.length) % files.length;
  const file = files[here];
  const { shows, kind } = file.dataset;
  part("name").textContent = file.title;
  part("count").textContent = files.length > 1 ? part("count").dataset.says.replace("%(here)s", here + 1).replace("%(all)s", files.length) : "";
  part("download").href = file.href;
  const image = part("image");
  image.hidden = kind !== "image";
  image.alt = kind === "image" ? file.title : "";
  if (kind === "image") image.src = shows;
  else image.removeAttribute("src");
  part("card").hidden = kind === "image";
  part("card-name").textContent = file.title;
  part("open").hidden = kind !== "pdf";
  if (kind === "pdf") part("open").href = shows;
  part("none").hidden = kind === "pdf" || kind === "image";
  for (const button of dialog().querySelectorAll("[data-viewer-step]")) button.hidden = files.length < 2;
}

document.addEventListener("click", (event) => {
  if (!dialog()) return;
  const file = event.target.closest(".file[data-shows]");
  if (file && !event.ctrlKey && !event.metaKey && !event.shiftKey && file.closest(".conversation")) {
    event.preventDefault();
    files = gather();
    here = Math.max(0, files.indexOf(file));
    show(0);
    dialog().showModal();
    part("stage").scrollTop = 0;
  }
  const step = event.target.closest("[data-viewer-step]");
  if (step) show(Number(step.dataset.viewerStep));
  if (event.target.closest("[data-viewer-close]")) dialog().close();
});

document.addEventListener("keydown", (event) => {
  if (!dialog()?.open) return;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    if (files.length > 1) show(event.key === "ArrowRight" ? 1 : -1);
  } else if (event.key === "d" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    part("download").click();
  }
});

// A dialog gives the focus back to what opened it; after walking on, that is the file that was shown last.
document.addEventListener(
  "close",
  (event) => {
    if (event.target.id !== "viewer") return;
    part("image").removeAttribute("src");
    files[here]?.focus();
  },
  { capture: true },
);
