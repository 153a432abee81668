// One place above the task where trouble is told.
const place = document.getElementById("problem");

export function showTemplate(id) {
  place.replaceChildren(document.getElementById(id).content.cloneNode(true));
}

// What the server says of it.
export function showFragment(html) {
  place.innerHTML = html;
  htmx.process(place);
  place.querySelector("[autofocus]")?.focus();
}

export function clearProblem() {
  place.replaceChildren();
}
