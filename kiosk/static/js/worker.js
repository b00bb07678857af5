// The kiosk's service worker: what it shows while the server is away, and that nothing said to it
// then is lost. /sw.js begins it with the pages and modules to keep (kiosk/citizen/offline.py).
//
// With the server there, every page is the server's. Without it: /gui leads to the questions on one
// page, which outbox.js keeps; every other address leads home.

import * as keep from "./keep.js";
import { standing, tend } from "./outbox.js";
import { sendAll } from "./uploads.js";

const FRESH_MS = 10 * 60_000;
const PATIENCE_MS = 15_000;
// What a proxy in front says when the server behind it is away.
const AWAY = [502, 504];

let shelf;
let pages;

/** Begin the worker: `version` of the modules, the addresses of `pages` and `modules` to keep; a page
 * once for every way it can be drawn (`?kieu=`). */
export function begin({ version, modules, ...more }) {
  shelf = `hienke-${version}`;
  pages = more.pages;
  addEventListener("install", (event) => {
    event.waitUntil(fill([...modules, ...pages]).then(() => skipWaiting()));
  });
  addEventListener("activate", (event) => {
    event.waitUntil(dropOlder().then(() => clients.claim()));
  });
  addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (address.origin !== location.origin) return;
    if (event.request.mode === "navigate") event.respondWith(page(event, address));
    else if (address.pathname.startsWith("/js/")) event.respondWith(module(event.request));
  });
}

/** The server's page, or ours while it is away. */
async function page(event, { pathname }) {
  try {
    await endVisitThatIsOver();
    const answer = await fetch(event.request, limitOf(event.request));
    if (!AWAY.includes(answer.status)) {
      event.waitUntil(lookAfter());
      return answer;
    }
  } catch {
    // Away: the answer is below.
  }
  return pageWithoutServer(pathname);
}

/** Reading may be given up early; what is sent may have arrived, so its answer is waited for. */
function limitOf({ method }) {
  return method === "GET" ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {};
}

async function pageWithoutServer(pathname) {
  const ours = `/ngoai-tuyen/${await language()}`;
  if (pages.includes(`${pathname}?kieu=`)) return kept(pathname);
  if (/^\/gui(\/|$)/.test(pathname)) return Response.redirect(`${ours}/gui`, 303);
  if (pathname === "/xong") await cookieStore.delete("lang");
  if (pathname !== "/") return Response.redirect("/", 303);
  await keep.put("state", { name: "visit is over" });
  return kept(ours);
}

/** The server learns of an end it did not see before it shows the next person a page. */
async function endVisitThatIsOver() {
  if (!(await keep.get("state", "visit is over"))) return;
  await fetch("/xong", { method: "POST", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
  await keep.remove("state", "visit is over");
}

/** Hand in what waits, also where no page does it any more: at a kiosk that was revoked. Once
 * nothing waits there, this worker has nothing left to do. */
async function lookAfter() {
  if (!(await tend({ ifFree: false }))) return;
  if (await keep.get("state", "kiosk")) return refresh();
  await sendAll({ ifFree: true });
  const { unsent, refused } = await standing();
  if (unsent + refused + (await keep.count("uploads")) === 0) {
    await caches.delete(shelf);
    await registration.unregister();
  }
}

/** The office's name or number may have changed. The worker itself is ended every half a minute, so
 * the browser's store remembers when it last looked. */
async function refresh() {
  const { at = 0 } = (await keep.get("state", "filled")) ?? {};
  if (Math.abs(Date.now() - at) > FRESH_MS) await fill(pages);
}

async function fill(addresses) {
  const cache = await caches.open(shelf);
  await cache.addAll(addresses.map((address) => new Request(address, { cache: "reload" })));
  await keep.put("state", { name: "filled", at: Date.now() });
}

async function dropOlder() {
  const older = (await caches.keys()).filter((name) => name.startsWith("hienke-") && name !== shelf);
  await Promise.all(older.map((name) => caches.delete(name)));
}

/** One of our pages, drawn as this visitor chose (offline.js notes it). */
async function kept(pathname) {
  const { ways = "" } = (await keep.get("state", "display")) ?? {};
  return (await caches.open(shelf)).match(`${pathname}?kieu=${ways}`);
}

/** A module's address changes with it: what is kept is what is meant. */
async function module(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function language() {
  return (await cookieStore.get("lang"))?.value === "en" ? "en" : "vi";
}
