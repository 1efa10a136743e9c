// The state of the page lives in the URL's hash, so that a link shows what its sender saw.
const state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");

function keep(key, value) {
  if (value) state.set(key, value);
  else state.delete(key);
  const text = state.toString();
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

function goTo(id) {
  const section = document.getElementById(id);
  if (section) section.scrollIntoView();
}

function startLinks() {
  for (const link of document.querySelectorAll('nav a[href^="#"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const id = link.getAttribute("href").slice(1);
      keep("at", id === "summary" ? "" : id);
      goTo(id);
    });
  }
}
