// The next task, leased and fetched while this one is read, so that nobody waits for it. Given back by whoever leaves.
import { post, tell } from "./server.js";

const REST = 60000; // ms out of sight after which the rater is away

export class Ahead {
  // `current` says which root stands on the stage; null while the answer before it is on its way.
  constructor(current) {
    this.current = current;
    this.held = null;
    this.lease = null; // of what is or was held here, until it is on the screen
    this.leaving = null;
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", (event) => event.persisted && this.fetch());
    document.addEventListener("visibilitychange", () => this.#watch());
  }

  // The task that is on the screen, where it is one of those that are dealt.
  follow(root) {
    this.leaving = root.dataset.leave ?? this.leaving;
  }

  async fetch() {
    const root = this.current();
    if (!root) return; // the reply brings the next task
    this.drop();
    if (!root.dataset.ahead) return;
    try {
      const response = await post(root.dataset.ahead);
      if (response.ok && this.current() === root) this.hold(await response.text());
    } catch {
      // no connection: the answer brings the next task with it
    }
  }

  // Empty where nothing could be leased.
  hold(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    this.giveBack(box.content.querySelector("[data-assignment]"));
  }

  // A task that was on the screen for a while waits again.
  giveBack(root) {
    this.held = root;
    this.lease = root?.dataset.lease ?? null;
  }

  take() {
    const root = this.held;
    this.held = this.lease = null;
    return root;
  }

  // What is held here is not what comes next any more; its lease is found again.
  drop() {
    this.held = null;
  }

  leave() {
    if (this.leaving && this.lease) tell(this.leaving, { lease: this.lease });
    this.held = this.lease = null;
  }

  #watch() {
    clearTimeout(this.timer);
    if (document.hidden) this.timer = setTimeout(() => this.leave(), REST);
    else if (!this.held) this.fetch();
  }
}
