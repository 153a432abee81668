// Seconds for which the task could be seen.
export class Clock {
  #seen = 0;
  #aside = false;
  #since = document.hidden ? null : performance.now();
  #listen = () => {
    if (document.hidden || this.#aside) this.#stop();
    else this.#since ??= performance.now();
  };

  constructor() {
    document.addEventListener("visibilitychange", this.#listen);
  }

  get seconds() {
    const running = this.#since === null ? 0 : performance.now() - this.#since;
    return (this.#seen + running) / 1000;
  }

  // Another task stands on the screen for a while.
  setAside(aside) {
    this.#aside = aside;
    this.#listen();
  }

  close() {
    document.removeEventListener("visibilitychange", this.#listen);
    this.#stop();
  }

  #stop() {
    if (this.#since !== null) this.#seen += performance.now() - this.#since;
    this.#since = null;
  }
}
