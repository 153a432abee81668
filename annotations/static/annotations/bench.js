// One task on the screen: its questions, keys, draft, clock and lease, from paint to submit.
import { Clock } from "./clock.js";
import { Cover } from "./cover.js";
import { Criterion } from "./criterion.js";
import { Draft } from "./drafts.js";
import { Heartbeat } from "./heartbeat.js";
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
    const typed = this.ready && this.form && !this.cover.on ? this.criteria[this.active].typed : null;
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
    const criterion = this.criteria[this.active];
    if (criterion instanceof SpansCriterion && this.#mark(criterion, key)) return true;
    if (key === "ArrowUp" || key === "ArrowDown") return this.#move(key === "ArrowDown" ? 1 : -1);
    if (key in PAGES) return this.reading.scrollPage(PAGES[key]);
    if (key in SPACES) return !document.activeElement?.matches(OWN_SPACE) && this.reading.scrollPage(SPACES[key]);
    if (key === "Home" || key === "End") return this.reading.scrollToEnd(key === "End");
    if (criterion instanceof Ranked) {
      if (key === "Enter") return this.#endRanking(criterion);
      if (criterion.press(key)) return this.#keepDraft();
    }
    const choice = criterion.find(key);
    if (choice) this.#choose(this.active, choice);
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

  get complete() {
    return this.criteria.every((criterion) => criterion.answered || !criterion.required);
  }

  submit() {
    if (!this.ready || this.busy || !this.form || this.cover.on) return false;
    const missing = this.criteria.findIndex((criterion) => criterion.wrong || criterion.open);
    this.criteria.forEach((criterion) => {
      criterion.markMissing(criterion.open || (criterion.wrong && !criterion.answered));
      criterion.markWrong();
    });
    if (missing >= 0) {
      this.#activate(missing, { focus: true });
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
    const criterion = this.criteria[this.active];
    criterion.showComment();
    criterion.comment.focus();
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
    this.#restore(this.draft.read() ?? JSON.parse(previous));
    const marked = this.criteria.some((criterion) => criterion instanceof SpansCriterion && criterion.held.length);
    this.reading.open({ whole: marked });
    this.criteria.forEach((criterion, place) => this.#listen(criterion, place));
    const first = this.criteria.findIndex((criterion) => !criterion.answered);
    this.#activate(Math.max(first, 0));
  }

  // What keys mark is to be seen.
  #mark(criterion, key) {
    if (key.includes("Arrow") && /Left|Right/.test(key)) this.reading.reveal();
    return criterion.press(key);
  }

  #listen(criterion, place) {
    criterion.section.addEventListener("focusin", () => this.#activate(place));
    criterion.section.addEventListener("input", () => {
      if (criterion.typed?.value) criterion.choose(null);
      if (!criterion.wrong) criterion.markWrong();
      this.#keepDraft();
    });
    criterion.section.addEventListener("change", () => criterion.markWrong());
    if (criterion instanceof Ranked) this.#listenRanked(criterion);
    for (const choice of criterion instanceof StrengthCriterion ? criterion.buttons : criterion.choices) {
      choice.addEventListener("click", () => {
        if (this.ready && !this.busy) this.#choose(place, choice);
      });
    }
  }

  #listenRanked(criterion) {
    const act = (button, work) => {
      button.addEventListener("click", () => {
        if (!this.ready || this.busy) return;
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
    if (criterion.complete) this.#advance(this.active, false);
    return true;
  }

  #keepDraft() {
    this.criteria.forEach((criterion) => criterion.answered && criterion.markMissing(false));
    this.draft.write(this.#collect("draft"));
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
    const criterion = this.criteria[this.active];
    criterion.markWrong();
    if (criterion.answered) this.#advance(this.active, this.complete);
    return true;
  }

  #choose(place, choice) {
    const before = this.complete;
    const criterion = this.criteria[place];
    criterion.choose(choice);
    criterion.markMissing(false);
    this.#keepDraft();
    if (!criterion.waiting) this.#advance(place, before);
  }

  // On to the next open question. The last one sends, and so does the one that completes the form;
  // whoever corrects a complete form decides when to send it.
  #advance(place, wasComplete) {
    const next = this.criteria.findIndex((criterion, other) => other > place && !criterion.answered);
    if (next >= 0) {
      this.#activate(next, { focus: true });
      return;
    }
    const missing = this.criteria.findIndex((criterion) => !criterion.answered && criterion.required);
    if (missing >= 0) this.#activate(missing, { focus: true });
    else if (!wasComplete || place === this.criteria.length - 1) this.submit();
    else this.#activate(place + 1, { focus: true });
  }

  #move(step) {
    if (this.criteria.length < 2) return this.reading.scroll(step);
    const place = Math.min(Math.max(this.active + step, 0), this.criteria.length - 1);
    this.#activate(place, { focus: true });
    return true;
  }

  #activate(place, { focus = false } = {}) {
    this.active = place;
    this.criteria.forEach((criterion, other) => criterion.setActive(other === place));
    if (!focus) return;
    const { section, typed } = this.criteria[place];
    section.scrollIntoView({ block: "nearest" });
    if (typed) typed.focus({ preventScroll: true });
    else if (this.form.contains(document.activeElement)) document.activeElement.blur();
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
