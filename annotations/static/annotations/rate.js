// The rating page: opens a bench on every task that is swapped in, and one set of listeners for all of them.
import { Ahead } from "./ahead.js";
import { Bench } from "./bench.js";
import { Breaks } from "./breaks.js";
import { readKey, isTyping } from "./keys.js";
import { closeDialog, openDialog, pressInDialog, sendDialog } from "./dialogs.js";
import { Looks } from "./looks.js";
import { Outbox } from "./outbox.js";
import { showPassages } from "./passages.js";
import { clearProblem, showFragment, showTemplate } from "./problems.js";
import { Retry } from "./retry.js";

const ANSWERING = /\/answer\/$/;
const TAKING = /\/(answer|revise|skip)\/$/; // addresses after which a task is not the rater's any more
const stage = document.getElementById("stage");
const notice = document.getElementById("break");
const breaks = notice && new Breaks(notice);
new Looks(document.querySelector("[data-looks]"));
let passages = null; // the paint of marks that are told in words
let left = null; // the bench of the answer on its way
const benches = new WeakMap(); // by root: a task that steps back keeps its bench
const ahead = new Ahead(() => (left ? null : stage.firstElementChild));
const outbox = new Outbox({ stored: noteStored, refused: noteRefused, unheard: noteUnheard });
const retry = new Retry(() => (outbox.pending ? outbox.resend() : bench.resend()));
let bench = openBench();
ahead.fetch();

function openBench() {
  const root = stage.firstElementChild;
  if (!benches.has(root)) benches.set(root, new Bench(root, send));
  ahead.follow(root);
  passages?.clear();
  passages = root.dataset.state === "feedback" ? showPassages(root) : null;
  return benches.get(root);
}

function put(root) {
  closeDialog();
  bench.setAside(true);
  stage.replaceChildren(root);
  if (!benches.has(root)) htmx.process(root);
  bench = openBench();
  bench.setAside(false);
}

function begin() {
  clearProblem();
  window.scrollTo(0, 0);
  bench.focus();
}

function setLeft(sender) {
  left = sender;
  stage.toggleAttribute("data-sending", Boolean(sender));
}

// With the next task at hand the answer goes out behind it; else the reply brings the task.
function send(sender) {
  if (outbox.pending) {
    sender.setBusy(true);
    return outbox.afterwards(() => send(sender));
  }
  const address = sender.form.getAttribute("hx-post");
  const next = ANSWERING.test(address) ? ahead.take() : null;
  if (!next) return sender.form.requestSubmit();
  const body = new URLSearchParams(new FormData(sender.form));
  body.set("shows", next.dataset.assignment);
  setLeft(sender);
  put(next);
  bench.setBusy(false);
  begin();
  outbox.send(address, body);
}

function noteStored(html) {
  const stored = left;
  const isBack = bench === stored;
  setLeft(null);
  retry.stop();
  if (isBack) {
    put(ahead.take());
    begin();
  }
  stored.close({ taken: true });
  ahead.hold(html);
  ahead.held?.querySelectorAll("[data-late]").forEach((word) => bench.root.querySelector(".progress").append(word));
}

// An answer that was not taken is what stands on the screen until something becomes of it.
function stepBack() {
  if (bench === left) return;
  bench.setBusy(false);
  ahead.giveBack(bench.root);
  put(left.root);
  bench.focus();
}

function noteRefused(html) {
  stepBack();
  setLeft(null);
  retry.stop();
  bench.setBusy(false);
  showFragment(html);
}

function noteUnheard() {
  stepBack();
  wait();
}

function wait() {
  bench.setBusy(true);
  showTemplate("unsaved");
  retry.schedule();
}

stage.addEventListener("htmx:confirm", (event) => {
  if (!outbox.pending) return;
  event.preventDefault();
  bench.setBusy(true);
  outbox.afterwards(() => event.detail.issueRequest(true));
});

stage.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== stage) return;
  retry.stop();
  bench.close({ taken: TAKING.test(event.detail.requestConfig.path) });
  bench = openBench();
  begin();
  ahead.fetch();
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
  showTemplate("remark-sent");
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
  wait();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button || FETCHING.has(button.dataset.act)) return; // the others are htmx's already
  if (!ONWARD.has(button.dataset.act) || !bench.isEarly(event)) act(button.dataset.act);
});

document.addEventListener("keydown", (event) => {
  const key = readKey(event);
  if (!key) return;
  if (document.querySelector("dialog[open]")) {
    if (key === "Ctrl+Enter" ? sendDialog() : !isTyping(event) && pressInDialog(key)) event.preventDefault();
    return;
  }
  const handled = isTyping(event) ? bench.pressTyping(key, event.target) : press(key);
  if (handled) event.preventDefault();
});

const FETCHING = new Set(["undo", "last", "back"]);
const ONWARD = new Set(["next", "submit"]);
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
  if (name === "lock") return Boolean(bench.reading?.toggleLock());
  if (name === "fold") return Boolean(bench.reading?.toggleFold());
  if (name === "source") return Boolean(bench.reading?.toggleSource());
  if (name === "prompt") return bench.focusPrompt();
  if (name === "retry") return retry.now();
  if (name === "keep") return bench.forget();
  if (name === "uncover" || name === "uncover-all") return bench.uncover({ all: name === "uncover-all" });
  if (name === "rested") return Boolean(breaks?.end());
  if (bench.busy) return false;
  if (name === "submit") return bench.submit();
  if (name === "previous" || name === "next") return bench.move(name === "next" ? 1 : -1);
  if (name === "comment") return bench.openComment();
  if (FETCHING.has(name)) return bench.go(name);
  return openDialog(name);
}
