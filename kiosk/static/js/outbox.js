// Ideas taken while the server is away, and the receipt codes given ahead of time for them. Runs in
// pages and in the worker (sw.js).
//
// An idea is { key, code, receipt_url, qr, body, pass, kiosk, at, pressed, refused?, asked? }: `body` the
// JSON as it will be sent, `at` the time on its slip (the server's, as far as is known; ms UTC),
// `pressed` this browser's own clock then, `refused` why the server did not take it when it was last
// `asked`. It leaves the outbox when the server says that it has it on disk, and for nothing else.

import * as keep from "./keep.js";

const REPORT_EVERY_MS = 60_000;
const REFUSED_EVERY_MS = 60 * 60_000;
const PATIENCE_MS = 20_000;
const LEAST_REST_SECONDS = 2;
// What the server says of an idea that it does not take as it is.
const REFUSALS = [400, 403, 413, 422];

let restUntil = 0;
let told = { at: 0, words: "" };

/**
 * Keep an idea and give it a code, in one step: `promised` one that was set aside for this visit,
 * else the next of the reserve, else one made here, which has no QR yet. Rejects when the browser's
 * disk is full or this browser never was a kiosk.
 */
export function take(body, promised) {
  return keep.writing(["pool", "outbox", "state"], ({ pool, outbox, state }) => {
    const kept = {};
    state.get("kiosk").onsuccess = ({ target: { result: kiosk } }) => {
      next(pool, promised, (given) => {
        const code = given?.code ?? ownCode();
        const { receipt_url = "", qr = "" } = given ?? {};
        const { pass, kiosk: name } = kiosk;
        const [at, pressed] = [serverTime(kiosk), Date.now()];
        kept.value = { key: code, code, receipt_url, qr, body, pass, kiosk: name, at, pressed };
        outbox.add(kept.value);
      });
    };
    return kept;
  });
}

/** Set the next code of the reserve aside, for an idea that may yet be sent with the line up or
 * down; undefined when there is none. */
export function promise() {
  return keep.writing(["pool"], ({ pool }) => {
    const kept = {};
    next(pool, undefined, (given) => (kept.value = given));
    return kept;
  });
}

/**
 * Send what waits, fill the reserve and tell how this kiosk stands; one window does it at a time.
 * Returns true when the server answered, false when it is away, undefined when another window is
 * at it and `ifFree`.
 */
export function tend({ ifFree }) {
  const work = (lock) => (lock ? tendAlone() : undefined);
  return navigator.locks.request("hienke.outbox", { ifAvailable: ifFree }, work);
}

/** How many ideas wait, how many were refused, and how many codes are left. */
export async function standing() {
  const [ideas, held] = await Promise.all([keep.all("outbox"), keep.count("pool")]);
  const unsent = ideas.filter((idea) => !idea.refused);
  const oldest = unsent.length ? Math.min(...unsent.map((idea) => idea.pressed)) : 0;
  return { unsent: unsent.length, refused: ideas.length - unsent.length, held, oldest };
}

/** Whether the server answers, asked for the least it has. */
export async function isServerThere() {
  const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) };
  return fetch("/favicon.ico", asked).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function tendAlone() {
  try {
    for (const idea of await keep.all("outbox")) {
      if (Date.now() < restUntil) break;
      if (isDue(idea)) await send(idea);
    }
    return await report();
  } catch (fault) {
    if (!(fault instanceof Away)) throw fault;
    return false;
  }
}

/** A refused idea is offered again now and then: a newer program may take it. */
function isDue({ refused, asked }) {
  return !refused || Math.abs(Date.now() - asked) > REFUSED_EVERY_MS;
}

