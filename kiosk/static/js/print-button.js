// A button that has the browser print this page: at a kiosk without a dialogue, as it was started with
// --kiosk-printing. Nothing is printed without a press.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
