// What this visitor answered so far, beside what the server keeps: the page that asks while the
// server is away begins with it. Also the receipt code that is set aside for this visit, so that
// sending with the line up and once more with it down is one idea. Both go with the visit.

import { promise } from "./outbox.js";

const ANSWERS = "visit.answers";
const PROMISED = "visit.promised";
const AT = "visit.at";
const OF_THE_FORM = ["then", "key", "code", "skip", "without_name", "new", "turn", "go", "back", "hold"];
// Buttons that do not lead on.
const STAYS = ["go", "hold", "stay"];
const PERSONAL = ["name", "phone", "under_16", "guardian"];

/** The answers: field → list of its values. */
export function answers() {
  return read(ANSWERS) ?? {};
}

/** Keep what stands in a form in place of what was answered to its questions; `pressed` the button
 * that sends it, if one does. */
export function keepAnswers(form, pressed) {
  const kept = answers();
  for (const { name } of form.elements) delete kept[name];
  if (pressed?.name === "without_name") {
    for (const name of Object.keys(kept)) if (isPersonal(name)) delete kept[name];
  } else if (pressed?.name !== "skip") {
    const given = new FormData(form, pressed);
    for (const name of new Set(given.keys())) {
      if (!OF_THE_FORM.includes(name)) kept[name] = given.getAll(name);
    }
  }
  sessionStorage.setItem(ANSWERS, JSON.stringify(kept));
}

/** Where the visitor is: `field`, the first of its question, and whether they went on from it
 * (`isDone`); null before the first question. */
export function at() {
  return read(AT);
}

/** Whether an answer tells who gives it. */
export function isPersonal(name) {
  return PERSONAL.includes(name) || name.startsWith("consents.");
}

/** The code that was set aside for this visit, with its receipt; null when none was. */
export function promised() {
  return read(PROMISED);
}

/** The idea is sent: what comes next is another one. */
export function forgetAnswers() {
  sessionStorage.removeItem(ANSWERS);
  sessionStorage.removeItem(PROMISED);
  sessionStorage.removeItem(AT);
}

for (const form of document.querySelectorAll("form[action^='/gui/']")) {
  const asked = [...form.elements].find(isAsked);
  if (asked && !form.elements.new) keepPlace(asked.name, false); // a door of home is no place yet
  form.addEventListener("submit", ({ submitter }) => {
    keepAnswers(form, submitter);
    if (asked && !STAYS.includes(submitter?.name)) keepPlace(asked.name, true);
  });
}
const field = document.querySelector("[data-promised]");
if (field) {
  const code = promised() ?? (await promise());
  if (code) {
    sessionStorage.setItem(PROMISED, JSON.stringify(code));
    field.value = code.code;
  }
}
if (location.pathname.startsWith("/r/")) forgetAnswers();

/** Whether it is a field, or a row to press, of the question on the screen. */
function isAsked({ name, type }) {
  return name && type !== "hidden" && !OF_THE_FORM.includes(name) && !STAYS.includes(name);
}

function keepPlace(field, isDone) {
  sessionStorage.setItem(AT, JSON.stringify({ field, isDone }));
}

function read(key) {
  return JSON.parse(sessionStorage.getItem(key));
}
