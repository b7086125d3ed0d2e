// The printed page needs one thing of a script: the button that prints it.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
});
