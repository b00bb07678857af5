// What belongs to the visitor at this kiosk, and how it is forgotten. The server ends a visit by
// its cookies; what a script kept in the browser goes here, by name: outbox, pool, files on their
// way and the device itself stay.

import { clear } from "./keep.js";

const FRESH = "tu-dau"; // in the address of a visit's first screen (kiosk/citizen/wizard.py)
const HOME_OF_NOBODY = "[data-nobody-here]"; // on the home page, while no visit is going on

/**
 * Forget the visitor: recordings and photographs that were not handed in, every storage key that
 * begins with "visit.", and what stands in the fields of this page.
 */
export async function forget() {
  for (const form of document.forms) {
    form.reset();
  }
  await forgetKept();
}

/** The same without the fields of this page. */
async function forgetKept() {
  for (const storage of [sessionStorage, localStorage]) {
    for (const key of Object.keys(storage)) {
      if (key.startsWith("visit.")) {
        storage.removeItem(key);
      }
    }
  }
  await clear("takes");
}

// A page that Back brings out of memory is never shown: the server says whether it still may be.
addEventListener("pagehide", (leaving) => {
  document.documentElement.hidden = leaving.persisted;
});
addEventListener("pageshow", (shown) => {
  if (shown.persisted) {
    location.reload();
  }
});

// A door of home begins a visit of its own: what the one before recorded goes before it is shown.
// Whoever came is perhaps typing already.
const here = new URL(location);
if (here.searchParams.has(FRESH)) {
  here.searchParams.delete(FRESH);
  await forgetKept().catch((fault) => console.warn("forget", fault));
  history.replaceState(null, "", here);
}

// "Xong", the wipe and the time-out all lead here, and so does a start after a power cut.
if (document.querySelector(HOME_OF_NOBODY)) {
  forget().catch((fault) => console.warn("forget", fault));
}
