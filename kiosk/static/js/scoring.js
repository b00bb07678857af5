// Keeps a sheet on the server as it is filled in, so that a tablet that falls asleep loses nothing.
// Without this the form's own "keep" does the same. The savings go one after the other: an older
// one never overtakes a newer one, and says nothing once there is something newer to keep.

for (const form of document.querySelectorAll("[data-autosave]")) {
  const told = form.querySelector("[data-saved]");
  if (told) watch(form, told);
}

function watch(form, told) {
  let last = Promise.resolve();
  let changes = 0;
  form.addEventListener("change", () => {
    told.textContent = "";
    const mine = ++changes;
    last = last.then(() => save(mine));
  });

  async function isKept() {
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body });
      // A redirect that leads elsewhere is the login's: nothing was kept.
      return answer.ok && answer.url.startsWith(form.action);
    } catch {
      return false;
    }
  }

  async function save(mine) {
    if (mine < changes) return; // a newer one takes this along
    const words = (await isKept()) ? told.dataset.words : told.dataset.lost;
    if (mine === changes) told.textContent = words;
  }
}
