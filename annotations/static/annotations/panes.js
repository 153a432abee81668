import { Earlier } from "./earlier.js";
import { Turns } from "./turns.js";

// Answers side by side: scrolled together while locked, and by keys.
const LOCK = "evalplatform:scroll-together";

export class Panes {
  #expected = new WeakMap();

  constructor(root) {
    this.panes = [...root.querySelectorAll("[data-pane]")];
    this.button = root.querySelector('[data-act="lock"]');
    this.locked = readLock();
    this.turns = new Turns(this.panes);
    this.#showLock();
    for (const pane of this.panes) {
      pane.addEventListener("scroll", () => this.#follow(pane), { passive: true });
      const sign = pane.parentElement.querySelector("[data-earlier]");
      if (sign) new Earlier(pane, sign);
    }
  }

  toggle() {
    if (!this.button) return false;
    this.locked = !this.locked;
    try {
      localStorage.setItem(LOCK, this.locked ? "yes" : "no");
    } catch {
      // storage is closed: the choice lasts for this task
    }
    this.#showLock();
    if (this.locked) this.#follow(this.panes[0]);
    return true;
  }

  // The texts have another height or width now.
  align() {
    this.turns.align(this.locked);
  }

  // Where a later turn alone is rated, its question stands on top: what came before is a scroll away.
  showRated() {
    for (const pane of this.panes) {
      const rated = pane.querySelector(".answer-turn:not(.rated) ~ .rated");
      if (!rated) continue;
      const asked = rated.previousElementSibling ?? rated;
      pane.scrollTop += asked.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      this.#expected.set(pane, Math.round(pane.scrollTop));
    }
  }

  // Scrolls every pane that can be; false where none can, so that the page itself may scroll.
  scroll(lines) {
    const movable = this.#movable;
    for (const pane of movable) pane.scrollBy({ top: lines * 56 });
    return movable.length > 0;
  }

  scrollPage(direction) {
    const [pane] = this.panes;
    return this.scroll((direction * 0.85 * pane.clientHeight) / 56);
  }

  // To the first or the last line; false where no pane can be scrolled.
  scrollToEnd(isLast) {
    const movable = this.#movable;
    for (const pane of movable) pane.scrollTo({ top: isLast ? pane.scrollHeight : 0 });
    return movable.length > 0;
  }

  get #movable() {
    return this.panes.filter((pane) => pane.scrollHeight > pane.clientHeight + 1);
  }

  #follow(leader) {
    if (this.#expected.get(leader) === Math.round(leader.scrollTop)) {
      this.#expected.delete(leader);
      return; // this movement was ours
    }
    if (!this.locked) return;
    for (const pane of this.panes) {
      if (pane === leader) continue;
      pane.scrollTop = leader.scrollTop;
      this.#expected.set(pane, Math.round(pane.scrollTop));
    }
  }

  #showLock() {
    this.button?.setAttribute("aria-pressed", String(this.locked));
    this.align();
  }
}

function readLock() {
  try {
    return localStorage.getItem(LOCK) !== "no";
  } catch {
    return true;
  }
}
