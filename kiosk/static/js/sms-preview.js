// Shows the SMS of a form while it is being filled in, as the server would send it. Without this
// the form's own button asks for the same, with the whole page.

const WAIT = 300; // ms without a keystroke before the server is asked

for (const box of document.querySelectorAll("[data-sms]")) {
  watch(box, box.closest("form"));
}

function watch(box, form) {
  let timer, asking;
  form.querySelector("[data-sms-ask]").hidden = true;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  });
  const around = form.closest("details"); // the panel has none: it comes with its SMS
  around?.addEventListener("toggle", () => {
    if (around.open && !box.childElementCount) show();
  });
  if (around?.open) show();

  async function show() {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(box.dataset.sms, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: asking.signal,
      });
      // A redirect leads to the login: then the last SMS that was shown is no longer true.
      if (answer.redirected || !answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      box.replaceChildren(...page.body.childNodes);
    } catch (fault) {
      if (fault.name === "AbortError") return;
      box.replaceChildren();
      form.querySelector("[data-sms-ask]").hidden = false;
    }
  }
}
