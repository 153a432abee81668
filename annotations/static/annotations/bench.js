// One task on the screen: its questions, keys, draft, clock and lease, from paint to submit.
import { Clock } from "./clock.js";
import { Cover } from "./cover.js";
import { Criterion } from "./criterion.js";
import { Draft } from "./drafts.js";
import { Heartbeat } from "./heartbeat.js";
import { OneAtATime } from "./one_at_a_time.js";
import { Questions } from "./questions.js";
import { Ranked } from "./ranked.js";
import { Reading } from "./reading.js";
import { SpansCriterion } from "./spans.js";
import { StrengthCriterion } from "./strength.js";
import { MarkedTexts } from "./texts.js";

const PAGES = { PageUp: -1, PageDown: 1 };
const SPACES = { "Shift+Space": -1, Space: 1 };
const OWN_SPACE = "button, a, input, summary, [tabindex='0']"; // what Space means something to
const SETTLE = 300; // ms between paint and the first key: nobody can have read the task before

export class Bench {
  // `send` gets the bench whose form is filled in.
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.ready = false;
    this.busy = false;
    this.form = root.querySelector("[data-form]");
    this.cover = new Cover(root);
    this.reading = this.form && new Reading(root);
    const texts = new MarkedTexts(root);
    this.criteria = [...root.querySelectorAll("[data-criterion]")].map((section) => openCriterion(section, texts));
    this.clock = new Clock();
    if (this.form) this.#open();
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => this.#settle(), SETTLE)));
  }

  // `taken`: the answer or the skip has arrived, so that the draft is of no more use.
  close({ taken }) {
    this.clock.close();
    this.heartbeat?.stop();
    this.reading?.close();
    for (const criterion of this.criteria) criterion.close?.();
    if (this.form && taken) this.draft.forget();
  }

  // Another task stands on the screen for a while.
  setAside(aside) {
    this.clock.setAside(aside);
  }

  setBusy(busy) {
    this.busy = busy;
    this.root.setAttribute("aria-busy", String(busy));
  }

  // Where the keyboard stands when a task opens: in the field that is to be typed in, else on the task.
  focus() {
    const typed = this.ready && this.form && !this.cover.on ? this.questions.current.typed : null;
    if (typed && matchMedia("(hover: hover)").matches) typed.focus({ preventScroll: true });
    else this.root.focus({ preventScroll: true });
  }

  // A key pressed outside texts. True where it meant something here.
  press(key) {
    if (!this.ready || this.busy || !this.form) return false;
    if (this.cover.on) return this.cover.press(key) && this.#read();
    if (key === "Ctrl+Enter") return this.submit();
    if (document.activeElement?.matches("[data-number]")) {
      if (key === "Escape") return this.#leave(document.activeElement);
      if (key === "Enter") return this.#enter();
    }
    const criterion = this.questions.current;
    if (criterion instanceof SpansCriterion && this.#mark(criterion, key)) return true;
    if (key === "ArrowUp" || key === "ArrowDown") return this.move(key === "ArrowDown" ? 1 : -1);
    if (key in PAGES) return this.reading.scrollPage(PAGES[key]);
    if (key in SPACES) return !document.activeElement?.matches(OWN_SPACE) && this.reading.scrollPage(SPACES[key]);
    if (key === "Home" || key === "End") return this.reading.scrollToEnd(key === "End");
    if (criterion instanceof Ranked) {
      if (key === "Enter") return !document.activeElement?.matches("[data-act]") && this.#endRanking(criterion);
      if (criterion.press(key)) return this.#keepDraft();
    }
    const choice = criterion.find(key);
    if (choice) this.#choose(this.questions.active, choice);
    return Boolean(choice);
  }

  // A key pressed in a text: only what leaves it.
  pressTyping(key, field) {
    if (key === "Escape") return this.#leave(field);
    if (!this.ready || this.busy || !this.form) return false;
    return key === "Ctrl+Enter" && this.submit();
  }

  // The texts may be read now.
  uncover({ all }) {
    return this.ready && this.cover.lift({ all }) && this.#read();
  }

  // To the question before the one in hand, or the next; where there is one alone, its texts scroll.
  move(step) {
    if (!this.ready || this.busy || !this.form || this.cover.on) return false;
    return this.questions.move(step) || this.reading.scroll(step);
  }

  // Whether this click may be the second half of one that was meant for the question before.
  isEarly(click) {
    return Boolean(this.questions?.isEarly(click));
  }

  submit() {
    if (!this.ready || this.busy || !this.form || this.cover.on) return false;
    if (!this.questions.ended) return this.questions.goOn();
    const missing = this.criteria.findIndex((criterion) => criterion.wrong || criterion.open);
    this.criteria.forEach((criterion) => {
      criterion.markMissing(criterion.open || (criterion.wrong && !criterion.answered));
      criterion.markWrong();
    });
    if (missing >= 0) {
      this.questions.activate(missing, { focus: true });
      if (this.criteria[missing].unexplained) this.openComment();
      return true;
    }
    this.form.elements.ratings.value = JSON.stringify(this.#collect());
    this.form.elements.seconds.value = this.clock.seconds.toFixed(2);
    this.send(this);
    return true;
  }

  // What stands here is not wanted any more.
  forget() {
    this.draft?.forget();
  }

  // The same answer once more, under the same key.
  resend() {
    this.form?.requestSubmit();
  }

  // A button that fetches another stage.
  go(name) {
    const button = this.root.querySelector(`[data-act="${name}"]`);
    if (!button || button.disabled) return false;
    if (name === "back") this.forget();
    button.click();
    return true;
  }

  openComment() {
    if (!this.form || this.cover.on) return false;
    this.questions.current.explain();
    return true;
  }

  focusPrompt() {
    const prompt = this.reading?.prompt;
    if (!prompt) return false;
    if (prompt.focused) this.focus();
    else prompt.focus();
    return true;
  }

  #open() {
    const { assignment, previous } = this.root.dataset;
    this.root.querySelector("dialog[data-first]")?.showModal(); // to be read before going on
    this.draft = new Draft(assignment);
    this.heartbeat = new Heartbeat(this.root);
    const draft = this.draft.read();
    this.#restore(draft.answers ?? JSON.parse(previous));
    const marked = this.criteria.some((criterion) => criterion instanceof SpansCriterion && criterion.held.length);
    this.reading.open({ whole: marked });
    this.criteria.forEach((criterion, place) => this.#listen(criterion, place));
    const Order = this.form.matches(".one-at-a-time") ? OneAtATime : Questions;
    this.questions = new Order(this.form, this.criteria, { submit: () => this.submit(), moved: () => this.#keepDraft() });
    this.questions.open({ place: draft.place, revises: "stored" in this.form.elements });
  }

  // What keys mark is to be seen.
  #mark(criterion, key) {
    if (key.includes("Arrow") && /Left|Right/.test(key)) this.reading.reveal();
    return criterion.press(key);
  }

  #listen(criterion, place) {
    criterion.section.addEventListener("focusin", () => this.questions.activate(place));
    criterion.section.addEventListener("input", () => {
      if (criterion.typed?.value) criterion.choose(null);
      if (!criterion.wrong) criterion.markWrong();
      this.#keepDraft();
    });
    criterion.section.addEventListener("change", () => criterion.markWrong());
    if (criterion instanceof Ranked) this.#listenRanked(criterion);
    for (const choice of criterion instanceof StrengthCriterion ? criterion.buttons : criterion.choices) {
      choice.addEventListener("click", (event) => {
        if (this.ready && !this.busy && !this.isEarly(event)) this.#choose(place, choice);
      });
    }
  }

  #listenRanked(criterion) {
    const act = (button, work) => {
      button.addEventListener("click", (event) => {
        if (!this.ready || this.busy || this.isEarly(event)) return;
        work();
        this.#keepDraft();
      });
    };
    for (const button of criterion.buttons) act(button, () => criterion.rank(button));
    act(criterion.tie, () => criterion.toggleTie());
    act(criterion.back, () => criterion.takeBack());
  }

  // Enter: on to the next question, or off with the answer; never with half a ranking.
  #endRanking(criterion) {
    criterion.markMissing(!criterion.answered && (criterion.required || criterion.wrong));
    return this.questions.enter(criterion.complete, false);
  }

  #keepDraft() {
    this.criteria.forEach((criterion) => criterion.answered && criterion.markMissing(false));
    this.draft.write(this.#collect("draft"), this.questions.place);
    this.questions.mark();
    return true;
  }

  #read() {
    this.focus();
    return true;
  }

  #settle() {
    this.ready = true;
    if ([document.body, this.root].includes(document.activeElement)) this.focus();
    this.root.dataset.ready = "";
  }

  #leave(field) {
    field.blur();
    return true;
  }

  // Enter in a number: on to the next question, if it is one.
  #enter() {
    const criterion = this.questions.current;
    criterion.markWrong();
    return this.questions.enter(criterion.answered, this.questions.complete);
  }

  #choose(place, choice) {
    const before = this.questions.complete;
    const criterion = this.criteria[place];
    criterion.choose(choice);
    criterion.markMissing(false);
    this.#keepDraft();
    if (!criterion.waiting) this.questions.advance(place, before);
  }

  #collect(form = "answer") {
    const answers = this.criteria.map((criterion) => [criterion.key, criterion[form]]);
    return Object.fromEntries(answers.filter(([, answer]) => answer !== null));
  }

  #restore(answers) {
    for (const criterion of this.criteria) {
      if (answers[criterion.key]) criterion.restore(answers[criterion.key]);
    }
  }
}

function openCriterion(section, texts) {
  if (section.dataset.kind === "spans") return new SpansCriterion(section, texts);
  if (section.dataset.kind === "strength") return new StrengthCriterion(section);
  return section.dataset.kind === "ranking" ? new Ranked(section) : new Criterion(section);
}
