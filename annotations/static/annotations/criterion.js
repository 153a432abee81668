// One question of the form: its answer, and how the answer is shown.
export class Criterion {
  constructor(section) {
    this.section = section;
    this.key = section.dataset.criterion;
    this.required = "required" in section.dataset;
    this.typed = section.querySelector(".typed");
    this.comment = section.querySelector("[data-comment]");
    this.reason = JSON.parse(section.dataset.reason ?? "null");
    this.choices = [...section.querySelectorAll(".choice")];
  }

  get isNumber() {
    return Boolean(this.typed && "number" in this.typed.dataset);
  }

  // What was typed as a number, with a point or a comma; NaN where it is none.
  get #number() {
    const typed = this.typed.value.trim().replace(",", ".");
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(typed) ? Number(typed) : NaN;
  }

  // Something stands in the field that cannot be an answer.
  get wrong() {
    if (!this.isNumber || this.typed.value.trim() === "") return false;
    const { min, max, step } = this.typed.dataset;
    const number = this.#number;
    if (Number.isNaN(number) || (step !== "any" && !Number.isInteger(number))) return true;
    return (min !== undefined && number < Number(min)) || (max !== undefined && number > Number(max));
  }

  get chosen() {
    return this.choices.find((choice) => choice.getAttribute("aria-pressed") === "true") ?? null;
  }

  get answered() {
    if (this.chosen) return true;
    return Boolean(this.typed && this.typed.value.trim() !== "" && !this.wrong);
  }

  // Something is still wanted here: an answer, or the reason that the rubric asks for beside it.
  get open() {
    return (this.required && !this.answered) || this.unexplained;
  }

  get unexplained() {
    const answer = this.answer;
    if (!answer || answer.rationale) return false;
    return answer.absent === "abstained" || ("value" in answer && needsReason(this.reason, answer.value));
  }

  // The answer as it is sent; null where there is none.
  get answer() {
    const answer = {};
    const chosen = this.chosen;
    if (chosen?.dataset.absent) answer.absent = chosen.dataset.absent;
    else if (chosen) answer.value = JSON.parse(chosen.dataset.value);
    else if (this.typed && this.answered) answer.value = this.isNumber ? this.#number : this.typed.value;
    if (this.comment.value.trim()) answer.rationale = this.comment.value;
    return Object.keys(answer).length ? answer : null;
  }

  // What is kept of it until it is sent.
  get draft() {
    return this.answer;
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

  explain() {
    this.showComment();
    this.comment.focus();
  }

  showComment() {
    this.comment.closest(".comment").hidden = false;
  }

  markWrong() {
    if (!this.isNumber) return;
    this.section.classList.toggle("wrong", this.wrong);
    this.typed.setAttribute("aria-invalid", String(this.wrong));
  }

  markMissing(missing) {
    this.section.classList.toggle("missing", missing);
    this.section.classList.toggle("unexplained", missing && this.unexplained);
  }

  setActive(active) {
    this.section.classList.toggle("active", active);
    if (active) this.section.setAttribute("aria-current", "true");
    else this.section.removeAttribute("aria-current");
  }
}

// The rule of the rubric, as the server reads it.
function needsReason(rule, value) {
  if (rule === null || typeof rule === "boolean") return Boolean(rule);
  if (Array.isArray(value)) return value.some(({ severity }) => rule.values?.includes(severity));
  if (rule.values?.includes(value)) return true;
  return typeof value === "number" && (value <= (rule.at_most ?? -Infinity) || value >= (rule.at_least ?? Infinity));
}
