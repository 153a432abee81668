// Formulas of untrusted texts, typeset in place by KaTeX, which is fetched for the first one.
// What cannot be typeset stays as it was written.
const OPTIONS = { output: "htmlAndMathml", strict: "ignore", throwOnError: true, trust: refuse, maxExpand: 100, maxSize: 10 };
const MOST = 300; // formulas of a task
const PATIENCE = 1500; // ms for all of them; a formula can be made to be slow
let loading = null;

// True where something has changed its size. Letters of marked texts are counted: these stay as they are.
export async function typesetMaths(root) {
  const formulas = [...root.querySelectorAll(".maths:not(.typeset, .untypeset)")].filter((formula) => !formula.closest("[data-marked]"));
  if (!formulas.length) return false;
  let katex;
  try {
    katex = await (loading ??= load());
  } catch {
    loading = null; // no connection: the next task tries again
    return false;
  }
  const until = performance.now() + PATIENCE;
  for (const formula of formulas.slice(0, MOST)) {
    if (performance.now() > until) break;
    typeset(katex, formula);
  }
  await document.fonts.ready;
  fitMaths(root);
  return true;
}

// What is wider than its text is scrolled, also by arrow keys; anew for another width.
export function fitMaths(root) {
  for (const formula of root.querySelectorAll(".maths.typeset")) {
    const wide = isCut(formula);
    formula.classList.toggle("wide", wide);
    if (wide) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}

// What KaTeX would do on trust only: links, pictures, HTML. With `false` it would leave the command's name, and no source.
function refuse() {
  throw new Error("a formula does nothing but show");
}

function isCut(formula) {
  const room = formula.classList.contains("display") ? formula : formula.closest(".prose");
  return formula.scrollWidth > room.clientWidth + 1;
}

async function load() {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("katex/katex.min.css", import.meta.url);
  const styled = new Promise((resolve, reject) => {
    sheet.onload = resolve;
    sheet.onerror = reject;
  });
  document.head.append(sheet);
  await Promise.all([styled, import("./katex/katex.min.js")]);
  return globalThis.katex;
}

// KaTeX builds elements; no markup is parsed from the text.
function typeset(katex, formula) {
  const source = formula.textContent.trim();
  const mark = /^(\$\$|\$|\\[([])/.exec(source)?.[0] ?? "";
  const box = document.createElement("span");
  try {
    katex.render(source.slice(mark.length, source.length - mark.length), box, {
      ...OPTIONS,
      displayMode: formula.classList.contains("display"),
    });
  } catch {
    formula.classList.add("untypeset");
    return;
  }
  formula.replaceChildren(box);
  formula.classList.add("typeset");
}
