// An answer that could not be sent is sent again by itself: after growing pauses, and at once when the network is back.
const FIRST_PAUSE = 1000; // ms
const LONGEST_PAUSE = 30000;

export class Retry {
  constructor(send) {
    this.send = send;
    this.pause = FIRST_PAUSE;
    this.timer = null;
    window.addEventListener("online", () => this.now());
  }

  get waiting() {
    return this.timer !== null;
  }

  // The last try failed.
  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
  }

  now() {
    if (!this.waiting) return false;
    clearTimeout(this.timer);
    this.timer = null;
    this.send();
    return true;
  }

  // The answer has arrived, or was refused for good.
  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.pause = FIRST_PAUSE;
  }
}
