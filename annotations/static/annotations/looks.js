// How texts look to whoever rates in this browser, in every project: their size, the width of lines, the font.
const CHOICE = "evalplatform:looks";
const NAMES = ["textSize", "lineWidth", "font"]; // radio buttons, and data attributes that the style sheet reads

export class Looks {
  constructor(form) {
    this.form = form;
    const chosen = readChoice();
    for (const name of NAMES) this.#check(name, chosen[name]);
    this.#apply();
    form.addEventListener("change", () => this.#keep());
  }

  #check(name, value) {
    const radio = [...this.form.elements[name]].find((each) => each.value === value);
    if (radio) radio.checked = true;
  }

  #read() {
    return Object.fromEntries(NAMES.map((name) => [name, this.form.elements[name].value]));
  }

  #apply() {
    Object.assign(document.documentElement.dataset, this.#read());
  }

  #keep() {
    this.#apply();
    try {
      localStorage.setItem(CHOICE, JSON.stringify(this.#read()));
    } catch {
      // storage is closed: the choice lasts until the page is left
    }
  }
}

function readChoice() {
  try {
    return JSON.parse(localStorage.getItem(CHOICE)) ?? {};
  } catch {
    return {}; // storage is closed or holds something else
  }
}
