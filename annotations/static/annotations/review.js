// Keys of the plain answer forms: digits choose, Ctrl+Enter sends, letters go where they are written.
import { typesetMaths } from "../platform/maths.js";
import { isTyping, readKey } from "./keys.js";
import { showPassages } from "./passages.js";

typesetMaths(document.body);
showPassages(document.body);

const form = document.querySelector("[data-answer-form]");

document.addEventListener("keydown", (event) => {
  const key = readKey(event);
  if (key === "Ctrl+Enter" && form && (form.contains(event.target) || event.target === document.body)) return send(event);
  if (isTyping(event) && !event.target.matches("[type=radio], [type=checkbox]")) {
    if (key === "Escape") event.target.blur();
    return;
  }
  if (choose(key) || go(key)) event.preventDefault();
});

function send(event) {
  event.preventDefault();
  form.requestSubmit();
}

// In the question that has the focus, else in the first without an answer; the next one then takes the focus.
function choose(key) {
  if (!form || !/^[0-9]$/.test(key)) return false;
  const questions = [...form.querySelectorAll("[data-question]")];
  const open = questions.find((question) => question.contains(document.activeElement)) ?? questions.find(isOpen) ?? questions.at(-1);
  const option = open?.querySelector(`[data-key="${key}"]`);
  if (!option) return false;
  if (option.type === "checkbox") return tick(option);
  option.checked = true;
  const next = questions[questions.indexOf(open) + 1];
  (next?.querySelector("input, textarea") ?? option).focus();
  return true;
}

function isOpen(question) {
  return question.querySelector("[type=radio], [data-ticks]") && !question.querySelector(":checked");
}

// One of several that may be ticked: more may follow.
function tick(option) {
  option.click();
  option.focus();
  return true;
}

// "No error" and marks exclude each other.
form?.addEventListener("change", ({ target }) => {
  const marks = target.closest("[data-ticks]");
  if (!marks || !target.checked) return;
  for (const other of marks.querySelectorAll(":checked")) {
    if (other !== target && ("none" in other.dataset || "none" in target.dataset)) other.checked = false;
  }
});

function go(key) {
  const target = /^[a-z]$/.test(key) && document.querySelector(`[data-hotkey="${key}"]`);
  if (!target) return false;
  if (target.matches("textarea")) target.focus();
  else target.click();
  return true;
}
