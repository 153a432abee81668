// Texts rendered, or as they were written. The rater's choice lasts for the session of this tab.
const CHOICE = `evalplatform:as-written:${location.pathname}`;

export class SourceView {
  constructor(root) {
    this.root = root;
    this.button = root.querySelector('[data-act="source"]');
    this.#show(readChoice() ?? root.dataset.text === "plain");
  }

  toggle() {
    this.#show(!this.asWritten);
    try {
      sessionStorage.setItem(CHOICE, this.asWritten ? "yes" : "no");
    } catch {
      // storage is closed: the choice lasts for this task
    }
    return true;
  }

  #show(asWritten) {
    this.asWritten = asWritten;
    this.root.classList.toggle("as-written", asWritten);
    this.button?.setAttribute("aria-pressed", String(asWritten));
  }
}

function readChoice() {
  try {
    const choice = sessionStorage.getItem(CHOICE);
    return choice === null ? null : choice === "yes";
  } catch {
    return null;
  }
}
