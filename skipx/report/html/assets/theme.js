// Light or dark: as the system says, unless the reader chose; paper is always light.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const redraws = [];

function chosenTheme() {
  return state.get("theme") || (dark.matches ? "dark" : "light");
}

function color(name) {
  return getComputedStyle(root).getPropertyValue(`--${name}`).trim();
}

function setTheme(theme) {
  root.dataset.theme = theme;
  document.getElementById("theme").textContent = theme === "dark" ? "Light" : "Dark";
  for (const redraw of redraws) redraw();
}

function startTheme() {
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const other = chosenTheme() === "dark" ? "light" : "dark";
    keep("theme", other);
    setTheme(other);
  });
  dark.addEventListener("change", () => setTheme(chosenTheme()));
  addEventListener("beforeprint", () => setTheme("light"));
  addEventListener("afterprint", () => setTheme(chosenTheme()));
  setTheme(chosenTheme());
}
