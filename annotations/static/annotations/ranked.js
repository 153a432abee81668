// A question that ranks all answers: pressed or tapped from best to worst, with ties, taken back one by one.
import { Criterion } from "./criterion.js";

export class Ranked extends Criterion {
  #ranked = []; // { number, tied }: tied with the one before it
  #tying = false; // the next one is as good as the last

  constructor(section) {
    super(section);
    this.buttons = [...section.querySelectorAll("[data-rank]")];
    this.choices = this.choices.filter((choice) => !("rank" in choice.dataset) && !("rankAct" in choice.dataset));
    this.said = section.querySelector("[data-ranked]");
    this.tie = section.querySelector('[data-rank-act="tie"]');
    this.back = section.querySelector('[data-rank-act="back"]');
    this.badges = [...document.querySelectorAll("[data-place-of]")];
    this.#draw();
  }

  get complete() {
    return this.#ranked.length === this.buttons.length;
  }

  // Begun and not ended: that is no answer.
  get wrong() {
    return this.#ranked.length > 0 && !this.complete;
  }

  get answered() {
    return this.complete || Boolean(this.chosen);
  }

  get answer() {
    return this.#tell(this.complete);
  }

  get draft() {
    return this.#tell(this.#ranked.length > 0);
  }

  restore(answer) {
    super.restore(answer);
    const said = typeof answer.value === "string" ? answer.value : "";
    this.#ranked = [...said.matchAll(/([>=]?)(\d)/g)].map(([, sign, number]) => ({ number, tied: sign === "=" }));
    this.#draw();
  }

  choose(choice) {
    super.choose(choice);
    if (choice) this.#ranked = [];
    this.#draw();
  }

  // A key of the ranking: an answer's number, a tie, or one step back. True where it meant something.
  press(key) {
    if (key === "=" || key === "t") return this.toggleTie();
    if (key === "Backspace") return this.takeBack();
    const button = this.buttons.find((each) => each.dataset.rank === key);
    return Boolean(button) && this.rank(button);
  }

  rank(button) {
    const number = button.dataset.rank;
    if (this.#ranked.some((each) => each.number === number)) return true; // each stands there once
    super.choose(null);
    this.#ranked.push({ number, tied: this.#tying });
    this.#tying = false;
    this.#draw();
    return true;
  }

  toggleTie() {
    if (this.wrong) this.#tying = !this.#tying;
    this.#draw();
    return true;
  }

  takeBack() {
    if (this.#tying) this.#tying = false;
    else this.#ranked.pop();
    this.#draw();
    return true;
  }

  markWrong() {
    if (!this.wrong) this.section.classList.remove("wrong");
  }

  markMissing(missing) {
    super.markMissing(missing);
    this.section.classList.toggle("wrong", missing && this.wrong);
  }

  #tell(isTold) {
    const answer = {};
    if (this.chosen) answer.absent = this.chosen.dataset.absent;
    else if (isTold) answer.value = this.#spell((number) => number, "=", ">");
    if (this.comment.value.trim()) answer.rationale = this.comment.value;
    return Object.keys(answer).length ? answer : null;
  }

  #spell(name, equal, better) {
    const sign = (place) => (place === 0 ? "" : this.#ranked[place].tied ? equal : better);
    return this.#ranked.map(({ number }, place) => sign(place) + name(number)).join("");
  }

  #label(number) {
    return this.buttons.find((button) => button.dataset.rank === number)?.dataset.label ?? number;
  }

  // The place of each answer that has one, by its number: equals have the same.
  #places() {
    const places = new Map();
    let place = 0;
    this.#ranked.forEach(({ number, tied }, index) => {
      if (!tied) place = index + 1;
      places.set(number, place);
    });
    return places;
  }

  #draw() {
    const places = this.#places();
    for (const button of this.buttons) {
      const place = places.get(button.dataset.rank);
      button.setAttribute("aria-pressed", String(place !== undefined));
      button.querySelector("[data-place]").textContent = place ?? "";
    }
    for (const badge of this.badges) badge.textContent = places.get(badge.dataset.placeOf) ?? "";
    const { hint, more } = this.said.dataset;
    const told = this.#spell((number) => this.#label(number), " = ", " > ");
    this.said.textContent = told + (this.#tying ? " = …" : this.wrong ? " > …" : "") || hint;
    if (this.complete) this.said.append(` · ${more}`);
    this.tie.setAttribute("aria-pressed", String(this.#tying));
    this.tie.disabled = !this.wrong;
    this.back.disabled = this.#ranked.length === 0;
  }
}