async function send(idea) {
  const answer = await ask("/api/v1/proposals", idea.body, {
    "Idempotency-Key": idea.key,
    "Kiosk-Pass": idea.pass,
    "Kiosk-Pressed": String(idea.at),
    "Kiosk-Waited": String(Math.max(0, Date.now() - idea.pressed)),
  });
  if (answer.ok) {
    // Without an address where the form had arrived with other words: this kiosk has its receipt.
    const { receipt_url = idea.receipt_url } = await answer.json();
    await handedIn(idea, receipt_url && pathOf(receipt_url));
  } else if (REFUSALS.includes(answer.status) && isProblem(answer)) {
    await keep.put("outbox", { ...idea, refused: await answer.json(), asked: Date.now() });
  } else {
    const seconds = Number(answer.headers.get("Retry-After")) || LEAST_REST_SECONDS;
    restUntil = Date.now() + 1000 * seconds;
  }
}

/** The server has it on disk: nothing of it stays here. Files of an idea whose receipt had no
 * address until now get it. */
function handedIn(idea, receipt) {
  return keep.writing(["outbox", "uploads"], ({ outbox, uploads }) => {
    outbox.delete(idea.key);
    uploads.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (cursor.value.receipt === filesOf(idea)) cursor.update({ ...cursor.value, receipt });
      cursor.continue();
    };
  });
}

/** Where the files of an idea belong: the path of its receipt, or its code until there is one. */
export function filesOf({ code, receipt_url }) {
  return receipt_url ? pathOf(receipt_url) : `code:${code}`;
}

/** The path of a receipt; its QR says it in capitals. */
function pathOf(receiptUrl) {
  return new URL(receiptUrl).pathname.replace("/R/", "/r/");
}

/** Tell how this kiosk stands, when that is news, and keep the codes that come back: some at a
 * time, as drawing them keeps the server from other visitors. */
async function report() {
  const { unsent, refused, held, oldest } = await standing();
  const files = await keep.count("uploads");
  const words = [unsent, refused, held, files].join();
  if (words === told.words && Date.now() - told.at < REPORT_EVERY_MS) return isServerThere();
  const waited = oldest ? Math.max(0, Date.now() - oldest) : 0;
  const answer = await ask("/kiosk-ma", JSON.stringify({ held, unsent, waited, refused, files }));
  if (answer.status === 403 && isProblem(answer)) return forgetDevice();
  if (!answer.ok) throw new Away();
  const { codes, ...kiosk } = await answer.json();
  await fill(kiosk, codes);
  told = { at: Date.now(), words };
  return true;
}

/** Keep the codes that were given, and who this kiosk is; codes of another kiosk go. */
function fill(kiosk, codes) {
  return keep.writing(["pool", "state"], ({ pool, state }) => {
    const ahead = kiosk.now - Date.now();
    state.put({ ...kiosk, name: "kiosk", ahead });
    pool.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) {
        for (const code of codes) pool.put({ ...code, device: kiosk.device });
        return;
      }
      if (cursor.value.device !== kiosk.device) cursor.delete();
      cursor.continue();
    };
  });
}

/** This browser is no kiosk any more: it gives no receipts. What waits is still handed in. */
async function forgetDevice() {
  await keep.writing(["pool", "state"], ({ pool, state }) => {
    pool.clear();
    state.delete("kiosk");
  });
  return true;
}

/** The server, or the way to it, is not there. */
class Away extends Error {}

async function ask(address, body, headers = {}) {
  try {
    return await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Away();
  }
}

/** Whether this is our own server's word; a proxy or another program says nothing final. */
function isProblem(answer) {
  return (answer.headers.get("Content-Type") ?? "").startsWith("application/problem+json");
}

function next(pool, promised, use) {
  if (promised) return use(promised);
  pool.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    cursor?.delete();
    use(cursor?.value);
  };
}

/** The server's time, as far as is known: this clock put right by how much it differed when they
 * last spoke, and never before that. */
function serverTime({ now, ahead }) {
  return Math.max(now, Date.now() + ahead);
}

/** Twelve digits as the server makes them: ten at random, two that check them (ISO 7064
 * mod 97-10). */
function ownCode() {
  const random = crypto.getRandomValues(new BigUint64Array(1))[0] % 10n ** 10n;
  const check = 98n - ((random * 100n) % 97n);
  return `${random.toString().padStart(10, "0")}${check.toString().padStart(2, "0")}`;
}
