// Is anybody still there? Without a script the page asks by itself (static/css/components/idle.css)
// and its Refresh header wipes. With one, every touch and every letter begins the wait anew, the
// question holds the keyboard, and nothing that was typed is sent or lost by staying.

import { forget } from "./visit.js";

const SIGNS = ["pointerdown", "touchmove", "wheel", "keydown", "input"];
const SAID_ALOUD = [20, 10, 5]; // seconds left
const LONGEST_FORGETTING = 1000; // ms

const dialog = document.querySelector("dialog[data-asks-after]");
let lastSign = performance.now();
let askedAt;
let isWiping = false;

/** Somebody is there although nothing is touched: they speak or look at something. */
export function stillHere() {
  lastSign = performance.now();
}

// Without this interface the Refresh header could not be held back: then the page keeps asking by
// itself.
if (dialog && globalThis.navigation) {
  dialog.classList.remove("by-itself");
  navigation.addEventListener("navigate", holdBackTheRefresh);
  for (const sign of SIGNS) {
    document.addEventListener(sign, stillHere, { capture: true, passive: true });
  }
  document.addEventListener("timeupdate", stillHereWhilePlaying, { capture: true });
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  dialog.querySelector("[data-wipe]").addEventListener("click", wipe);
  dialog.addEventListener("close", stillHere); // by Esc too
  setInterval(look, 250);
}

/** A recording that plays comes to its end; what the camera sees now never does. */
function stillHereWhilePlaying(playing) {
  if (!playing.target.srcObject) {
    stillHere();
  }
}

function look() {
  if (!dialog.open) {
    if (secondsSince(lastSign) >= Number(dialog.dataset.asksAfter)) {
      ask();
    }
    return;
  }
  const left = Math.ceil(Number(dialog.dataset.wipesAfter) - secondsSince(askedAt));
  if (left <= 0) {
    wipe();
  } else {
    show(left);
  }
}

function ask() {
  askedAt = performance.now();
  dialog.showModal();
  show(Number(dialog.dataset.wipesAfter));
}

function show(left) {
  const shown = dialog.querySelector("[data-left]");
  if (shown.textContent !== String(left)) {
    shown.textContent = left;
    if (SAID_ALOUD.includes(left)) {
      const aloud = dialog.querySelector("[data-aloud]");
      aloud.textContent = aloud.dataset.aloud.replace("{n}", left);
    }
  }
}

function stay(tap) {
  tap.preventDefault(); // without a script this button sends what was typed, to keep it
  dialog.close();
}

async function wipe(tap) {
  tap?.preventDefault();
  if (isWiping) {
    return;
  }
  isWiping = true;
  document.documentElement.hidden = true;
  await Promise.race([forget(), pause(LONGEST_FORGETTING)]).catch((fault) => console.warn(fault));
  location.replace("/xong");
}

function holdBackTheRefresh(going) {
  if (!isWiping && !going.userInitiated && new URL(going.destination.url).pathname === "/xong") {
    going.preventDefault();
  }
}

function secondsSince(moment) {
  return (performance.now() - moment) / 1000;
}

function pause(ms) {
  return new Promise((over) => setTimeout(over, ms));
}
