// A request of the page's own, where no part of the page is to be swapped by the reply.
const stage = document.getElementById("stage");
const LONGEST = 20000; // ms until a reply is given up
const LARGEST_ALIVE = 30000; // bytes: browsers let 64 KiB in all outlive a page

export function post(address, body = null) {
  const headers = { ...JSON.parse(stage.getAttribute("hx-headers")), "HX-Request": "true" };
  const keepalive = new Blob([body ?? ""]).size < LARGEST_ALIVE;
  return fetch(address, { method: "POST", headers, body, keepalive, signal: AbortSignal.timeout(LONGEST) });
}

// Sent while the page goes away; nobody waits for a reply.
export function tell(address, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("csrfmiddlewaretoken", JSON.parse(stage.getAttribute("hx-headers"))["X-CSRFToken"]);
  navigator.sendBeacon(address, form);
}
