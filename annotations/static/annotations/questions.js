// The questions of a task in their order: which one is in hand, and where an answer leads.
export class Questions {
  active = 0;

  // `submit` sends the whole answer; `moved` is told that another question is in hand.
  constructor(form, criteria, { submit, moved }) {
    Object.assign(this, { form, criteria, submit, moved });
  }

  get current() {
    return this.criteria[this.active];
  }

  get complete() {
    return this.criteria.every((criterion) => criterion.answered || !criterion.required);
  }

  // Whether the answer may be sent, or what is missing of it be shown.
  get ended() {
    return true;
  }

  // What of it outlives a reload, beside the answers.
  get place() {
    return null;
  }

  open() {
    const first = this.criteria.findIndex((criterion) => !criterion.answered);
    this.activate(Math.max(first, 0));
  }

  activate(place, { focus = false } = {}) {
    this.active = place;
    this.criteria.forEach((criterion, other) => other !== place && criterion.setActive(false));
    this.current.setActive(true);
    if (!focus) return;
    const { section, typed } = this.current;
    section.scrollIntoView({ block: "nearest" });
    if (typed) typed.focus({ preventScroll: true });
    else if (this.form.contains(document.activeElement)) document.activeElement.blur();
  }

  // One up or down by key. False where there is nowhere to go: the key then scrolls.
  move(step) {
    if (this.criteria.length < 2) return false;
    this.activate(Math.min(Math.max(this.active + step, 0), this.criteria.length - 1), { focus: true });
    return true;
  }

  // Enter in the question in hand, which is `done` or not.
  enter(done, wasComplete) {
    if (done) this.advance(this.active, wasComplete);
    return true;
  }

  // On to the next open question. The last one sends, and so does the one that completes the form;
  // whoever corrects a complete form decides when to send it.
  advance(place, wasComplete) {
    const next = this.criteria.findIndex((criterion, other) => other > place && !criterion.answered);
    if (next >= 0) return this.activate(next, { focus: true });
    const missing = this.criteria.findIndex((criterion) => !criterion.answered && criterion.required);
    if (missing >= 0) return this.activate(missing, { focus: true });
    if (!wasComplete || place === this.criteria.length - 1) return this.submit();
    return this.activate(place + 1, { focus: true });
  }

  // The answers have changed.
  mark() {}

  // Whether this click comes so soon that it may be meant for what stood there before.
  isEarly() {
    return false;
  }
}
