// One place above the task where trouble is told.
const place = document.getElementById("problem");

export function showTemplate(id) {
  place.replaceChildren(document.getElementById(id).content.cloneNode(true));
}

export function clearProblem() {
  place.replaceChildren();
}
