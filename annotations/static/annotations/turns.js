// Turns of a conversation, answered side by side: each begins at one height in all panes while these scroll together.
const BESIDE = matchMedia("(min-width: 56rem) and (min-height: 30rem)");

export class Turns {
  constructor(panes) {
    const columns = panes.map((pane) => [...pane.children]);
    const longest = Math.max(0, ...columns.map((turns) => turns.length));
    const alike = columns.length > 1 && longest > 1 && columns.every((turns) => turns.length === longest);
    this.rows = alike ? columns[0].map((_, row) => columns.map((turns) => turns[row])) : [];
  }

  align(together) {
    for (const turn of this.rows.flat()) turn.style.minBlockSize = "";
    if (!together || !BESIDE.matches) return;
    const heights = this.rows.map((row) => Math.max(...row.map((turn) => turn.getBoundingClientRect().height)));
    this.rows.forEach((row, place) => row.forEach((turn) => (turn.style.minBlockSize = `${heights[place]}px`)));
  }
}
