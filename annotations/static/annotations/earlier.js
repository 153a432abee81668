// A sign that more stands above where a box opens further down, and the way there. It goes once the first line is seen.
export class Earlier {
  constructor(box, button) {
    this.box = box;
    this.button = button;
    box.addEventListener("scroll", () => this.show(), { passive: true });
    button.addEventListener("click", () => this.#go());
    this.show();
  }

  show() {
    this.button.hidden = this.box.scrollTop < 2;
  }

  // The keyboard stays where the text is: the sign is about to go.
  #go() {
    this.box.focus({ preventScroll: true });
    this.box.scrollTo({ top: 0 });
  }
}
