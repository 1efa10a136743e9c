// Light or dark: as the system says, unless the reader chose; paper is always light.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const redraws = [];
// Charts on paper are as wide as a page of A4 has room for; the screen's width would be cut.
const PAPER = 640;
let printing = false;

function chosenTheme() {
  const kept = state.get("theme");
  return ["light", "dark"].includes(kept) ? kept : dark.matches ? "dark" : "light";
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
    step();
    keep("theme", other);
    setTheme(other);
  });
  dark.addEventListener("change", () => setTheme(chosenTheme()));
  const print = (on) => {
    printing = on;
    setTheme(on ? "light" : chosenTheme());
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  restores.push(() => setTheme(chosenTheme()));
  setTheme(chosenTheme());
}

function fit(chart) {
  chart.resize({ width: printing ? PAPER : "auto" });
}
