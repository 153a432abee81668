// Questions that are met one after another: each once the one before it is answered, and none beside another.
import { Questions } from "./questions.js";

const DOUBLE = 300; // ms: the second tap of a double one is none on the next question

export class OneAtATime extends Questions {
  #reached = 0; // the furthest question that has been in hand
  #since = -Infinity;

  get ended() {
    return this.#reached === this.#last && this.criteria.every(isSettled);
  }

  get complete() {
    return this.ended;
  }

  get place() {
    return { active: this.active, reached: this.#reached };
  }

  get #last() {
    return this.criteria.length - 1;
  }

  // Where the rater was (`place`). A stored answer that is revised is gone through from its first question; one that was
  // just taken back opens at its last.
  open({ place, revises }) {
    const open = this.criteria.findIndex((criterion) => !isSettled(criterion));
    const stop = open < 0 ? this.#last : open;
    const answered = this.criteria.some((criterion) => criterion.answered) ? stop : 0;
    this.#reached = Math.min(place?.reached ?? answered, stop);
    this.activate(Math.min(place?.active ?? (revises ? 0 : this.#reached), this.#reached));
  }

  activate(place, { focus = false } = {}) {
    const isOther = place !== this.active;
    this.#reached = Math.max(this.#reached, place);
    super.activate(place);
    this.mark();
    const { section, typed } = this.current;
    this.form.closest(".stage").setAttribute("aria-describedby", section.getAttribute("aria-labelledby"));
    if (!focus) return;
    if (isOther) {
      this.#since = performance.now();
      this.moved();
    }
    this.form.scrollTop = 0;
    section.querySelector("header").scrollIntoView({ block: "nearest" });
    (typed ?? section).focus({ preventScroll: true });
  }

  // A button that is pressed by key counts no clicks (`detail`): keys are free.
  isEarly({ detail }) {
    return detail > 0 && performance.now() - this.#since < DOUBLE;
  }

  // Shows whether the whole answer may be sent from here.
  mark() {
    this.form.classList.toggle("ended", this.ended);
  }

  // Back to any question that was met; on only from one that is answered.
  move(step) {
    const place = Math.max(this.active + step, 0);
    if (place < this.active || (this.#settle() && place <= this.#last)) this.activate(place, { focus: true });
    return true;
  }

  enter() {
    return this.goOn();
  }

  // To the next question; from the last one the answer is sent.
  goOn() {
    if (!this.#settle()) return true;
    if (this.active < this.#last) this.activate(this.active + 1, { focus: true });
    else this.#end();
    return true;
  }

  advance(place, wasComplete) {
    if (!this.#settle()) return;
    const next = this.criteria.findIndex(
      (criterion, other) => other > place && (other > this.#reached || !isSettled(criterion)),
    );
    if (next >= 0) this.activate(next, { focus: true });
    else if (wasComplete && place < this.#last) this.activate(place + 1, { focus: true });
    else this.#end();
  }

  #end() {
    if (this.ended) this.submit();
    else this.activate(this.criteria.findIndex((criterion) => !isSettled(criterion)), { focus: true });
  }

  // Whether the question in hand may be left for the next; where not, it says what it lacks.
  #settle() {
    const criterion = this.current;
    const settled = isSettled(criterion);
    criterion.markMissing(criterion.open || (criterion.wrong && !criterion.answered));
    criterion.markWrong();
    if (criterion.unexplained) criterion.explain();
    return settled;
  }
}

function isSettled(criterion) {
  return !criterion.open && !criterion.wrong;
}
