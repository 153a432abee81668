// Seconds for which the task could be seen.
export class Clock {
  #seen = 0;
  #since = document.hidden ? null : performance.now();
  #listen = () => {
    if (document.hidden) this.#stop();
    else this.#since ??= performance.now();
  };

  constructor() {
    document.addEventListener("visibilitychange", this.#listen);
  }

  get seconds() {
    const running = this.#since === null ? 0 : performance.now() - this.#since;
    return (this.#seen + running) / 1000;
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
