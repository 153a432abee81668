// Renews the lease of the task on the screen while it is looked at, and says when it is too late.
import { showTemplate } from "./problems.js";
import { post } from "./server.js";

export class Heartbeat {
  constructor(root) {
    this.root = root;
    const { keep, heartbeat } = root.dataset;
    if (keep) this.timer = setInterval(() => this.#beat(keep), 1000 * Number(heartbeat));
  }

  stop() {
    clearInterval(this.timer);
  }

  async #beat(address) {
    if (document.hidden || !this.root.isConnected) return;
    try {
      const response = await post(address);
      if (response.status !== 409 || !this.root.isConnected) return;
      this.stop();
      showTemplate("lease-lost");
    } catch {
      // no connection: the next beat tries again
    }
  }
}
