// An answer on its way, while the next task is on the screen already. One at a time; it carries a key that makes it
// count once, and is sent again until it is heard.
import { post } from "./server.js";

export class Outbox {
  #sent = null;
  #waiting = [];

  // `stored` and `refused` get the reply, `unheard` nothing.
  constructor({ stored, refused, unheard }) {
    Object.assign(this, { stored, refused, unheard });
  }

  get pending() {
    return this.#sent !== null;
  }

  send(address, body) {
    this.#sent = { address, body };
    return this.resend();
  }

  async resend() {
    let response, text;
    try {
      response = await post(this.#sent.address, this.#sent.body);
      text = await response.text();
    } catch {
      return this.unheard();
    }
    if (response.status >= 500) return this.unheard();
    const door = response.headers.get("HX-Redirect"); // signed out meanwhile: the draft is kept
    if (door) return location.assign(door);
    this.#sent = null;
    const waiting = this.#waiting.splice(0);
    if (!response.ok) return this.refused(text);
    this.stored(text);
    for (const work of waiting) work();
  }

  // Whatever asks the server for more waits until the answer is stored; after a refusal it is not done.
  afterwards(work) {
    this.#waiting.push(work);
  }
}
