// The row of help at the foot of a kiosk's pages. Its forms work without this; with it, calling a
// person leaves the page as it is, and drawing it anew loses nothing that was written.

const TYPED = "visit.typed";
const LOOK_AGAIN = 4000; // ms, while somebody waits for a person

const line = document.querySelector("[data-call]");
const place = document.querySelector("[data-waits]"); // the page that waits for a person
const caller = document.querySelector("[data-call-person]");
if (line && caller) {
  caller.addEventListener("submit", callPerson);
  if (line.dataset.call) {
    setTimeout(lookAgain, LOOK_AGAIN);
  }
}
for (const form of document.querySelectorAll("[data-redraws], .foot form")) {
  form.addEventListener("submit", keepTyped);
}
bringBackTyped();

async function callPerson(pressed) {
  pressed.preventDefault();
  try {
    const answer = await fetch(caller.action, { method: "POST", body: new FormData(caller) });
    if (!answer.ok) {
      throw new Error(answer.status);
    }
    await lookAgain();
  } catch (fault) {
    console.warn("call", fault);
    say("", line.dataset.away);
  }
}

async function lookAgain() {
  const answer = await fetch(caller.action, { headers: { Accept: "application/json" } });
  const { call, words } = await answer.json();
  if (place && place.dataset.waits !== call) {
    location.reload();
    return;
  }
  say(call, words);
  if (call) {
    setTimeout(() => lookAgain().catch((fault) => console.warn("call", fault)), LOOK_AGAIN);
  }
}

function say(call, words) {
  if (line.textContent !== words) {
    line.textContent = words;
  }
  line.hidden = !words;
  line.classList.toggle("done", Boolean(call) && call !== "rung");
}

/** What stands in the fields of this page comes back when it is drawn anew. */
function keepTyped() {
  const fields = [...document.querySelectorAll("main [name]:not([type=hidden])")].map((field) => ({
    name: field.name,
    value: field.value,
    checked: field.checked ?? false,
  }));
  sessionStorage.setItem(TYPED, JSON.stringify({ path: location.pathname, fields }));
}

function bringBackTyped() {
  const kept = JSON.parse(sessionStorage.getItem(TYPED));
  sessionStorage.removeItem(TYPED);
  if (kept?.path !== location.pathname) {
    return;
  }
  for (const { name, value, checked } of kept.fields) {
    for (const field of document.getElementsByName(name)) {
      if (field.matches("[type=radio], [type=checkbox]")) {
        field.checked = field.value === value ? checked : field.checked;
      } else if (field.matches("input, textarea")) {
        field.value = value;
      }
    }
  }
}
