// "Đọc cho tôi nghe": plays the page's own recordings one after another; a page without any is spoken
// by the browser's voice, where it has one for the language, else the page says whom to ask. Stops
// with the page.

const VOICES_WITHIN = 700; // ms: browsers list their voices late
const PAUSE = "-"; // between two recordings
const PAUSE_MS = 500;
const NOT_SPOKEN = "nav, form .keyboard, [hidden], script, style, svg, dialog";

const button = document.querySelector("[data-read]");
if (button) {
  const words = button.querySelector("span");
  const read = words.textContent;
  const sorry = lineAbove(button.closest(".aids"));
  const pieces = button.dataset.read.split(" ").filter(Boolean);
  const sound = pieces.length ? new Audio() : null;
  let isReading = false;
  let waiting = [];
  let pause;
  button.hidden = false;
  button.addEventListener("click", () => (isReading ? stop() : start()));
  sound?.addEventListener("ended", () => next().catch(fail));
  addEventListener("pagehide", stop);

  async function start() {
    show(true);
    try {
      await (sound ? play() : speak());
    } catch (fault) {
      fail(fault);
    }
  }

  function fail(fault) {
    console.warn("read", fault);
    if (!isReading) return;
    stop();
    say(button.dataset.sorry);
  }

  function stop() {
    clearTimeout(pause);
    sound?.pause();
    globalThis.speechSynthesis?.cancel();
    show(false);
  }

  function show(reading) {
    isReading = reading;
    say("");
    words.textContent = reading ? button.dataset.stop : read;
  }

  function say(what) {
    sorry.textContent = what;
    sorry.hidden = !what;
  }

  function play() {
    waiting = [...pieces];
    return next();
  }

  async function next() {
    const piece = waiting.shift();
    if (!isReading || !piece) return stop();
    if (piece === PAUSE) {
      pause = setTimeout(() => next().catch(fail), PAUSE_MS);
      return;
    }
    sound.src = piece;
    await sound.play();
  }

  async function speak() {
    const voice = await voiceOf(document.documentElement.lang);
    if (!voice) {
      throw new Error("no voice");
    }
    const said = new SpeechSynthesisUtterance(pageText());
    Object.assign(said, { voice, lang: voice.lang, rate: 0.9, onend: stop });
    speechSynthesis.speak(said);
  }
}

function lineAbove(row) {
  const line = Object.assign(document.createElement("p"), { className: "notice", role: "status" });
  line.hidden = true;
  row.prepend(line);
  return line;
}

async function voiceOf(language) {
  const speech = globalThis.speechSynthesis;
  const find = () => speech?.getVoices().find(({ lang }) => lang.startsWith(language));
  if (speech && !find()) {
    await new Promise((listed) => {
      speech.addEventListener("voiceschanged", listed, { once: true });
      setTimeout(listed, VOICES_WITHIN);
    });
  }
  return find();
}

function pageText() {
  const main = document.querySelector("main").cloneNode(true);
  for (const one of main.querySelectorAll(NOT_SPOKEN)) {
    one.remove();
  }
  return main.textContent.replace(/\s+/g, " ").trim();
}
