// The page of the API follows the theme of the system: Swagger has a dark one, but does not know when to show it.
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.classList.toggle("dark-mode", dark.matches);
    document.body.style.background = dark.matches ? "none" : "";
  };
  dark.addEventListener("change", follow);
  follow();
}
