// The questions on one page while the server is away: begun with what was answered before, checked
// by the rules of shared/domain/intake.py, kept in the outbox under a receipt code.

import { answers, at, forgetAnswers, isPersonal, keepAnswers, promised } from "./answers.js";
import { filesOf, isServerThere, take } from "./outbox.js";
import { handIn, ofSlot } from "./takes.js";

const TITLE_LETTERS = [5, 120];
const TEXT_LETTERS = 2000;
const SHORT_LETTERS = 120;
const LONG = ["current_state", "solution", "expected_effect"];
const SHORT = ["unit", "position", "hamlet", "name", "guardian"];
// What can be spoken beside its field.
const SPOKEN = ["current_state", "solution"];
const NOTHING_RECORDED = { channel: "kiosk", count: 0, slots: [] };
const IDENTIFIES = ["name", "phone", "guardian"];
const INSIDERS = ["official", "part_time_official"];
// The eleven digits of before 2018 are numbers too: the server knows what each became.
const MOBILE = /^(\+?84|0084)?0?([35789]\d{8}|1(2\d|6[2-9]|8[68]|99)\d{7})$/;
// As in shared/domain/phone.py: blanks, dots, dashes, brackets, and letters nobody sees.
const BETWEEN_DIGITS = /[\s.\p{Pd}\u2212\p{Cf}()[\]/,_·•]+/gu;

const form = document.querySelector("[data-offline-form]");
if (form) await begin(form);

async function begin(form) {
  const before = answers();
  fillIn(form, before);
  find("carried").hidden = Object.keys(before).length === 0;
  goTo(whereTheyWere(form, before));
  const files = recordedIn(form, before).catch(() => NOTHING_RECORDED);
  form.addEventListener("input", () => keepAnswers(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.inert) return;
    form.inert = true;
    if (event.submitter?.name === "without_name") forgetPerson(form);
    const recorded = await files;
    const problems = problemsOf(form, recorded);
    show(problems);
    if (problems.length || !(await keep(form, recorded))) form.inert = false;
  });
  const { count } = await files;
  if (count) {
    const line = find("has-takes");
    line.textContent = line.textContent.replace("{n}", count);
    line.hidden = false;
  }
}

/** The question a visitor was at when the line was cut, or the next if they went on from it; what
 * sends, if there is none; null for who only begins. */
function whereTheyWere(form, before) {
  const place = at();
  if (!place) return null;
  const asked = [...form.querySelectorAll(".question")];
  const sends = document.querySelector(".main[form='answer']");
  const here = asked.findIndex((one) => one.querySelector(`[name="${CSS.escape(place.field)}"]`));
  let index = here < 0 ? indexWithout(place, asked) : here + Number(place.isDone);
  const works = INSIDERS.includes(before.participant_type?.[0]);
  if (place.isDone && !works && asked[index]?.querySelector("[name=insider]")) index += 1;
  // What is folded leads nowhere: neither from the road into it nor out of it.
  if (place.isDone && [asked[here], asked[index]].some(isFolded)) index = asked.length;
  const question = asked[index] ?? (said(form, "solution") ? null : asked[0]);
  if (!question) return sends;
  const leavesName = IDENTIFIES.some((name) => before[name]?.some(Boolean));
  return question.querySelector("[name^='consents']") && !leavesName ? sends : question;
}

/** Which question comes after one that is not asked here: the way of telling leads to the telling,
 * a recording to what follows it. */
function indexWithout({ field }, asked) {
  return field === "manner" ? 0 : asked.findIndex((one) => one.querySelector("[name=phone]"));
}

function isFolded(question) {
  return Boolean(question?.closest("details"));
}

/** Bring a question, or what sends, into sight and the focus to it. */
function goTo(place) {
  const field = place?.querySelector("input:not([type=hidden]), textarea") ?? place;
  if (!field) return;
  const folded = field.closest("details");
  if (folded) folded.open = true;
  place.scrollIntoView();
  field.focus();
}

/** What the visitor recorded: the manner that leaves nothing to type, if files of it are here, and
 * the questions whose files come along. */
async function recordedIn(form, before) {
  const [manner] = before.manner ?? [];
  const isRecorded = form.dataset.recorded.split(" ").includes(manner);
  const asked = isRecorded ? [manner] : SPOKEN.filter((name) => before[`spoken_${name}`]?.[0] > 0);
  const takes = await Promise.all([...asked, "attached"].map(ofSlot));
  const slots = [...asked, "attached"].filter((_, place) => takes[place].length);
  return { channel: slots.includes(manner) ? manner : "kiosk", count: takes.flat().length, slots };
}

