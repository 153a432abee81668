// The preview of questions that raters meet one after another: its number shows a question as they meet it.
const pane = document.getElementById("preview");
const shown = []; // by preview, the place of the question that is looked at

function listMet() {
  return [...pane.querySelectorAll("[data-met]")];
}

function show(met) {
  const numbers = [...met.querySelectorAll("button")];
  const wanted = Math.min(shown[listMet().indexOf(met)] ?? 0, numbers.length - 1);
  const questions = met.nextElementSibling.querySelectorAll("[data-criterion]");
  numbers.forEach((button, place) => button.setAttribute("aria-pressed", String(place === wanted)));
  questions.forEach((question, place) => question.classList.toggle("active", place === wanted));
  met.hidden = false;
}

pane.addEventListener("click", (event) => {
  const met = event.target.closest("[data-met]");
  const place = met ? [...met.querySelectorAll("button")].indexOf(event.target) : -1;
  if (place < 0) return;
  shown[listMet().indexOf(met)] = place;
  show(met);
});

pane.addEventListener("htmx:afterSwap", () => listMet().forEach(show));
listMet().forEach(show);
