// Recordings and photographs a visitor made and has not handed in. They live in the store `takes`,
// survive a reload, and are wiped with the visit.
//
// A take is { id, slot, kind, type, blob, seconds, at }: `slot` is the question it answers (audio,
// video, paper, attached), `kind` audio, video or image, `at` ms UTC. One that is still being
// recorded is kept every few seconds under the id it will have.

import * as keep from "./keep.js";

export function newTake(slot, kind) {
  return { id: crypto.randomUUID(), slot, kind, seconds: 0, at: Date.now() };
}

/** The takes of a question, oldest first. */
export async function ofSlot(slot) {
  const takes = await keep.all("takes");
  return takes.filter((take) => take.slot === slot).sort((one, other) => one.at - other.at);
}

/** Keep a take in place of its earlier state and of those whose ids are in `instead`. */
export function save(take, instead = []) {
  return keep.writing(["takes"], ({ takes }) => {
    for (const id of instead) takes.delete(id);
    takes.put(take);
  });
}

export function drop(id) {
  return keep.remove("takes", id);
}

/**
 * Hand the takes of these questions in with a receipt (its path, "/r/<secret>"), in one step: they
 * stop being the visitor's and wait to be sent. Those of other questions were given up: they go.
 */
export function handIn(receipt, slots) {
  return keep.writing(["takes", "uploads"], ({ takes, uploads }) => {
    const made = takes.getAll();
    made.onsuccess = () => {
      const wanted = made.result.filter((take) => slots.includes(take.slot) && take.blob.size);
      wanted.sort((one, other) => one.at - other.at);
      wanted.forEach(({ id, kind, type, blob, at }, place) => {
        uploads.put({ id, receipt, kind, type, blob, at, n: place + 1, of: wanted.length });
      });
      takes.clear();
    };
  });
}
