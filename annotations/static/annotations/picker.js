// What a passage is said to be: a category, in two steps where there are many, then a severity, by digits and letters.
const KEYS = "1234567890abcdefghijklnopqrstvwyz";

export class Picker {
  #chosen = []; // [field, value]

  // `done` gets what was chosen: { category, severity }, each where it is asked.
  constructor(section, { categories, severities }, done) {
    Object.assign(this, { categories, severities, done });
    for (const name of ["picker", "quote", "options", "say"]) this[name] = section.querySelector(`[data-${name}]`);
  }

  get open() {
    return !this.picker.hidden;
  }

  get focused() {
    return this.picker.contains(document.activeElement);
  }

  // Something has been chosen of the passage.
  get begun() {
    return this.#chosen.length > 0;
  }

  ask(quote) {
    this.#chosen = [];
    this.quote.textContent = quote;
    this.#offer();
  }

  close() {
    this.picker.hidden = true;
    this.options.replaceChildren();
  }

  // True where the key means something here: no other key acts under the menu.
  press(key) {
    const button = this.options.querySelector(`[data-pick="${CSS.escape(key)}"]`);
    if (button) button.click();
    return Boolean(button) || /^[a-z0-9]$/.test(key);
  }

  // What is asked next: a group of categories, a category, a severity; then it is done.
  #offer() {
    const step = this.#nextStep();
    if (!step) return this.#finish();
    const { focused } = this;
    this.picker.hidden = false;
    this.options.replaceChildren(...step.options.map((option, place) => this.#button(option, KEYS[place] ?? "", step)));
    if (focused) this.options.firstElementChild.focus();
    const spoken = step.options.map(({ label }, place) => `${KEYS[place] ?? ""} ${label}`);
    this.say.textContent = `${this.quote.textContent}: ${this.picker.ariaLabel} ${spoken.join(", ")}`;
    return undefined;
  }

  #finish() {
    const chosen = Object.fromEntries(this.#chosen);
    delete chosen.group;
    this.done(chosen);
  }

  #nextStep() {
    const { categories, severities } = this;
    const chosen = Object.fromEntries(this.#chosen);
    if (categories.length && !("category" in chosen)) {
      if (!("group" in chosen)) {
        const groups = groupOf(categories);
        if (groups) return { field: "group", options: groups };
      }
      const within = (option) => !chosen.group || option.value === chosen.group || option.value.startsWith(`${chosen.group}/`);
      const options = categories.filter(within);
      if (options.length > 1 || !chosen.group) return { field: "category", options };
      this.#chosen.push(["category", options[0].value]);
    }
    return severities.length && !("severity" in chosen) ? { field: "severity", options: severities } : null;
  }

  #button({ value, label }, key, { field }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice";
    const caption = document.createElement("span");
    caption.textContent = label;
    if (key) {
      const hint = document.createElement("kbd");
      hint.textContent = key;
      button.append(hint);
      button.dataset.pick = key;
    }
    button.append(caption);
    button.addEventListener("click", () => {
      this.#chosen.push([field, value]);
      this.#offer();
    });
    return button;
  }
}

// Categories as `Accuracy/Omission` are asked in two steps where they are many.
function groupOf(categories) {
  const names = [...new Set(categories.map(({ value }) => value.split("/")[0]))];
  if (categories.length < 10 || names.length === categories.length) return null;
  return names.map((name) => ({ value: name, label: name }));
}
