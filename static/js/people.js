// To and CC as chips. The form still sends one field of addresses; without this file one types into that field.
const parts = (text) => text.split(/[,;\n]+/).map((part) => part.trim()).filter(Boolean);

function dress(row) {
  if (row.dataset.dressed) return;
  row.dataset.dressed = "yes";
  for (const plain of row.querySelectorAll("input[name]")) chipsFor(row, plain);
}

function chipsFor(row, plain) {
  const shell = document.createElement("div");
  const typed = document.createElement("input");
  shell.className = "address-field";
  typed.id = plain.id;
  typed.autocomplete = "off";
  typed.spellcheck = false;
  typed.placeholder = plain.placeholder;
  typed.dataset.completes = row.dataset.addresses;
  typed.setAttribute("aria-autocomplete", "list");
  plain.removeAttribute("id");
  plain.type = "hidden";
  plain.after(shell);
  shell.append(typed);
  draw(row, plain, shell, typed);

  const change = (addresses) => {
    plain.value = addresses.join(", ");
    draw(row, plain, shell, typed);
    plain.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const take = () => {
    const added = parts(typed.value);
    typed.value = "";
    if (added.length) change([...new Set([...parts(plain.value), ...added])]);
  };
  typed.addEventListener("completed", take);
  typed.addEventListener("blur", take);
  typed.addEventListener("input", () => /[,;]\s*$/.test(typed.value) && take());
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) take();
    else if (event.key === "Enter" && typed.value.trim()) (event.preventDefault(), take());
    else if (event.key === "Enter") event.preventDefault();
    else if (event.key === "Backspace" && !typed.value) change(parts(plain.value).slice(0, -1));
  });
  shell.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-address]");
    if (chip) change(parts(plain.value).filter((address) => address !== chip.dataset.address));
    typed.focus();
  });
}

function draw(row, plain, shell, typed) {
  shell.querySelectorAll(".address").forEach((chip) => chip.remove());
  for (const address of parts(plain.value)) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "address";
    chip.dataset.address = address;
    chip.textContent = address;
    chip.setAttribute("aria-label", row.dataset.saysRemove.replace("%(address)s", address));
    typed.before(chip);
  }
  typed.placeholder = plain.value ? "" : plain.placeholder;
}

const all = () => document.querySelectorAll(".composer__people[data-addresses]").forEach(dress);
all();
document.addEventListener("htmx:oobAfterSwap", all);
