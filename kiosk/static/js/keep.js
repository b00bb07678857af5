// What this kiosk keeps in the browser while the server is away: one IndexedDB, five stores.
//
//   pool     receipt codes given ahead of time           key `code`  (the device's)
//   outbox   ideas that are not sent yet                 key `key`   (kept until acknowledged)
//   takes    recordings and photographs not handed in    key `id`    (the visitor's: wiped)
//   uploads  files of receipted ideas on their way       key `id`    (kept until acknowledged)
//   state    what the kiosk knows of itself              key `name`  (the device's)
//
// A promise is kept once the disk has it (durability "strict"). A full disk rejects with the
// browser's QuotaExceededError, and nothing of that call is kept.

const KEYS = { pool: "code", outbox: "key", takes: "id", uploads: "id", state: "name" };
export const STORES = Object.keys(KEYS);

let opened;

/** Every record of a store, in the order of its keys. */
export function all(store) {
  return reading(store, (records) => records.getAll());
}

/** The record of a key, or undefined. */
export function get(store, key) {
  return reading(store, (records) => records.get(key));
}

export function count(store) {
  return reading(store, (records) => records.count());
}

/** Keep a record in place of the one with its key. */
export function put(store, record) {
  return writing([store], (stores) => stores[store].put(record));
}

export function remove(store, key) {
  return writing([store], (stores) => stores[store].delete(key));
}

export function clear(store) {
  return writing([store], (stores) => stores[store].clear());
}

/**
 * Change several stores at once, or none of them. `work` gets the stores by name and gives back
 * the request whose result is wanted, or an object in whose `value` it leaves one. It may only ask
 * of these stores: a transaction ends when nothing is asked of it.
 */
export async function writing(names, work) {
  const database = await open();
  return new Promise((kept, lost) => {
    const transaction = database.transaction(names, "readwrite", { durability: "strict" });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    let wanted;
    transaction.oncomplete = () => kept(wanted instanceof IDBRequest ? wanted.result : wanted?.value);
    transaction.onabort = () => lost(transaction.error);
    wanted = work(stores);
  });
}

async function reading(name, work) {
  const database = await open();
  return new Promise((found, lost) => {
    const request = work(database.transaction(name, "readonly").objectStore(name));
    request.onsuccess = () => found(request.result);
    request.onerror = () => lost(request.error);
  });
}

function open() {
  opened ??= new Promise((ready, failed) => {
    const request = indexedDB.open("hienke", 1);
    request.onupgradeneeded = () => {
      for (const name of STORES) {
        request.result.createObjectStore(name, { keyPath: KEYS[name] });
      }
    };
    request.onsuccess = () => {
      // Another window brings a newer program: let it, and open anew when next asked.
      request.result.onversionchange = () => forget(request.result);
      request.result.onclose = () => (opened = undefined);
      ready(request.result);
    };
    request.onerror = () => {
      opened = undefined;
      failed(request.error);
    };
  });
  return opened;
}

function forget(database) {
  database.close();
  opened = undefined;
}
