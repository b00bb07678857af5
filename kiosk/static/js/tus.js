// Sends one file in pieces, as tus 1.0 says. What was acknowledged is never sent again: after a lost
// answer, a killed server or a reload the next call asks how much is there and goes on.

const VERSION = { "Tus-Resumable": "1.0.0" };
const ANSWER_MS = 60_000;
// A piece takes a slow line half a minute, and a fast one is not kept waiting.
const LEAST_PIECE = 32 * 1024;
const MOST_PIECE = 256 * 1024;
const QUICK_MS = 2_000;
const SLOW_MS = 15_000;
// A film of a good phone is not held in memory whole to be summed up.
const MOST_SUMMED = 16 * 1024 * 1024;

/** The server said no: `isFinal` when it will not say yes later, `wait` seconds until it may. */
export class Refused extends Error {
  constructor(answer) {
    super(`${answer.status}`);
    this.status = answer.status;
    this.isFinal = [400, 403, 410, 413, 415, 422].includes(answer.status);
    this.wait = Number(answer.headers.get("Retry-After")) || 0;
  }
}

/** Make room for a file at `endpoint` and return its address. `said` is what is said of it. */
export async function begin(endpoint, blob, said) {
  const sum = blob.size <= MOST_SUMMED && globalThis.crypto?.subtle ? await sha256(blob) : "";
  const words = Object.entries({ ...said, sha256: sum }).filter(([, value]) => value);
  const answer = await ask(endpoint, "POST", {
    "Upload-Length": blob.size,
    "Upload-Metadata": words.map(([name, value]) => `${name} ${base64(value)}`).join(),
  });
  if (answer.status !== 201) throw new Refused(answer);
  return new URL(answer.headers.get("Location"), location.href).pathname;
}

/**
 * Send what is missing of a file to its address; `tell` is called with how many bytes are there.
 * False when the server knows no such address any more. Rejects with Refused, or with the
 * browser's TypeError or TimeoutError when nothing comes back.
 */
export async function send(address, blob, tell) {
  let piece = LEAST_PIECE;
  let offset = await offsetOf(address);
  while (offset !== null && offset < blob.size) {
    tell(offset);
    const began = performance.now();
    offset = await sendPiece(address, blob.slice(offset, offset + piece), offset);
    const took = performance.now() - began;
    if (took < QUICK_MS) piece = Math.min(piece * 2, MOST_PIECE);
    if (took > SLOW_MS) piece = Math.max(piece / 2, LEAST_PIECE);
  }
  return offset !== null;
}

async function offsetOf(address) {
  const answer = await ask(address, "HEAD");
  if ([404, 410].includes(answer.status)) return null;
  if (!answer.ok) throw new Refused(answer);
  return Number(answer.headers.get("Upload-Offset"));
}

async function sendPiece(address, piece, offset) {
  const said = { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
  const answer = await ask(address, "PATCH", said, piece);
  if (answer.status === 204) return Number(answer.headers.get("Upload-Offset"));
  // 409: an answer was lost and more is there than we know. 460: it was spoilt and is forgotten.
  if ([404, 409, 410, 460].includes(answer.status)) return offsetOf(address);
  throw new Refused(answer);
}

function ask(address, method, said = {}, body = undefined) {
  const headers = { ...VERSION, ...said };
  return fetch(address, { method, headers, body, signal: AbortSignal.timeout(ANSWER_MS) });
}

async function sha256(blob) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
