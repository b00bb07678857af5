// Speaking and filming at a kiosk. Nothing runs before the person taps, words and a red dot say
// that it runs, and it ends by itself. What was recorded so far is kept every two seconds, so that
// a reload, a pulled plug or a full disk leaves the part before it.

import { Stage, close, open, reasonOf } from "./capture.js";
import { stillHere } from "./idle.js";
import { drop, newTake, ofSlot, save } from "./takes.js";

const MOST_SECONDS = { audio: 180, video: 60 };
// Speech stays clear at 20 kbit/s, a face at 200: a minute is 1.6 MB.
const FORMATS = {
  audio: { mimeType: "audio/webm;codecs=opus", audioBitsPerSecond: 20_000 },
  video: {
    mimeType: "video/webm;codecs=vp8,opus",
    audioBitsPerSecond: 20_000,
    videoBitsPerSecond: 200_000,
  },
};
const SOUND = { channelCount: 1, echoCancellation: false };
const WANTED = {
  audio: { audio: SOUND },
  video: {
    audio: SOUND,
    video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15, max: 15 } },
  },
};
const PIECE_MS = 2_000;
const TICK_MS = 100;
// Below this (of 1) nobody speaks; and how long one may draw breath.
const SILENCE = 0.008;
const SILENT_SECONDS = 5;
const RELEASE = 0.8;

/** A place in a page where one speaks or films: what its buttons do. */
class Booth {
  #stream;
  #recording;

  constructor(element) {
    this.manner = element.dataset.recorder;
    this.slot = element.dataset.slot;
    this.stage = new Stage(element, {
      open: () => this.#withStream(() => this.#look()),
      start: () => this.#withStream(() => this.#record()),
      stop: () => this.#recording.stop(),
      play: () => this.stage.find("play").play(),
      again: () => this.#again(),
    });
  }

  /** Show what is kept of this question, or that nothing is. */
  async showKept() {
    const takes = await ofSlot(this.slot);
    const last = takes.findLast((take) => take.blob.size);
    this.stage.count(last ? 1 : 0);
    if (last) prepare(this.stage.find("play"), last.blob);
    this.stage.show(last ? "review" : "empty");
  }

  /** Do what needs the microphone or the camera; when it fails, nothing stays open. */
  async #withStream(work) {
    this.stage.trouble(null);
    try {
      this.#stream ??= await open(WANTED[this.manner]);
      await work();
    } catch (fault) {
      await this.#end();
      throw fault;
    }
  }

  async #look() {
    const live = this.stage.find("live");
    live.srcObject = this.#stream;
    await live.play();
    this.#stream.getVideoTracks()[0].addEventListener("ended", () => this.#cutOff());
    this.stage.show("live");
  }

  #record() {
    const recording = new Recording(this.#stream, this.manner, newTake(this.slot, this.manner));
    const ear = listen(this.#stream);
    this.#recording = recording;
    this.stage.show("recording");
    const ticking = setInterval(() => {
      stillHere();
      draw(this.stage, ear, MOST_SECONDS[this.manner] - recording.seconds());
      if (recording.seconds() >= MOST_SECONDS[this.manner]) recording.stop();
    }, TICK_MS);
    recording.ended
      .then((trouble) => trouble ?? (ear.loudest < SILENCE ? "silent" : null))
      .catch(reasonOf)
      .then(async (trouble) => {
        clearInterval(ticking);
        ear.close();
        await this.#end();
        this.stage.trouble(trouble);
      });
  }

  /** The camera went while nothing was recorded yet. */
  async #cutOff() {
    if (this.stage.element.dataset.state !== "live") return;
    await this.#end();
    this.stage.trouble("lost");
  }

  async #again() {
    for (const take of await ofSlot(this.slot)) await drop(take.id);
    this.stage.trouble(null);
    await this.showKept();
  }

  async #end() {
    close(this.#stream);
    this.#stream = undefined;
    await this.showKept();
  }
}

/** One recording. `ended` is kept once all is saved: with "lost", "full", or null for no trouble. */
class Recording {
  #pieces = [];
  #began = performance.now();
  #saved = Promise.resolve();
  #trouble = null;

  constructor(stream, manner, take) {
    this.take = take;
    this.recorder = new MediaRecorder(stream, FORMATS[manner]);
    this.recorder.ondataavailable = ({ data }) => this.#keep(data);
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.#give("lost"));
    }
    this.ended = new Promise((ended, failed) => {
      this.recorder.onerror = ({ error }) => failed(error);
      this.recorder.onstop = () => this.#saved.then(() => ended(this.#trouble));
    });
    this.recorder.start(PIECE_MS);
  }

  seconds() {
    return (performance.now() - this.#began) / 1000;
  }

  stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  #give(trouble) {
    this.#trouble ??= trouble;
    this.stop();
  }

  #keep(piece) {
    if (!piece.size || this.#trouble === "full") return;
    this.#pieces.push(piece);
    const blob = new Blob(this.#pieces, { type: this.recorder.mimeType });
    const take = { ...this.take, type: blob.type, blob, seconds: this.seconds() };
    this.#saved = this.#saved
      .then(() => save(take))
      .catch((fault) => this.#give(reasonOf(fault)));
  }
}

/** What the microphone hears: the level now, falling slowly as a needle does, and the loudest so
 * far; 0 to 1. */
function listen(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const ear = {
    now: 0,
    loudest: 0,
    since: performance.now(),
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const level = Math.sqrt(power);
      ear.loudest = Math.max(ear.loudest, level);
      ear.now = Math.max(level, ear.now * RELEASE);
      return ear.now;
    },
    close: () => context.close(),
  };
  return ear;
}

function draw(stage, ear, left) {
  const bars = stage.find("level").children;
  // Loudness is felt by its logarithm: 0.001 is nothing, 1 is all.
  const share = 1 + Math.log10(Math.max(ear.level(), 0.001)) / 3;
  for (let at = 0; at < bars.length; at += 1) {
    bars[at].classList.toggle("on", at < share * bars.length);
  }
  const whole = Math.max(0, Math.ceil(left));
  stage.find("left").textContent = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  const waited = (performance.now() - ear.since) / 1000;
  stage.trouble(waited > SILENT_SECONDS && ear.loudest < SILENCE ? "silent" : null);
}

/** Load a take into its player. What was recorded in pieces does not say how long it is; a player
 * that is sent to the end finds out. */
function prepare(player, blob) {
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(blob);
  player.onloadedmetadata = () => {
    if (Number.isFinite(player.duration)) return;
    player.ontimeupdate = () => {
      player.ontimeupdate = null;
      player.currentTime = 0;
    };
    player.currentTime = Number.MAX_SAFE_INTEGER;
  };
}

for (const element of document.querySelectorAll("[data-recorder=audio], [data-recorder=video]")) {
  await new Booth(element).showKept();
}
