// While a receipt comes out of the printer: looks every few seconds how it stands and shows it,
// without loading the page anew, as files may be on their way from it.
const EVERY_MS = 2000;
const parts = (page) => [...page.querySelectorAll("[data-paper]")];

async function look() {
  const answer = await fetch(parts(document)[0].dataset.paper, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const fresh = parts(new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (fresh.length === 0) return;
  parts(document).forEach((part, place) => part.replaceWith(fresh[place]));
}

async function follow() {
  while (document.querySelector("[data-coming]")) {
    await new Promise((over) => setTimeout(over, EVERY_MS));
    await look().catch(() => {}); // the line is cut: look again
  }
}

follow();
