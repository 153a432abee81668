import { Earlier } from "./earlier.js";

// What was asked, above the answers: a dialogue opens at its end, and keys scroll it while it has the focus.
export class Prompt {
  static find(root) {
    const box = root.querySelector("[data-prompt]");
    return box && new Prompt(box);
  }

  constructor(box) {
    this.box = box;
    if (!("dialogue" in box.dataset)) return;
    box.scrollTop = box.scrollHeight;
    new Earlier(box, box.querySelector("[data-earlier]"));
  }

  get focused() {
    return this.box.contains(document.activeElement);
  }

  focus() {
    this.box.focus();
  }

  // False where it is not focused or is at its end already.
  scrollToEnd(isLast) {
    if (!this.focused || this.#rest(isLast) < 1) return false;
    this.box.scrollTo({ top: isLast ? this.box.scrollHeight : 0 });
    return true;
  }

  // The same.
  scrollPage(direction) {
    if (!this.focused || this.#rest(direction > 0) < 1) return false;
    this.box.scrollBy({ top: direction * 0.85 * this.box.clientHeight });
    return true;
  }

  // What lies beyond, in pixels.
  #rest(isDown) {
    return isDown ? this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop : this.box.scrollTop;
  }
}
