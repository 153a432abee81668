// Panels over the task: skip, guidelines, keys.
export function openDialog(root, name) {
  const dialog = root.querySelector(`dialog[data-dialog="${name}"]`);
  if (!dialog) return false;
  dialog.showModal();
  return true;
}

export function closeDialog() {
  document.querySelector("dialog[open]")?.close();
  return true;
}

// Presses the option of the open panel that carries this key.
export function pressInDialog(key) {
  const button = document.querySelector(`dialog[open] [data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}
