// The rating page: opens a bench on every task that is swapped in, and one set of listeners for all of them.
import { Bench } from "./bench.js";
import { Breaks } from "./breaks.js";
import { readKey, isTyping } from "./keys.js";
import { closeDialog, openDialog, pressInDialog } from "./dialogs.js";
import { Looks } from "./looks.js";
import { clearProblem, showTemplate } from "./problems.js";
import { Retry } from "./retry.js";

const ANSWERING = /\/answer\/$/;
const TAKING = /\/(answer|revise|skip)\/$/; // addresses after which a task is not the rater's any more
const stage = document.getElementById("stage");
let bench = new Bench(stage.firstElementChild);
const notice = document.getElementById("break");
const breaks = notice && new Breaks(notice);
new Looks(document.querySelector("[data-looks]"));
const retry = new Retry(() => bench.resend());

stage.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== stage) return;
  retry.stop();
  bench.close({ taken: TAKING.test(event.detail.requestConfig.path) });
  bench = new Bench(stage.firstElementChild);
  clearProblem();
  window.scrollTo(0, 0);
  bench.focus();
});

stage.addEventListener("htmx:beforeRequest", () => {
  bench.setBusy(true);
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful && !retry.waiting) bench.setBusy(false);
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches("[data-remark]") || !event.detail.successful) return;
  event.target.reset();
  closeDialog();
  bench.setBusy(false);
});

document.body.addEventListener("htmx:sendError", noteOutage);
document.body.addEventListener("htmx:timeout", noteOutage);
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) noteOutage(event);
  else retry.stop(); // it was heard and refused: the fragment says why
});

// Only an answer is sent again: it carries a key that makes it count once. Until then nothing can change it.
function noteOutage(event) {
  if (!ANSWERING.test(event.detail.requestConfig.path)) return showTemplate("offline");
  bench.setBusy(true);
  showTemplate("unsaved");
  retry.schedule();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button && !FETCHING.has(button.dataset.act)) act(button.dataset.act); // the others are htmx's already
});

document.addEventListener("keydown", (event) => {
  const key = readKey(event);
  if (!key) return;
  if (document.querySelector("dialog[open]")) {
    if (!isTyping(event) && pressInDialog(key)) event.preventDefault();
    return;
  }
  const handled = isTyping(event) ? bench.pressTyping(key, event.target) : press(key);
  if (handled) event.preventDefault();
});

const FETCHING = new Set(["undo", "last", "back"]);
const KEY_ACTS = { u: "undo", l: "last", b: "back", s: "skip", f: "flag", c: "comment", g: "guidelines", p: "prompt", j: "lock", o: "fold", v: "source", z: "looks", k: "rested", "?": "keys" };

function press(key) {
  if (key === "Enter" && document.activeElement?.matches("[data-number]")) return bench.press(key) || true; // never submits by itself
  if (!bench.ready) return key.length === 1; // nothing acts before the task can have been seen
  if (bench.press(key) || openEntry(key)) return true;
  return KEY_ACTS[key] ? act(KEY_ACTS[key]) : false;
}

// The line of a list that carries this key.
function openEntry(key) {
  const entry = bench.busy ? null : stage.querySelector(`[data-entry][data-key="${CSS.escape(key)}"]`);
  entry?.click();
  return Boolean(entry);
}

function act(name) {
  if (name === "close") return closeDialog();
  if (name === "lock") return bench.toggleLock();
  if (name === "fold") return bench.toggleFold();
  if (name === "source") return bench.toggleSource();
  if (name === "prompt") return bench.focusPrompt();
  if (name === "retry") return retry.now();
  if (name === "keep") return bench.forget();
  if (name === "rested") return Boolean(breaks?.end());
  if (bench.busy) return false;
  if (name === "submit") return bench.submit();
  if (name === "comment") return bench.openComment();
  if (FETCHING.has(name)) return bench.go(name);
  return openDialog(name);
}
