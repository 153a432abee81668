// Keys of the plain answer forms: digits choose, arrows go through a text that can be marked, Ctrl+Enter sends, letters go
// where they are written.
import { typesetMaths } from "../platform/maths.js";
import { Deciding } from "./deciding.js";
import { isTyping, readKey } from "./keys.js";
import { showPassages } from "./passages.js";
import { MarkedTexts } from "./texts.js";

typesetMaths(document.body);
showPassages(document.body);

const OWN_ARROWS = "[type=radio], .scroll"; // what left and right mean something to
const form = document.querySelector("[data-answer-form]");
// "No error", that nothing is said, and marks exclude each other.
form?.addEventListener("change", ({ target }) => {
  const question = target.closest("[data-question]:has([data-ticks])");
  if (!question || !target.checked) return;
  for (const other of question.querySelectorAll(":checked")) {
    if (other !== target && (isAlone(other) || isAlone(target))) other.checked = false;
  }
});

const texts = new MarkedTexts(document.body);
const markable = [...(form?.querySelectorAll("[data-question]:has([data-spans])") ?? [])];
const deciding = markable.map((question) => new Deciding(question, texts));
for (const each of deciding) listen(each);

document.addEventListener("keydown", (event) => {
  const key = readKey(event);
  if (key === "Ctrl+Enter" && form && (form.contains(event.target) || event.target === document.body)) return send(event);
  if (isTyping(event) && !event.target.matches("[type=radio], [type=checkbox]")) {
    if (key === "Escape") event.target.blur();
    return;
  }
  if (mark(key, event) || choose(key) || go(key)) event.preventDefault();
});

form?.addEventListener("submit", (event) => {
  const open = deciding.find((each) => each.open);
  if (!open) return;
  event.preventDefault();
  open.ask();
});

// The first question about passages is in hand until another one is turned to.
function listen(question) {
  question.setActive(question === deciding[0]);
  for (const box of [question.question, question.section]) {
    box.addEventListener("focusin", () => deciding.forEach((other) => other.setActive(other === question)));
  }
}

function isAlone({ dataset }) {
  return "none" in dataset || "absent" in dataset;
}

function mark(key, { target }) {
  const question = deciding.find((each) => each.open) ?? deciding.find((each) => each.marking.active);
  if (!question || (key.includes("Arrow") && target.matches(OWN_ARROWS))) return false;
  return question.press(key);
}

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
  return question.querySelector("[type=radio], [data-ticks]") && !question.querySelector(":checked, [data-sent] input");
}

// One of several that may be ticked: more may follow.
function tick(option) {
  option.click();
  option.focus();
  return true;
}

function go(key) {
  const target = /^[a-z]$/.test(key) && document.querySelector(`[data-hotkey="${key}"]`);
  if (!target) return false;
  if (target.matches("textarea")) target.focus();
  else target.click();
  return true;
}
