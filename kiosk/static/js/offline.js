// Keeps a kiosk ready for the server's absence: the worker, storage that the browser may not clear,
// a sending every few seconds, and the line that says how it stands.

import * as keep from "./keep.js";
import { isServerThere, standing, tend } from "./outbox.js";

const EVERY_MS = 5_000;

const line = document.querySelector("[data-line]");
if (line && navigator.serviceWorker) {
  navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" });
  navigator.storage.persist();
  keep.put("state", { name: "display", ways: waysOf(document.documentElement.classList) });
  keepGoing();
}
for (const form of document.querySelectorAll("form[data-needs-server]")) {
  form.addEventListener("submit", (event) => sendOnlyToSomebody(form, event));
}
for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", () => {
    document.cookie = `lang=${link.dataset.language};path=/;samesite=lax`;
  });
}

/** How this visitor has pages drawn; the worker shows its own that way. */
function waysOf(classes) {
  return [...classes].filter((name) => name !== "kiosk").join(".");
}

async function keepGoing() {
  let wasAway = !line.hidden;
  for (;;) {
    const reached = await tend({ ifFree: true });
    if (reached !== undefined) wasAway = await show(reached, wasAway);
    await pause();
  }
}

/** Say how it stands; returns whether that is worth saying still once all is handed in. */
async function show(reached, wasAway) {
  const { unsent, refused } = await standing();
  const { away, back, waiting } = line.dataset;
  const words = reached ? (wasAway ? [back] : []) : [away];
  if (unsent + refused) words.push(waiting.replace("{n}", unsent + refused));
  const said = words.join(" ");
  if (line.textContent !== said) line.textContent = said;
  line.hidden = !said;
  return !reached || (wasAway && unsent > 0);
}

/** What only the server can take is sent when it is there; else the page stays with all that was
 * typed, and says so. */
async function sendOnlyToSomebody(form, event) {
  if (form.dataset.needsServer === "asked") return;
  event.preventDefault();
  if (await isServerThere()) {
    form.dataset.needsServer = "asked";
    form.requestSubmit(event.submitter);
  } else {
    line.textContent = line.dataset.unsent;
    line.hidden = false;
    line.scrollIntoView();
  }
}

/** A while, or until the browser hears the network again. */
function pause() {
  return new Promise((over) => {
    const timer = setTimeout(end, EVERY_MS);
    addEventListener("online", end);
    function end() {
      clearTimeout(timer);
      removeEventListener("online", end);
      over();
    }
  });
}
