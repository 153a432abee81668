// One question of the form: its answer, and how the answer is shown.
export class Criterion {
  constructor(section) {
    this.section = section;
    this.key = section.dataset.criterion;
    this.required = "required" in section.dataset;
    this.typed = section.querySelector(".typed");
    this.comment = section.querySelector("[data-comment]");
    this.choices = [...section.querySelectorAll(".choice")];
  }

  get isNumber() {
    return this.typed?.type === "number";
  }

  get chosen() {
    return this.choices.find((choice) => choice.getAttribute("aria-pressed") === "true") ?? null;
  }

  get answered() {
    if (this.chosen) return true;
    return Boolean(this.typed && this.typed.value.trim() !== "" && this.typed.validity.valid);
  }

  // The answer as it is sent; null where there is none.
  get answer() {
    const answer = {};
    const chosen = this.chosen;
    if (chosen?.dataset.absent) answer.absent = chosen.dataset.absent;
    else if (chosen) answer.value = JSON.parse(chosen.dataset.value);
    else if (this.answered) answer.value = this.isNumber ? Number(this.typed.value) : this.typed.value;
    if (this.comment.value.trim()) answer.rationale = this.comment.value;
    return Object.keys(answer).length ? answer : null;
  }

  restore(answer) {
    const wanted = JSON.stringify(answer.value);
    for (const choice of this.choices) {
      const same = choice.dataset.absent
        ? choice.dataset.absent === answer.absent
        : "value" in answer && JSON.stringify(JSON.parse(choice.dataset.value)) === wanted;
      choice.setAttribute("aria-pressed", String(same));
    }
    if (this.typed && "value" in answer) this.typed.value = answer.value;
    if (answer.rationale) {
      this.comment.value = answer.rationale;
      this.showComment();
    }
  }

  choose(choice) {
    for (const other of this.choices) other.setAttribute("aria-pressed", String(other === choice));
    if (this.typed && choice) this.typed.value = "";
  }

  // The option that carries this key, if any.
  find(key) {
    return this.choices.find((choice) => choice.dataset.key === key || choice.dataset.letter === key);
  }

  showComment() {
    this.comment.closest(".comment").hidden = false;
  }

  markMissing(missing) {
    this.section.classList.toggle("missing", missing);
  }

  setActive(active) {
    this.section.classList.toggle("active", active);
    if (active) this.section.setAttribute("aria-current", "true");
    else this.section.removeAttribute("aria-current");
  }
}
