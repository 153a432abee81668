// Panels over the task: skip, guidelines, keys, looks.
export function openDialog(name) {
  const dialog = document.querySelector(`dialog[data-dialog="${name}"]`);
  if (!dialog) return false;
  dialog.showModal();
  return true;
}

export function closeDialog() {
  document.querySelector("dialog[open]")?.close();
  return true;
}

// Sends what is typed in the open panel, where it is a form that is sent.
export function sendDialog() {
  const form = document.querySelector("dialog[open] form:not([method=dialog])");
  form?.requestSubmit();
  return Boolean(form);
}

// Presses the option of the open panel that carries this key.
export function pressInDialog(key) {
  const button = document.querySelector(`dialog[open] [data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}
