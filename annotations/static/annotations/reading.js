// What is read of a task: the prompt and the texts side by side, with their folds, sources and formulas, as they fit.
import { fitMaths, typesetMaths } from "../platform/maths.js";
import { Fold } from "./fold.js";
import { Panes } from "./panes.js";
import { Prompt } from "./prompt.js";
import { SourceView } from "./source.js";

export class Reading {
  constructor(root) {
    this.root = root;
    this.source = new SourceView(root);
    this.prompt = Prompt.find(root);
    this.panes = new Panes(root);
  }

  // `whole`: what is marked already is to be seen.
  open({ whole }) {
    this.fold = new Fold(this.root, { open: whole });
    this.sizes = new ResizeObserver(() => this.#fit());
    for (const pane of this.root.querySelectorAll(".columns")) this.sizes.observe(pane);
    typesetMaths(this.root).then((changed) => changed && this.root.isConnected && this.#fit({ always: true }));
  }

  close() {
    this.sizes.disconnect();
  }

  toggleLock() {
    return this.panes.toggle();
  }

  toggleFold() {
    if (!this.fold.toggle()) return false;
    this.panes.align();
    return true;
  }

  toggleSource() {
    if (!this.source.toggle()) return false;
    this.#fit();
    return true;
  }

  // Where something that may be folded is about to be shown.
  reveal() {
    if (this.fold.reveal()) this.panes.align();
  }

  scroll(lines) {
    return this.panes.scroll(lines);
  }

  scrollToEnd(isLast) {
    return Boolean(this.prompt?.scrollToEnd(isLast)) || this.panes.scrollToEnd(isLast);
  }

  scrollPage(direction) {
    return Boolean(this.prompt?.scrollPage(direction)) || this.panes.scrollPage(direction);
  }

  // Folds and aligns what has another width or form now.
  #fit({ always = false } = {}) {
    if (!always && this.width === this.root.clientWidth && this.asWritten === this.source.asWritten) return;
    [this.width, this.asWritten] = [this.root.clientWidth, this.source.asWritten];
    fitMaths(this.root);
    this.fold.measure();
    this.panes.align();
    if (!this.begun) this.panes.showRated();
    this.begun = true;
  }
}
