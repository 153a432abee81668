// What was asked, above the answers: a dialogue opens at its end, and keys scroll it while it has the focus.
export class Prompt {
  static find(root) {
    const box = root.querySelector("[data-prompt]");
    return box && new Prompt(box);
  }

  constructor(box) {
    this.box = box;
    if ("dialogue" in box.dataset) box.scrollTop = box.scrollHeight;
  }

  get focused() {
    return this.box.contains(document.activeElement);
  }

  focus() {
    this.box.focus();
  }

  // False where it is not focused or is at its end already.
  scrollPage(direction) {
    const rest = direction > 0 ? this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop : this.box.scrollTop;
    if (!this.focused || rest < 1) return false;
    this.box.scrollBy({ top: direction * 0.85 * this.box.clientHeight });
    return true;
  }
}
