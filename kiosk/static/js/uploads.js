// Files of receipted ideas on their way to the office: sent one after the other, from any page that
// loads this, until the server has them all; then nothing of them is left in this browser. One
// window sends at a time. Runs in pages and in the worker (sw.js).
//
// An upload is { id, receipt, kind, type, blob, at, n, of, address? }: `receipt` the path of its
// receipt, n of how many, `address` where the server is taking it. Whoever wants to show how it
// goes listens for "uploads" on the window: { receipt, n, of, share, trouble }.

import * as keep from "./keep.js";
import { filesOf } from "./outbox.js";
import * as tus from "./tus.js";

// Where the files wait: in the browser's store, or in the page where that has no room.
const STORED = {
  waiting: () => keep.all("uploads"),
  // A full disk costs a new beginning after a reload, not the file.
  note: (upload) => keep.put("uploads", upload).catch(() => {}),
  done: (upload) => keep.remove("uploads", upload.id),
};
const IDEA_PAUSE_MS = 5_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
// A receipt that the server does not know may be on its way, not for longer than this.
const DAY_MS = 24 * 60 * 60_000;

let wake = () => {};
addEventListener("online", () => wake());

/**
 * Send what waits. Returns when nothing does, or when another window sends and `ifFree`; else this
 * one is next, as a window may be closed or loaded anew in the middle.
 */
export async function sendAll({ ifFree = false } = {}) {
  wake();
  const sendStored = () => sendWaiting(STORED);
  if (!navigator.locks) return sendStored();
  await navigator.locks.request(
    "hienke.uploads",
    { ifAvailable: ifFree },
    (lock) => lock && sendStored(),
  );
}

/** Send these uploads from the memory of this page, which must stay open. */
export async function sendFrom(uploads) {
  const left = new Set(uploads);
  await sendWaiting({
    waiting: async () => [...left],
    note: async () => {},
    done: async (upload) => left.delete(upload),
  });
}

async function sendWaiting(shelf) {
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const waiting = (await shelf.waiting()).sort((one, other) => one.at - other.at);
    if (!waiting.length) return;
    const ready = await thoseWhoseIdeaIsThere(waiting);
    let least = 0;
    for (const upload of ready) {
      try {
        await send(upload, shelf);
        pause = FIRST_PAUSE_MS;
      } catch (fault) {
        least = Math.max(least, await givenUp(upload, fault, shelf));
      }
    }
    if (!(await shelf.waiting()).length) return;
    await rest(ready.length ? Math.max(pause, least) : IDEA_PAUSE_MS);
    if (ready.length) pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** An idea that was taken while the server was away goes before its files. */
async function thoseWhoseIdeaIsThere(uploads) {
  const unsent = (await keep.all("outbox")).map(filesOf);
  return uploads.filter(({ receipt }) => !unsent.includes(receipt));
}

async function send(upload, shelf) {
  const tellHow = (there) => tell(upload, { share: there / upload.blob.size });
  tellHow(0);
  let isThere = false;
  while (!isThere) {
    if (!upload.address) {
      const { kind, type, id } = upload;
      const said = { kind, filetype: type, filename: upload.name, take: id };
      upload.address = await tus.begin(`${upload.receipt}/tus`, upload.blob, said);
      await shelf.note(upload);
    }
    isThere = await tus.send(upload.address, upload.blob, tellHow);
    if (!isThere) upload.address = undefined;
  }
  await shelf.done(upload);
  tell(upload, { share: 1 });
}

/** What comes of a file that could not be sent now: how many ms it should rest. A refusal for good
 * ends it, as nobody else may find it here. */
async function givenUp(upload, fault, shelf) {
  const isUnknown = fault.status === 404;
  if (fault.isFinal || (isUnknown && Date.now() - upload.at > DAY_MS)) {
    await shelf.done(upload);
    tell(upload, { share: 1, trouble: fault.status === 413 ? "big" : "refused" });
    return 0;
  }
  tell(upload, { share: 0, trouble: "network" });
  return isUnknown ? LONGEST_PAUSE_MS : (fault.wait ?? 0) * 1000;
}

function tell({ receipt, n, of }, how) {
  dispatchEvent(new CustomEvent("uploads", { detail: { receipt, n, of, ...how } }));
}

/** Wait, unless the network comes back or something new waits. */
function rest(milliseconds) {
  return new Promise((over) => {
    const timer = setTimeout(over, milliseconds);
    wake = () => {
      clearTimeout(timer);
      over();
    };
  });
}
