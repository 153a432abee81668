// Reminds of a break after so many minutes of work, in any number of tasks; being away for a while is a break.
const WORKED = "evalplatform:worked"; // lasts for the session of this tab: seconds worked, and when that was noted
const TICK = 15; // seconds
const REST = 5 * 60; // seconds away that are a break

export class Breaks {
  constructor(notice) {
    this.notice = notice;
    this.after = 60 * Number(notice.dataset.after);
    setInterval(() => this.#tick(), 1000 * TICK);
    this.#tick();
  }

  // The reminder has been read: the time begins anew.
  end() {
    this.notice.hidden = true;
    write({ worked: 0, at: Date.now() });
    return true;
  }

  #tick() {
    if (document.hidden) return;
    const { worked, at } = read();
    const away = (Date.now() - at) / 1000;
    const now = away > REST ? 0 : worked + away;
    write({ worked: now, at: Date.now() });
    this.notice.hidden = now < this.after;
  }
}

let held = { worked: 0, at: Date.now() }; // where storage is closed

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(WORKED)) ?? held;
  } catch {
    return held;
  }
}

function write(state) {
  held = state;
  try {
    sessionStorage.setItem(WORKED, JSON.stringify(state));
  } catch {
    // storage is closed: it is known until the page is left
  }
}
