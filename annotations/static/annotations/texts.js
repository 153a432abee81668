// Rated texts on the page and the source that they stand for: each shown character knows its place there.
// Places count code points of the source; indices count units of what is shown.
const BLOCKS = new Set("BLOCKQUOTE BR H1 H2 H3 H4 H5 H6 HR LI OL P PRE TABLE TD TH TR UL".split(" "));

// One form of a text, rendered or as it was written.
class View {
  constructor(element) {
    this.element = element;
    this.text = "";
    this.starts = [];
    this.ends = [];
    this.runs = [];
    this.#read();
  }

  get visible() {
    return this.element.getClientRects().length > 0;
  }

  // What `segmenter` finds in the text, as [from, to) without blanks.
  segments(granularity) {
    const segmenter = new Intl.Segmenter(this.element.lang || undefined, { granularity });
    const found = [];
    for (const { segment, index } of segmenter.segment(this.text)) {
      const part = this.trim(index, index + segment.length);
      if (part) found.push(part);
    }
    return found;
  }

  // Without blanks at both ends; null where nothing is left.
  trim(from, to) {
    while (from < to && /\s/.test(this.text[from])) from += 1;
    while (to > from && /\s/.test(this.text[to - 1])) to -= 1;
    return from < to ? { from, to } : null;
  }

  toSource({ from, to }) {
    const inside = (place) => place !== null;
    return {
      start: Math.min(...this.starts.slice(from, to).filter(inside)),
      end: Math.max(...this.ends.slice(from, to).filter(inside)),
    };
  }

  // The range that stands for a part of the source; null where none of it is shown in this form.
  toRange({ start, end }) {
    const shown = (index) => this.starts[index] !== null && this.ends[index] > start && this.starts[index] < end;
    const from = this.starts.findIndex((_, index) => shown(index));
    return from < 0 ? null : this.range({ from, to: this.starts.findLastIndex((_, index) => shown(index)) + 1 });
  }

  range({ from, to }) {
    const range = new Range();
    const first = this.#runAt(from);
    const last = this.#runAt(to - 1);
    range.setStart(first.node, from - first.from);
    range.setEnd(last.node, to - last.from);
    return range;
  }

  // What a range of the document holds of this form.
  read(range) {
    let [from, to] = [Infinity, -1];
    for (const run of this.runs) {
      const length = run.node.length;
      if (range.comparePoint(run.node, length) < 0 || range.comparePoint(run.node, 0) > 0) continue;
      from = Math.min(from, run.from + (range.startContainer === run.node ? range.startOffset : 0));
      to = Math.max(to, run.from + (range.endContainer === run.node ? range.endOffset : length));
    }
    return to < 0 ? null : this.trim(from, to);
  }

  #runAt(index) {
    return this.runs.findLast((run) => run.from <= index);
  }

  #read() {
    const walker = document.createTreeWalker(this.element, NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const element = walker.currentNode;
      if (BLOCKS.has(element.tagName)) this.#add("\n", [null], [null]);
      if (element.dataset.at && element.firstChild) this.#addRun(element);
    }
  }

  #addRun({ firstChild: node, dataset: { at, to } }) {
    const starts = [];
    let place = Number(at);
    for (const character of node.data) {
      starts.push(...Array(character.length).fill(place));
      if (to === undefined) place += 1;
    }
    const ends = starts.map((start) => (to === undefined ? start + 1 : Number(to)));
    this.runs.push({ node, from: this.text.length });
    this.#add(node.data, starts, ends);
  }

  #add(text, starts, ends) {
    this.text += text;
    for (const start of starts) this.starts.push(start);
    for (const end of ends) this.ends.push(end);
  }
}

// One rated text: its turn, where a conversation has several, and its two forms.
class MarkedText {
  constructor(body) {
    this.body = body;
    this.turn = body.dataset.turn ? Number(body.dataset.turn) : null;
    this.views = [...body.querySelectorAll(".rendered, .source")].map((element) => new View(element));
  }

  get view() {
    return this.views.find((view) => view.visible) ?? this.views[0];
  }
}

export class MarkedTexts {
  constructor(root) {
    this.texts = [...root.querySelectorAll("[data-marked]")].map((body) => new MarkedText(body));
  }

  find(turn) {
    return this.texts.find((text) => text.turn === (turn ?? null));
  }

  // The part of a rated text that is selected by mouse or finger.
  readSelection() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = this.texts.find(({ body }) => range.intersectsNode(body));
    const part = text?.view.read(range);
    return part ? { text, ...part } : null;
  }

  // The word at a point of the window.
  readPoint(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y) ?? document.caretRangeFromPoint?.(x, y);
    const [node, offset] = [caret?.offsetNode ?? caret?.startContainer, caret?.offset ?? caret?.startOffset];
    const text = this.texts.find(({ body }) => node && body.contains(node));
    const run = text?.view.runs.find((other) => other.node === node);
    if (!run) return null;
    const index = run.from + offset;
    const word = text.view.segments("word").find(({ from, to }) => from <= index && index <= to);
    return word ? { text, ...word } : null;
  }
}
