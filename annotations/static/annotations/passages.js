// Marks that are told in words: painted in the texts of their case, and their words lead to them.
// Returns the brush that holds the paint.
import { Brush } from "./paint.js";
import { MarkedTexts } from "./texts.js";

export function showPassages(root) {
  const brush = new Brush();
  const texts = new Map(); // by case: a page may show several
  const ranks = new Map([["mark-1", []], ["mark-2", []], ["mark-3", []]]);
  for (const words of root.querySelectorAll("[data-passage]")) {
    const box = words.closest("[data-case]") ?? root;
    if (!texts.has(box)) texts.set(box, new MarkedTexts(box));
    const mark = JSON.parse(words.dataset.passage);
    const range = texts.get(box).find(mark.turn)?.view.toRange(mark);
    if (!range) continue;
    ranks.get(`mark-${words.dataset.rank}`).push(range);
    lead(words, range, brush);
  }
  for (const [name, ranges] of ranks) brush.paint(name, ranges);
  return brush;
}

function lead(words, range, brush) {
  const choose = () => brush.paint("chosen", [range]);
  // In passing they take nothing away from what is being marked.
  for (const event of ["pointerenter", "focus"]) words.addEventListener(event, () => brush.free && choose());
  words.addEventListener("click", () => {
    choose();
    bringIntoView(range);
  });
}

// To the middle of whatever scrolls it: the card of its text, then the page.
function bringIntoView(range) {
  for (let box = range.startContainer.parentElement; box !== document.body; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === "visible") continue;
    const { top, height } = box.getBoundingClientRect();
    box.scrollBy({ top: range.getBoundingClientRect().top - top - height / 2 });
  }
  window.scrollBy({ top: range.getBoundingClientRect().top - innerHeight / 2 });
}
