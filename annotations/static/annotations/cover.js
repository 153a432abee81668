// Texts that the project warns of stay covered until the rater has seen the warning: of one task, or of all in this tab.
// Another rater who signs in there finds them covered.

export class Cover {
  constructor(root) {
    this.root = root;
    this.choice = `evalplatform:uncovered:${root.dataset.rater}`;
    this.on = root.classList.contains("covered") && !readChoice(this.choice);
    this.#show();
  }

  // A key pressed while texts are covered: nothing is judged that nobody has read. True where it uncovers.
  press(key) {
    if (key === "Enter" && !document.activeElement?.matches("button, a")) return this.lift();
    return key === "a" && this.lift({ all: true });
  }

  lift({ all = false } = {}) {
    if (!this.on) return false;
    if (all) keepChoice(this.choice);
    this.on = false;
    this.#show();
    return true;
  }

  #show() {
    this.root.classList.toggle("covered", this.on);
    for (const part of this.root.querySelectorAll(".asked, .work")) part.inert = this.on;
  }
}

function readChoice(name) {
  try {
    return sessionStorage.getItem(name) === "yes";
  } catch {
    return false; // storage is closed: each task asks
  }
}

function keepChoice(name) {
  try {
    sessionStorage.setItem(name, "yes");
  } catch {
    // as above
  }
}
