// Keeps in this browser what a member of staff writes in a form of [data-keep] until the office has
// it: a cut line loses nothing, and what was handed in without a line goes out by itself later.
// Without this the form is an ordinary one.
//
// A record stands under `unsent|<account>|<address of the form>`: its fields, those that are hidden
// too. The form's key (or the version it was drawn from) goes along, so a second sending keeps
// nothing twice. A record ends when the office answered, and with the log-out.

const AGAIN = 15_000; // ms between two tries while the line is cut
const told = document.querySelector("[data-unsent]");
const mine = told && `unsent|${told.dataset.unsent}|`;
let timer;

if (told) {
  document.querySelector('form[action="/logout"]')?.addEventListener("submit", leave);
  addEventListener("online", sendWaiting);
  start();
}

async function start() {
  watchAll();
  await sendWaiting();
  for (const form of forms()) restore(form);
}

function watchAll() {
  for (const form of forms()) {
    form.addEventListener("input", () => note(form));
    form.addEventListener("submit", (event) => handIn(form, event));
    form.addEventListener("kept", () => forget(form));
  }
}

function forms() {
  return [...document.querySelectorAll("form[data-keep]")];
}

function nameOf(form) {
  return mine + new URL(form.action).pathname;
}

function read(name) {
  return JSON.parse(localStorage.getItem(name));
}

function write(name, record) {
  try {
    localStorage.setItem(name, JSON.stringify({ ...record, page: location.pathname }));
    return true;
  } catch {
    say("full");
    return false;
  }
}

function forget(form) {
  localStorage.removeItem(nameOf(form));
}

function note(form) {
  // What was sent already keeps its key; other words are another sending.
  if (read(nameOf(form))?.waits) {
    told.hidden = true;
    if (form.elements.key) form.elements.key.value = newKey();
  }
  write(nameOf(form), { fields: [...new FormData(form)], waits: false });
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
}

async function handIn(form, event) {
  const by = event.submitter;
  if (by?.hasAttribute("formaction")) return;
  const fields = [...new FormData(form)];
  if (by?.name) fields.push([by.name, by.value]);
  if (!write(nameOf(form), { fields, waits: true })) return; // no room here: as without this
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const answer = await send(nameOf(form));
  delete form.dataset.sending;
  if (answer) follow(answer, form);
}

/** Send a record; give back the office's answer, or nothing while the line is cut. */
async function send(name) {
  const record = read(name);
  if (!record?.waits) return undefined;
  let answer;
  try {
    const body = new URLSearchParams(record.fields);
    answer = await fetch(name.slice(mine.length), { method: "POST", body });
    if (answer.status >= 500) throw new Error(answer.status);
  } catch {
    say("waiting");
    clearTimeout(timer);
    timer = setTimeout(sendWaiting, AGAIN);
    return undefined;
  }
  if (isKept(answer)) localStorage.removeItem(name);
  // Who must log in first sends it again; what the office refused is for its writer to put right.
  else if (answer.status !== 403) write(name, { ...record, waits: false });
  return answer;
}

function isKept(answer) {
  return answer.ok && answer.redirected && new URL(answer.url).pathname !== "/login";
}

async function follow(answer, form) {
  if (isKept(answer)) return goOn(answer.url, form.dataset.then);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.dispatchEvent(new Event("other-main"));
  watchAll();
  const first = document.querySelector("[role=alert], main h1");
  first.tabIndex = -1;
  first.focus();
}

/** Go on to a page; what it shows of the sending is at `then`, because an answer's address comes
 *  without its place. The same page with another place would not be loaded. */
function goOn(address, then = "") {
  const to = new URL(then, address);
  const isHere = to.pathname === location.pathname && to.search === location.search;
  if (!then || !isHere) return location.assign(to);
  history.replaceState(undefined, "", to);
  location.reload();
}

async function sendWaiting() {
  clearTimeout(timer);
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(mine))) {
    const { waits, page } = read(name);
    if (!waits) continue;
    const answer = await send(name);
    if (!answer) return;
    const here = forms().find((form) => nameOf(form) === name);
    if (here) return follow(answer, here);
    if (isKept(answer)) say("sent", page);
    else say(answer.status === 403 ? "login" : "refused", page);
  }
}

/** Put what was written before into a form that does not hold it. */
function restore(form) {
  const record = read(nameOf(form));
  if (!record) return;
  const now = [...new FormData(form)];
  if (!now.length || form.querySelector("fieldset:disabled")) return forget(form);
  if (JSON.stringify(now) === JSON.stringify(record.fields)) return;
  fill(form, record.fields);
  form.closest("details")?.setAttribute("open", "");
  if (!record.waits) say("restored", undefined, form);
  form.dispatchEvent(new Event("restored"));
}

function fill(form, fields) {
  const left = [...fields];
  for (const field of form.elements) {
    if (!field.name || field.type === "submit") continue;
    const at = left.findIndex(
      ([name, value]) => name === field.name && (!isTicked(field) || value === field.value),
    );
    if (isTicked(field)) field.checked = at >= 0;
    else if (at >= 0) [, field.value] = left[at];
    if (at >= 0) left.splice(at, 1);
  }
}

function isTicked(field) {
  return field.type === "radio" || field.type === "checkbox";
}

function leave(event) {
  const own = Object.keys(localStorage).filter((name) => name.startsWith("unsent|"));
  const waits = own.some((name) => name.startsWith(mine) && read(name).waits);
  if (waits && !confirm(told.dataset.leave)) return event.preventDefault();
  for (const name of own) localStorage.removeItem(name);
}

function say(what, page, form) {
  told.textContent = `${told.dataset[what]} `;
  told.hidden = false;
  if (page && page !== location.pathname) {
    const link = Object.assign(document.createElement("a"), { href: page });
    link.textContent = told.dataset.open;
    told.append(link);
  }
  if (form) {
    const drop = Object.assign(document.createElement("button"), { type: "button" });
    drop.className = "button";
    drop.textContent = told.dataset.drop;
    drop.addEventListener("click", () => {
      forget(form);
      location.reload();
    });
    told.append(drop);
  }
}
