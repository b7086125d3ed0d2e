// A row of tabs that is wider than the page is moved to the tab where one is.
for (const here of document.querySelectorAll(".tabs > [aria-current]")) {
  const row = here.parentElement;
  const [tab, seen] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += tab.left - seen.left - (seen.width - tab.width) / 2;
}
