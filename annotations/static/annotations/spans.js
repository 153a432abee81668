// A question about passages: select, say what it is by digits, and see the marks in the text and beside it.
import { Caret } from "./caret.js";
import { Criterion } from "./criterion.js";
import { moveFocus, refill } from "./focus.js";
import { Brush } from "./paint.js";
import { Picker } from "./picker.js";

const MARGIN = 24; // px between a passage that is scrolled to and the edge
const OWN_ENTER = "button, a, summary, input:not([type=checkbox], [type=radio])";
const SETTLED = 250; // ms without a change: the selection by mouse or finger is complete

export class SpansCriterion extends Criterion {
  static #asking = null; // the question whose menu is open: another one that opens takes its place

  constructor(section, texts) {
    super(section);
    this.texts = texts;
    this.caret = new Caret(texts);
    this.choicesOf = JSON.parse(section.querySelector("[data-spans]").dataset.spans);
    this.picker = new Picker(section, this.choicesOf, (chosen) => this.#finish(chosen));
    for (const name of ["marks", "total", "say"]) this[name] = section.querySelector(`[data-${name}]`);
    this.held = [];
    this.beside = [];
    this.brush = new Brush();
    this.closing = new AbortController();
    this.alone = Boolean(section.closest(".one-at-a-time")); // then marks are seen while it is in hand
    this.#listen();
    this.#show();
  }

  close() {
    this.closing.abort();
    this.#closePicker();
    this.brush.clear();
  }

  // A passage is chosen, and what it is has not been said: that is no answer yet.
  get wrong() {
    return this.picker.open;
  }

  get answered() {
    return !this.wrong && (this.held.length > 0 || super.answered);
  }

  get answer() {
    const answer = super.answer;
    return this.held.length ? { ...answer, value: this.held.map((mark) => ({ ...mark })) } : answer;
  }

  restore(answer) {
    super.restore(answer);
    this.held = Array.isArray(answer.value) ? answer.value.map((mark) => ({ ...mark })) : [];
    this.#show();
  }

  // Marks that are chosen elsewhere on the page: they count in the score, and are not in this list.
  countBeside(beside) {
    this.beside = beside;
    this.#show();
  }

  // To whoever hears the page.
  tell(words) {
    this.say.textContent = words;
  }

  // Without these marks.
  drop(marks) {
    this.held = this.held.filter((mark) => !marks.includes(mark));
    this.#changed();
  }

  find(key) {
    const choice = super.find(key);
    return choice?.disabled ? null : choice;
  }

  setActive(active) {
    const isOther = this.active !== active;
    this.active = active;
    super.setActive(active);
    if (!active) this.caret.clear();
    if (isOther) this.#paint();
  }

  // Of a passage in hand it is wanted what is wrong there, also where no answer is needed.
  markMissing(missing) {
    super.markMissing(missing);
    this.section.classList.toggle("unnamed", missing && this.wrong);
  }

  // True where the key means something here. A focused button keeps its own Enter, a box that is ticked does not.
  press(key) {
    if (this.picker.open) return key === "Escape" ? this.#cancel() : this.picker.press(key);
    if (key === "Escape" && this.caret.active) return this.#dropCaret();
    if (key === "m" || key === "Enter") {
      if (!this.caret.active || (key === "Enter" && document.activeElement.matches(OWN_ENTER))) return false;
      return this.#open(this.caret.part);
    }
    if (key === "x" && this.held.length) return this.#remove(this.#focused() ?? this.held.at(-1));
    if (!this.caret.press(key)) return false;
    this.#paint();
    this.#reveal(this.caret.part);
    this.tell(this.#quote(this.caret.part));
    return true;
  }

  #listen() {
    const { signal } = this.closing;
    let timer = null;
    const read = () => this.#reads && this.#take(this.texts.readSelection());
    document.addEventListener("selectionchange", () => {
      clearTimeout(timer);
      if (this.#reads) timer = setTimeout(read, SETTLED); // not for the question that comes next
    }, { signal });
    for (const { body } of this.texts.texts) {
      body.addEventListener("click", (event) => {
        if (this.#reads && event.pointerType === "touch" && document.getSelection().isCollapsed) this.#tap(event);
      }, { signal });
    }
    this.section.querySelector("[data-cancel]").addEventListener("click", () => this.#cancel(), { signal });
  }

  // Whether what is selected is meant for this question: it is the one in hand, or no other asks for passages.
  get #reads() {
    if (this.alone) return this.active;
    return this.active || this.section.closest("form").querySelectorAll("[data-spans]").length === 1;
  }

  #take(part) {
    if (part && !this.closing.signal.aborted) this.#open(part);
  }

  // A tap takes a word; another one before anything is chosen stretches it to there.
  #tap({ clientX, clientY }) {
    const word = this.texts.readPoint(clientX, clientY);
    if (!word) return;
    const open = this.picker.open && this.pending && !this.picker.begun && this.pending.text === word.text;
    const part = open
      ? { ...word, from: Math.min(word.from, this.pending.from), to: Math.max(word.to, this.pending.to) }
      : word;
    this.#open(part);
  }

  #open(part, edited = null) {
    if (!this.active) this.section.dispatchEvent(new Event("focusin")); // it is now
    const asked = SpansCriterion.#asking;
    if (asked !== this) asked?.#letGo();
    SpansCriterion.#asking = this;
    if (!this.picker.focused) this.opener = document.activeElement;
    this.pending = part;
    this.edited = edited;
    this.#paint();
    this.picker.ask(this.#quote(part));
    return true;
  }

  #finish(chosen) {
    const { text, from, to } = this.pending;
    const mark = { ...(text.turn === null ? {} : { turn: text.turn }), ...text.view.toSource({ from, to }), ...chosen };
    const others = this.held.filter((other) => other !== this.edited && spellMark(other) !== spellMark(mark));
    this.held = [...others, mark].sort((a, b) => (a.turn ?? 0) - (b.turn ?? 0) || a.start - b.start || a.end - b.end);
    this.choose(null);
    this.markMissing(false);
    document.getSelection().removeAllRanges();
    this.#closePicker();
    this.#changed();
  }

