// Ranges painted over texts, which stay as they are. Everybody who paints has a brush of their own.
const NAMES = ["mark-1", "mark-2", "mark-3", "chosen"]; // as the style sheets call them
let holder = null; // the brush that has painted what is chosen: one passage of the page is

export class Brush {
  #painted = new Map(NAMES.map((name) => [name, []]));

  // Nothing is chosen by another brush.
  get free() {
    return holder === null || holder === this;
  }

  // These ranges in place of what this brush had painted under the name; of what is chosen, in place of anybody's.
  paint(name, ranges) {
    if (name === "chosen") this.#hold(ranges.length > 0);
    const layer = openLayer(name);
    if (!layer) return; // an old browser: marks still stand in words
    for (const range of this.#painted.get(name)) layer.delete(range);
    for (const range of ranges) layer.add(range);
    this.#painted.set(name, ranges);
  }

  clear() {
    for (const name of NAMES) this.paint(name, []);
  }

  #hold(holds) {
    if (!holds) {
      if (holder === this) holder = null;
      return;
    }
    if (!this.free) holder.paint("chosen", []);
    holder = this;
  }
}

function openLayer(name) {
  const layers = globalThis.CSS?.highlights;
  if (layers && !layers.has(name)) {
    const layer = new Highlight();
    layer.priority = name === "chosen" ? 1 : 0;
    layers.set(name, layer);
  }
  return layers?.get(name);
}
