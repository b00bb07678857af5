// The receipt of an idea that waits in this kiosk: filled in from the reserve, printed by the
// browser. It is there as long as the visit.

const page = document.querySelector("[data-receipt]:not(form)");
if (page) {
  const receipt = JSON.parse(sessionStorage.getItem("visit.receipt"));
  if (receipt) fillIn(page, receipt);
  else location.replace("/");
}

function fillIn(page, { code, receipt_url, qr, at, title }) {
  const places = Object.fromEntries(
    [...page.querySelectorAll("[data-fill]")].map((place) => [place.dataset.fill, place]),
  );
  places.code.textContent = code.replace(/(\d{4})(?=\d)/g, "$1 ");
  places.title.textContent = title;
  places.title.parentElement.hidden = !title;
  places.time.textContent = timeOf(at, page.dataset);
  if (places.sms) places.sms.textContent = places.sms.dataset.words.replace("{ma}", code);
  if (qr) {
    const drawn = new DOMParser().parseFromString(qr, "image/svg+xml").documentElement;
    places.qr.append(document.importNode(drawn, true));
  }
  page.querySelector("[data-without-qr]").hidden = Boolean(receipt_url);
  page.querySelector("[data-with-qr]").hidden = !receipt_url;
  page.querySelector("[data-print]").addEventListener("click", () => print());
  page.hidden = false;
}

/** An instant (ms UTC) as the server says it: 09:12 ngày 16/03/2026. */
function timeOf(at, { time, zone }) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit",
    year: "numeric", hourCycle: "h23",
  }).formatToParts(at);
  const { hour, minute, day, month, year } = Object.fromEntries(
    parts.map(({ type, value }) => [type, value]),
  );
  return time.replace("{gio}", `${hour}:${minute}`).replace("{ngay}", `${day}/${month}/${year}`);
}