  #remove(mark) {
    this.drop([mark]);
    return true;
  }

  #cancel() {
    document.getSelection().removeAllRanges();
    this.#letGo();
    return true;
  }

  #letGo() {
    this.#closePicker();
    this.markMissing(false);
    this.#paint();
  }

  #closePicker() {
    const { focused } = this.picker;
    this.picker.close();
    if (focused) moveFocus(this.opener, this.section);
    this.pending = null;
    if (SpansCriterion.#asking === this) SpansCriterion.#asking = null;
  }

  #dropCaret() {
    this.caret.clear();
    this.#paint();
    return true;
  }

  #changed() {
    this.#show();
    this.section.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #focused() {
    const place = document.activeElement?.closest("[data-mark]")?.dataset.mark;
    return place === undefined ? null : this.held[Number(place)];
  }

  #show() {
    for (const choice of this.choices) choice.disabled = this.held.length > 0;
    refill(this.marks, this.held.map((mark, place) => this.#row(mark, place)), this.section);
    const { weights, words } = this.choicesOf;
    const counted = [...this.held, ...this.beside];
    this.total.hidden = !weights || !counted.length;
    const sum = counted.reduce((total, { category = "", severity = "" }) => total + (weights?.[category]?.[severity] ?? 0), 0);
    this.total.textContent = `${words.score} ${Math.round(sum * 10) / 10}`;
    this.#paint();
  }

  #row(mark, place) {
    const row = document.createElement("li");
    row.dataset.mark = place;
    row.dataset.rank = this.#rank(mark);
    const part = this.#find(mark);
    const change = this.#action(part ? this.#quote(part) : "…", () => part && this.#open(part, mark));
    change.className = "quote plain";
    change.title = this.choicesOf.words.change;
    const said = document.createElement("span");
    said.className = "hint";
    said.textContent = [this.#label("categories", mark.category), this.#label("severities", mark.severity)].filter(Boolean).join(" · ");
    const remove = this.#action("×", () => this.#remove(mark));
    remove.className = "plain";
    remove.ariaLabel = this.choicesOf.words.remove;
    row.append(change, said, remove);
    return row;
  }

  #action(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  #label(list, value) {
    return this.choicesOf[list].find((option) => option.value === value)?.label ?? value;
  }

  #rank({ severity }) {
    const place = this.choicesOf.severities.findIndex((option) => option.value === severity);
    return this.choicesOf.severities[place]?.rank ?? 1;
  }

  // Where a mark stands in the form of the text that is seen.
  #find(mark) {
    const text = this.texts.find(mark.turn);
    const range = text?.view.toRange(mark);
    const part = range && text.view.read(range);
    return part ? { text, ...part } : null;
  }

  #quote({ text, from, to }) {
    return text.view.text.slice(from, to);
  }

  // The text may scroll in a pane of its own, and the pane with the page.
  #reveal({ text, from, to }) {
    const range = text.view.range({ from, to });
    const pane = text.body.closest("[data-pane]");
    if (pane.scrollHeight > pane.clientHeight) scrollWithin(range, pane, pane.getBoundingClientRect());
    scrollWithin(range, window, { top: 0, bottom: innerHeight });
  }

  // Marks may overlap: they are painted over the text, which stays as it is.
  #paint() {
    const ranks = new Map([["mark-1", []], ["mark-2", []], ["mark-3", []]]);
    const shown = this.active || !this.alone;
    for (const mark of shown ? this.held : []) {
      const ranges = this.texts.find(mark.turn)?.views.map((view) => view.toRange(mark)).filter(Boolean) ?? [];
      ranks.get(`mark-${this.#rank(mark)}`).push(...ranges);
    }
    for (const [name, ranges] of ranks) this.brush.paint(name, ranges);
    const part = shown ? (this.pending ?? this.caret.part) : null;
    this.brush.paint("chosen", part ? [part.text.view.range(part)] : []);
  }
}

export function spellMark({ turn, start, end, category, severity }) {
  return JSON.stringify([turn, start, end, category, severity]);
}

function scrollWithin(range, scroller, frame) {
  const box = range.getBoundingClientRect();
  const by = box.top < frame.top ? box.top - frame.top - MARGIN : box.bottom > frame.bottom ? box.bottom - frame.bottom + MARGIN : 0;
  if (by) scroller.scrollBy({ top: by });
}
