// Texts that the project warns of stay covered until the rater has seen the warning: of one task, or of all in this tab.
const ALL = `evalplatform:uncovered:${location.pathname}`;

export class Cover {
  constructor(root) {
    this.root = root;
    this.on = root.classList.contains("covered") && !readChoice();
    this.#show();
  }

  // A key pressed while texts are covered: nothing is judged that nobody has read. True where it uncovers.
  press(key) {
    if (key === "Enter" && !document.activeElement?.matches("button, a")) return this.lift();
    return key === "a" && this.lift({ all: true });
  }

  lift({ all = false } = {}) {
    if (!this.on) return false;
    if (all) keepChoice();
    this.on = false;
    this.#show();
    return true;
  }

  #show() {
    this.root.classList.toggle("covered", this.on);
    for (const part of this.root.querySelectorAll(".asked, .work")) part.inert = this.on;
  }
}

function readChoice() {
  try {
    return sessionStorage.getItem(ALL) === "yes";
  } catch {
    return false; // storage is closed: each task asks
  }
}

function keepChoice() {
  try {
    sessionStorage.setItem(ALL, "yes");
  } catch {
    // as above
  }
}
