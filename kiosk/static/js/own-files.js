// On the page where a phone sends files: sends them in pieces, says how far it is, and goes on after
// a cut line or a reload. Without script the form sends them whole.

import * as keep from "./keep.js";
import { sendAll, sendFrom } from "./uploads.js";
import "./handing-in.js";

// The server's own name for a file has this many letters at most.
const NAME_LETTERS = 64;

const form = document.querySelector("form[data-in-pieces]");
const bar = document.querySelector("[data-share]");
let isRefused = false;
if (form) {
  const receipt = document.querySelector("[data-uploads]").dataset.uploads;
  addEventListener("uploads", ({ detail }) => {
    if (detail.receipt === receipt) show(detail);
  });
  form.addEventListener("submit", (sending) => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((one) => [...one.files]);
    // What does not say its kind is left to the form: the server looks into it.
    if (!files.length || !files.every(kindOf)) return;
    sending.preventDefault();
    send(receipt, files);
  });
}

async function send(receipt, files) {
  const uploads = files.map((file, place) => ({
    id: [receipt, file.size, file.lastModified, file.name].join(" ").slice(0, NAME_LETTERS),
    receipt,
    kind: kindOf(file),
    type: file.type,
    name: file.name,
    blob: file,
    at: Date.now() + place,
    n: place + 1,
    of: files.length,
  }));
  try {
    await keep.writing(["uploads"], (stores) => uploads.forEach((one) => stores.uploads.put(one)));
  } catch {
    // The phone has no room for a second copy: what is chosen is sent from where it lies.
    return sendFrom(uploads);
  }
  return sendAll();
}

function kindOf(file) {
  // A scan is drawn as pictures.
  if (file.type === "application/pdf") return "image";
  const kind = file.type.split("/")[0];
  return ["audio", "video", "image"].includes(kind) ? kind : null;
}

function show({ n, of, share, trouble }) {
  const isOver = n === of && share === 1;
  isRefused ||= ["big", "refused"].includes(trouble);
  bar.value = (n - 1 + share) / of;
  for (const one of [bar, document.querySelector("[data-stay]")]) one.hidden = isOver;
  form.hidden = !isOver;
  if (isOver && !isRefused) location.assign(form.dataset.inPieces);
  if (isOver) isRefused = false;
}
