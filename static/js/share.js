// Addresses that can be handed on: a button copies one, and an address that names a message finds it on earlier pages.
import { toast } from "./toasts.js";

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without a secure origin browsers offer no clipboard; a selected field does the same.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not copied");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const menu = button.closest("details.menu");
  if (menu) menu.open = false;
  const address = new URL(button.dataset.copies, location.href).href;
  try {
    await copy(address);
    toast(button.dataset.copied);
  } catch {
    toast(address);
  }
});

function find() {
  const message = /^#message-(\d+)$/.exec(location.hash)?.[1];
  const page = document.querySelector("[data-ticket-page]");
  if (!message || !page || document.getElementById(`message-${message}`)) return;
  const asked = `message-${message}`;
  if (sessionStorage.getItem("sought") === asked) return sessionStorage.removeItem("sought");
  sessionStorage.setItem("sought", asked);
  location.replace(page.dataset.messages.replace("/0/", `/${message}/`));
}

addEventListener("hashchange", find);
find();
if (document.getElementById(location.hash.slice(1))) sessionStorage.removeItem("sought");
