// A preference with its strength: first the side, then how much better it is, which may be left unsaid.
import { Criterion } from "./criterion.js";

export class StrengthCriterion extends Criterion {
  constructor(section) {
    super(section);
    this.row = section.querySelector("[data-strengths]");
    this.strengths = [...this.row.querySelectorAll("[data-strength]")];
    this.choices = this.choices.filter((choice) => !this.strengths.includes(choice));
    this.waiting = false; // a side has just been chosen: digits say how much better it is
  }

  get buttons() {
    return [...this.choices, ...this.strengths];
  }

  get answer() {
    const answer = super.answer;
    const said = this.strengths.find((each) => each.getAttribute("aria-pressed") === "true");
    return said && this.#sided ? { ...answer, strength: JSON.parse(said.dataset.strength) } : answer;
  }

  get #sided() {
    return ["\"first\"", "\"second\""].includes(this.chosen?.dataset.value);
  }

  restore(answer) {
    super.restore(answer);
    this.#press(answer.strength ?? null);
    this.#show(false);
  }

  choose(choice) {
    const isStrength = this.strengths.includes(choice);
    if (isStrength) this.#press(JSON.parse(choice.dataset.strength));
    else {
      if (choice !== this.chosen) this.#press(null);
      super.choose(choice);
    }
    this.#show(!isStrength && this.#sided);
  }

  // While a strength is waited for, digits and Enter mean it; letters still choose a side.
  find(key) {
    if (!this.waiting) return super.find(key);
    if (key === "Enter" && this.strengths.includes(document.activeElement)) return null; // the button's own
    const strength = this.strengths.find((each) => each.dataset.key === key);
    return strength ?? this.choices.find((choice) => choice.dataset.letter === key || (choice.dataset.absent && choice.dataset.key === key));
  }

  #press(strength) {
    for (const each of this.strengths) {
      const value = JSON.parse(each.dataset.strength);
      if (value !== null) each.setAttribute("aria-pressed", String(value === strength));
    }
  }

  #show(waiting) {
    this.waiting = waiting;
    this.row.hidden = !this.#sided;
    this.section.classList.toggle("waiting", waiting);
  }
}
