// A score sheet adds up while it is filled in, and is kept on the server, so that a tablet that
// falls asleep loses nothing. Without this the form's own "keep" does the same. The savings go one
// after the other: an older one never overtakes a newer one, and says nothing once there is
// something newer to keep. What it says has its own room: no button moves under a finger.

watchAll();
document.addEventListener("other-main", watchAll);

function watchAll() {
  for (const form of document.querySelectorAll("[data-score]")) {
    const told = form.querySelector("[data-saved]");
    form.addEventListener("input", () => addUp(form));
    form.addEventListener("restored", () => addUp(form));
    if (told) keep(form, told);
  }
}

function addUp(form) {
  const total = form.querySelector("[data-total]");
  const points = [...form.elements].filter((field) => field.name === "points");
  const given = points.map((field) => field.value.trim()).filter((said) => /^\d+$/.test(said));
  const sum = given.reduce((sum, said) => sum + Number(said), 0);
  total.textContent = total.dataset.total.replace("{n}", sum);
}

function keep(form, told) {
  let last = Promise.resolve();
  let changes = 0;
  form.addEventListener("change", () => {
    const mine = ++changes;
    last = last.then(() => save(mine));
  });

  async function isKept(body) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
      // A redirect that leads elsewhere is the login's: nothing was kept.
      return answer.ok && answer.url.startsWith(form.action);
    } catch {
      return false;
    }
  }

  async function save(mine) {
    // A newer one takes this along; what is being handed in needs no keeping.
    if (mine < changes || form.dataset.sending) return;
    const body = filledIn(form);
    const kept = await isKept(body);
    if (mine < changes || form.dataset.sending) return;
    told.textContent = kept ? told.dataset.words : told.dataset.lost;
    if (kept && filledIn(form) === body) form.dispatchEvent(new Event("kept"));
  }
}

function filledIn(form) {
  return new URLSearchParams(new FormData(form)).toString();
}
