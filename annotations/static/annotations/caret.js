// A selection in the rated texts that keys move: by words and sentences, its end by characters.
export class Caret {
  constructor(texts) {
    this.texts = texts;
    this.part = null; // { text, from, to }
  }

  get active() {
    return this.part !== null;
  }

  // True where the key means something here.
  press(key) {
    const [, shift, arrow] = /^(Shift\+)?Arrow(Left|Right|Up|Down)$/.exec(key) ?? [];
    if (arrow) return this.#move(arrow, Boolean(shift));
    if (this.active && (key === "." || key === ",")) return this.#nudge(key === "." ? 1 : -1);
    return false;
  }

  clear() {
    this.part = null;
  }

  #move(arrow, extend) {
    const sideways = arrow === "Left" || arrow === "Right";
    if (!this.active && !sideways) return false; // up and down go to other questions, or scroll
    const forward = arrow === "Right" || arrow === "Down";
    const parts = this.#list(sideways ? "word" : "sentence");
    if (!this.active) this.#set(parts[0], parts[0]);
    else if (extend) this.#set(this.anchor, this.#next(parts.filter(({ text }) => text === this.anchor.text), this.head, forward));
    else this.#set(...Array(2).fill(this.#next(parts, this.head, forward)));
    return true;
  }

  #list(granularity) {
    return this.texts.texts.flatMap((text) => text.view.segments(granularity).map((part) => ({ text, ...part })));
  }

  #next(parts, from, forward) {
    const order = (part) => this.texts.texts.indexOf(part.text) * 1e9;
    const next = forward
      ? parts.find((part) => order(part) + part.from >= order(from) + from.to)
      : parts.findLast((part) => order(part) + part.to <= order(from) + from.from);
    return next ?? from;
  }

  #nudge(step) {
    const { text, from, to } = this.part;
    this.part = { text, from, to: Math.min(Math.max(to + step, from + 1), text.view.text.length) };
    return true;
  }

  #set(anchor, head) {
    if (!anchor) return;
    this.anchor = anchor;
    this.head = head;
    this.part = { text: anchor.text, from: Math.min(anchor.from, head.from), to: Math.max(anchor.to, head.to) };
  }
}
