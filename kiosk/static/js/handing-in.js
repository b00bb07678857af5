// On a receipt: hands in what its visit recorded, and says how the files get along.

import { handIn } from "./takes.js";
import { sendAll } from "./uploads.js";

const line = document.querySelector("[data-uploads]");
if (line) {
  const { uploads: receipt, handIn: slots } = line.dataset;
  let refused = "";
  addEventListener("uploads", ({ detail }) => {
    if (detail.receipt !== receipt) return;
    if (["big", "refused"].includes(detail.trouble)) refused = detail.trouble;
    const { n, of, share, trouble } = detail;
    say(refused || trouble || (n === of && share === 1 ? "done" : "sending"), n, of);
  });
  if (slots) await handIn(receipt, slots.split(" "));
}
sendAll();

function say(what, n, of) {
  line.textContent = line.dataset[what].replace("{n}", n).replace("{of}", of);
  line.classList.toggle("done", what === "done");
  line.hidden = false;
}
