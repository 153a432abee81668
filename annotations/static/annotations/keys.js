// Which key was meant, on any keyboard layout.
const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]);
const PLAIN = new Set(["?", "=", "Backspace", "Enter", "Escape"]);

// A digit, a Latin letter, "?", "=", ".", ",", an arrow, "Home", "End", a page key or "Space" (with Shift or not),
// "Backspace", "Enter", "Escape" or "Ctrl+Enter"; else "".
export function readKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return event.repeat ? "" : "Ctrl+Enter";
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return "";
  if (ARROWS.has(event.key)) return event.shiftKey ? `Shift+${event.key}` : event.key;
  if (event.key === " ") return event.shiftKey ? "Shift+Space" : "Space";
  if (event.key === "." || event.key === ",") return event.key;
  if (event.repeat) return ""; // a held key must not judge a task that was not read
  if (PLAIN.has(event.key)) return event.key;
  if (/^[0-9]$/.test(event.key)) return event.key; // not by a number pad without Num Lock: there 1 is End
  if (event.shiftKey) return "";
  const digit = /^Digit([0-9])$/.exec(event.code); // where the row types "&" or "é" without Shift
  if (digit) return digit[1];
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code); // under a Cyrillic or Greek layout the place of the key counts
  return letter ? letter[1].toLowerCase() : "";
}

// Whether the key belongs to a text. A field for numbers takes digits only: letters stay commands there.
export function isTyping(event) {
  return event.target.matches(
    "textarea, select, [contenteditable], input:not([type=hidden], [type=button], [data-number])",
  );
}
