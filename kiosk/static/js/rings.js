// A kiosk that calls for a person: looked for every few seconds, shown above the page, and rung while
// nobody has answered. Browsers let a page ring only after somebody touched it: that is asked once, and
// from then on the first touch of each page is enough. It is asked again when a kiosk calls and the bell
// is not on yet, and on the page of calls.

const LOOK_EVERY = 5000; // ms
const RING_EVERY = 3; // looks: every 15 s while nobody goes
const TONES = [880, 660]; // Hz, one after the other
const TONE_LASTS = 0.35; // s

const place = document.querySelector("[data-rings]");
const bell = document.querySelector("[data-bell]");
const sound = new AudioContext();
let looks = 0;
let heard = new Set();

const ALWAYS = "always" in bell.dataset;
const TOUCHES = ["pointerdown", "keydown"];

bell.querySelector("[data-bell-on]").addEventListener("click", turnOn);
bell.querySelector("[data-bell-off]").addEventListener("click", () => answer("off"));
sound.addEventListener("statechange", () => {
  if (sound.state === "running") bell.hidden = true;
});
if (chosen() === "on") {
  for (const touch of TOUCHES) addEventListener(touch, () => sound.resume(), { once: true });
}
if (sound.state !== "running" && (ALWAYS || !chosen())) {
  bell.hidden = false;
  if (!ALWAYS) sessionStorage.setItem("bell", "asked");
}
ringIfAnew();
setInterval(look, LOOK_EVERY);

async function look() {
  try {
    const reply = await fetch(place.dataset.rings);
    if (reply.redirected || !reply.ok) {
      throw new Error(reply.status); // logged out, or the server is away: the next page says so
    }
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const now = [...page.querySelectorAll("[data-ring]")];
    if (now.map(nameOf).join() !== shown().map(nameOf).join()) {
      place.replaceChildren(...now);
    }
    ringIfAnew();
  } catch (fault) {
    console.warn("rings", fault);
  }
}

function ringIfAnew() {
  const calls = shown().map(nameOf);
  const isNew = calls.some((call) => !heard.has(call));
  looks = isNew ? 0 : looks + 1;
  heard = new Set(calls);
  if (calls.length && sound.state !== "running" && chosen() !== "off") bell.hidden = false;
  if (calls.length && looks % RING_EVERY === 0 && sound.state === "running") {
    ring();
  }
}

function shown() {
  return [...place.querySelectorAll("[data-ring]")];
}

function nameOf(call) {
  return call.dataset.ring;
}

/** What was answered in this browser, or that it was asked since it was opened. */
function chosen() {
  return localStorage.getItem("bell") ?? sessionStorage.getItem("bell");
}

function answer(said) {
  localStorage.setItem("bell", said);
  bell.hidden = true;
}

async function turnOn() {
  answer("on");
  await sound.resume();
  ring();
}

function ring() {
  TONES.forEach((hertz, nth) => {
    const tone = new OscillatorNode(sound, { frequency: hertz });
    const loudness = new GainNode(sound, { gain: 0.2 });
    const begins = sound.currentTime + nth * TONE_LASTS;
    tone.connect(loudness).connect(sound.destination);
    tone.start(begins);
    tone.stop(begins + TONE_LASTS);
  });
}
