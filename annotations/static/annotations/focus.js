// Where the keyboard goes when what it stood on leaves the page: near to it, never to the page as a whole, where it would
// begin anew. `box` stands for what is gone.
export function moveFocus(element, box) {
  const known = element?.isConnected && element !== document.body;
  if (!known) box.tabIndex = -1;
  (known ? element : box).focus({ preventScroll: true });
}

// New rows in a list: the focus stays in its row, on the same button, or in the last row, or on the box when none is left.
export function refill(list, rows, box) {
  const { activeElement } = document;
  const place = [...list.children].findIndex((row) => row.contains(activeElement));
  const button = place < 0 ? -1 : listButtons(list.children[place]).indexOf(activeElement);
  list.replaceChildren(...rows);
  if (place < 0) return;
  const row = rows[place] ?? rows.at(-1);
  moveFocus(row && listButtons(row)[button], box);
}

function listButtons(row) {
  return [...row.querySelectorAll("button")];
}
