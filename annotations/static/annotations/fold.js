// Very long answers open folded, all of a task alike, until the rater asks to see all of them.
const WHOLE = "evalplatform:whole:"; // and the assignment
const LONG = 1.5; // so many times the height of a folded answer is worth folding

export class Fold {
  constructor(root, { open = false } = {}) {
    this.root = root;
    this.key = WHOLE + root.dataset.assignment;
    this.turns = [...root.querySelectorAll(".answer-turn")];
    this.open = open || readChoice(this.key);
    this.measure();
  }

  toggle() {
    if (!this.long) return false;
    this.#show(!this.open);
    try {
      if (this.open) sessionStorage.setItem(this.key, "yes");
      else sessionStorage.removeItem(this.key);
    } catch {
      // storage is closed: the choice lasts while the task stands
    }
    return true;
  }

  // Where something that may be hidden is about to be shown. True where it was hidden.
  reveal() {
    return this.long && !this.open && this.toggle();
  }

  // Which answers are too high: anew for another form of the texts and another width.
  measure() {
    const folded = parseFloat(getComputedStyle(this.root).getPropertyValue("--folded")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.root.classList.remove("folded");
    const heights = this.turns.map((turn) => Math.max(0, ...[...turn.querySelectorAll(":scope > .rendered, :scope > .source")].map((text) => text.offsetHeight)));
    this.long = heights.some((height) => height > LONG * folded);
    this.turns.forEach((turn, place) => turn.classList.toggle("high", this.long && heights[place] > folded));
    this.#show(this.open);
  }

  #show(open) {
    this.open = open;
    this.root.classList.toggle("folded", this.long && !open);
    for (const button of this.root.querySelectorAll('[data-act="fold"]')) button.setAttribute("aria-expanded", String(open));
  }
}

function readChoice(key) {
  try {
    return sessionStorage.getItem(key) === "yes";
  } catch {
    return false;
  }
}
