// The state of the page lives in the URL's fragment, so that a link shows what its sender saw.
let state = readState();
// What brings the parts of the page to the state, when the address changes under them.
const restores = [];

function readState() {
  const text = location.hash.slice(1);
  return new URLSearchParams(text.includes("=") || !text ? text : { at: text });
}

function keep(key, value) {
  if (value) state.set(key, value);
  else state.delete(key);
  const text = state.toString();
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

// What follows is taken back by the back button in one step; without it, it replaces the step.
function step() {
  history.pushState(null, "", location.href);
}

// The focus moves along: Tab goes on from there.
function goTo(id) {
  const section = document.getElementById(id);
  if (!section) return;
  section.scrollIntoView();
  section.focus({ preventScroll: true });
}

function startLinks() {
  for (const link of document.querySelectorAll('a[href^="#"]:not([data-span])')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const id = link.getAttribute("href").slice(1);
      step();
      keep("at", id === "summary" ? "" : id);
      goTo(id);
    });
  }
}

addEventListener("popstate", () => {
  state = readState();
  for (const restore of restores) restore();
  if (state.get("at")) goTo(state.get("at"));
});
