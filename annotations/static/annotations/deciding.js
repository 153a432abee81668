// A question about passages before a reviewer: marks of raters are ticked, and own ones set as on the rating page.
import { SpansCriterion, spellMark } from "./spans.js";

export class Deciding {
  // `question` is part of the form that the decision is sent by.
  constructor(question, texts) {
    this.question = question;
    this.section = question.querySelector("[data-criterion]");
    this.section.hidden = false;
    this.sent = this.section.querySelector("[data-sent]");
    this.ticks = [...question.querySelectorAll("[data-ticks] input:not([data-none])")].map((box) => ({ box, mark: JSON.parse(box.value) }));
    this.none = question.querySelector("[data-ticks] [data-none]");
    this.absences = [...question.querySelectorAll("[data-absent]")]; // that nothing is said
    this.marking = new SpansCriterion(this.section, texts);
    this.section.addEventListener("input", () => this.#keep());
    question.form.addEventListener("change", ({ target }) => this.#noteTick(target));
    this.marking.restore({ value: history.state?.[this.key] });
    this.#keep();
    addEventListener("pageshow", () => this.#count(), { once: true }); // by then the browser has ticked again what was ticked
  }

  get key() {
    return `mark:${this.section.dataset.criterion}`;
  }

  get open() {
    return this.marking.picker.open;
  }

  // This question is the one in hand: what is selected is meant for it.
  setActive(active) {
    this.marking.setActive(active);
  }

  // True where the key means something here.
  press(key) {
    return this.marking.press(key);
  }

  // A passage is chosen, and what it is has not been said.
  ask() {
    this.section.querySelector("[data-options] button").focus();
  }

  // Own marks go out as ticked ones do; what a rater has marked just so is ticked instead.
  #keep() {
    const same = this.marking.held.filter((mark) => this.#find(mark));
    if (same.length) {
      for (const mark of same) this.#find(mark).box.checked = true;
      this.#untick();
      this.marking.drop(same); // and here again
      this.marking.tell(this.marking.choicesOf.words.ticked);
      return;
    }
    history.replaceState({ ...history.state, [this.key]: this.marking.held }, ""); // outlives a reload and the way back
    this.sent.replaceChildren(...this.marking.held.map((mark) => this.#write(mark)));
    if (this.marking.held.length) this.#untick();
    for (const box of this.absences) box.disabled = this.marking.held.length > 0; // as beside marks on the rating page
    this.#count();
  }

  // A mark has been set: what says that there is none does not hold.
  #untick() {
    for (const box of [this.none, ...this.absences]) box.checked = false;
  }

  #noteTick(box) {
    if (box === this.none && box.checked) this.marking.drop(this.marking.held);
    else this.#count();
  }

  #count() {
    this.marking.countBeside(this.ticks.filter(({ box }) => box.checked).map(({ mark }) => mark));
  }

  #find(mark) {
    return this.ticks.find((tick) => spellMark(tick.mark) === spellMark(mark));
  }

  #write(mark) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = this.key;
    field.value = JSON.stringify(mark);
    return field;
  }
}