/** Take the idea into the outbox and go on to its receipt; false when it could not be kept. */
async function keep(form, { channel, slots }) {
  let idea;
  const isHeard = channel === "kiosk" && !said(form, "solution");
  try {
    idea = await take(JSON.stringify(bodyOf(form, isHeard ? "audio" : channel)), promised());
  } catch (fault) {
    console.error("offline", fault);
    if (await isServerThere()) {
      form.submit(); // it takes the idea as from a phone
      return true;
    }
    show([{ word: "generic" }]);
    return false;
  }
  if (slots.length) await handIn(filesOf(idea), slots);
  const { code, receipt_url, qr, at } = idea;
  const receipt = { code, receipt_url, qr, at, title: said(form, "title") };
  sessionStorage.setItem("visit.receipt", JSON.stringify(receipt));
  forgetAnswers();
  location.replace(form.dataset.receipt);
  return true;
}

/** The idea as the API takes it (docs/api.md): what was left empty is left out. */
function bodyOf(form, channel) {
  const type = said(form, "participant_type");
  const works = INSIDERS.includes(type);
  const body = {
    participant_type: type,
    title: said(form, "title"),
    current_state: said(form, "current_state"),
    solution: said(form, "solution"),
    effects: new FormData(form).getAll("effects"),
    expected_effect: said(form, "expected_effect"),
    maturity: said(form, "maturity"),
    category: said(form, "category").replace("none", ""),
    insider: works && said(form, "insider") === "yes",
    unit: works ? said(form, "unit") : "",
    position: works ? said(form, "position") : "",
    residence: said(form, "residence"),
    hamlet: said(form, "hamlet"),
    name: said(form, "name"),
    phone: said(form, "phone"),
    under_16: said(form, "under_16") === "yes",
    guardian: said(form, "guardian"),
    channel,
  };
  const [store, sms, name_me] = ["store", "sms", "name_me"].map((one) => agrees(form, one));
  const filled = Object.entries(body).filter(([, value]) => value !== "");
  const consents = { store, sms, name_me, notice: form.dataset.notice };
  return { ...Object.fromEntries(filled), consents };
}

function problemsOf(form, { channel, slots }) {
  const problems = [];
  const isTyped = channel === "kiosk";
  const wrong = (field, word, n) => problems.push({ field, word, n });
  const [shortest, longest] = TITLE_LETTERS;
  const title = said(form, "title").replace(/\s+/g, " ");
  if (isTyped && said(form, "solution") && letters(title || said(form, "solution")) < shortest) {
    wrong(said(form, "title") ? "title" : "solution", "title_short");
  }
  if (letters(title) > longest) wrong("title", "too_long", longest);
  const isSaid = said(form, "solution") || slots.includes("solution");
  if (channel === "kiosk" && !isSaid) wrong("solution", "solution_empty");
  for (const [names, most] of [[LONG, TEXT_LETTERS], [SHORT, SHORT_LETTERS]]) {
    for (const name of names) if (letters(said(form, name)) > most) wrong(name, "too_long", most);
  }
  const phone = said(form, "phone").replace(BETWEEN_DIGITS, "").replace(/^tel:/i, "");
  if (phone && !MOBILE.test(phone)) wrong("phone", "phone");
  if (!phone && agrees(form, "sms")) wrong("phone", "phone_for_sms");
  const personal = IDENTIFIES.some((name) => said(form, name));
  if (personal && said(form, "under_16") === "yes" && !said(form, "guardian")) {
    wrong("guardian", "guardian");
  }
  if (personal && !agrees(form, "store")) wrong("consents.store", "consent");
  return problems;
}

/** Say above the form what must be put right, each line leading to its field. */
function show(problems) {
  const box = find("problems");
  box.hidden = problems.length === 0;
  const lines = problems.map(({ field, word, n }) => {
    const line = document.createElement("li");
    const place = field ? document.createElement("a") : line;
    if (field) {
      place.href = `#${field}`;
      line.append(place);
    }
    const sentence = document.querySelector(`[data-word="${word}"]`).textContent;
    place.textContent = sentence.replace("{n}", n);
    return line;
  });
  box.querySelector("ul").replaceChildren(...lines);
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const { field } of problems) document.getElementById(field)?.setAttribute("aria-invalid", "true");
  if (problems.length) goTo(form.querySelector(`[name="${CSS.escape(problems[0].field ?? "")}"]`) ?? box);
}

function fillIn(form, before) {
  for (const field of form.elements) {
    const values = before[field.name];
    if (!values) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
    else if (field.type !== "submit") [field.value] = values;
  }
}

function forgetPerson(form) {
  for (const field of form.elements) {
    if (!isPersonal(field.name)) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    else field.value = "";
  }
}

function said(form, name) {
  return (new FormData(form).get(name) ?? "").normalize("NFC").trim();
}

function agrees(form, name) {
  return said(form, `consents.${name}`) === "yes";
}

/** As the server counts: characters, not the halves that a script sees. */
function letters(text) {
  return [...text].length;
}

function find(name) {
  return document.querySelector(`[data-${name}]`);
}
