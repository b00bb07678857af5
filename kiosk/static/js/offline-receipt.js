// The receipt of an idea that waits in this kiosk: filled in from the reserve, printed by the
// browser. It is there as long as the visit.

const page = document.querySelector("[data-receipt]:not(form)");
if (page) {
  const receipt = JSON.parse(sessionStorage.getItem("visit.receipt"));
  if (receipt) fillIn(page, receipt);
  else location.replace("/");
}

function fillIn(page, { code, receipt_url, qr, at, title }) {
  write(page, "code", code.replace(/(\d{4})(?=\d)/g, "$1 "));
  write(page, "title", title);
  write(page, "time", timeOf(at, page.dataset));
  for (const place of page.querySelectorAll("[data-fill=sms]")) {
    place.textContent = place.dataset.words.replace("{ma}", code);
  }
  for (const place of qr ? page.querySelectorAll("[data-fill=qr]") : []) {
    const drawn = new DOMParser().parseFromString(qr, "image/svg+xml").documentElement;
    place.append(document.importNode(drawn, true));
  }
  hide(page, "[data-with-title]", !title);
  hide(page, "[data-with-qr]", !receipt_url);
  hide(page, "[data-without-qr]", Boolean(receipt_url));
  page.hidden = false;
}

function write(page, name, text) {
  for (const place of page.querySelectorAll(`[data-fill=${name}]`)) place.textContent = text;
}

function hide(page, which, hidden) {
  for (const place of page.querySelectorAll(which)) place.hidden = hidden;
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
