// The phone's form: typed words outlive a reload, another page and a refused sending, and letters are
// counted. forget-words.js ends it on the receipt.

const WORDS = "idea.words";
// The form's key is kept too, so that one idea sent twice stays one.
const NOT_TYPED = ["left", "to", "without_name", "mobiliser", "notice"];

const form = document.getElementById("idea");
const kept = JSON.parse(sessionStorage.getItem(WORDS));
// With the kept key it came back from the server, words and all.
if (kept && kept.key[0] !== form.elements.key.value) fillIn(kept);
form.addEventListener("input", keep);
form.addEventListener("submit", keep);
form.elements.solution.addEventListener("input", count);
if (form.elements.solution.value) count();

function keep() {
  const words = {};
  for (const [name, value] of new FormData(form)) {
    if (!NOT_TYPED.includes(name)) (words[name] ??= []).push(value);
  }
  sessionStorage.setItem(WORDS, JSON.stringify(words));
}

function fillIn(kept) {
  for (const field of form.elements) {
    const values = kept[field.name];
    if (!values || field.type === "submit") continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
    else [field.value] = values;
  }
  const folded = form.querySelector("details");
  folded.open = [...folded.querySelectorAll("[name]")].some((one) => kept[one.name]?.some(Boolean));
}

/** As the server counts: characters, not the halves that a script sees. */
function count() {
  const line = document.getElementById("solution-left");
  const left = line.dataset.most - [...form.elements.solution.value].length;
  line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
}
