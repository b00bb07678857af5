// Photographs at a kiosk: sheets that are already written, and what belongs to an idea. The camera
// opens on a tap and is let go after each picture.

import { Stage, close, open } from "./capture.js";
import { drop, newTake, ofSlot, save } from "./takes.js";

// Handwriting stays readable at 1600 px; a sheet is then some 50 kB.
const LONGEST_PX = 1600;
const QUALITY = 0.7;
const MOST_PAGES = 10;
const WANTED = {
  video: { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: { ideal: "environment" } },
};

for (const element of document.querySelectorAll("[data-recorder=paper], [data-recorder=attached]")) {
  await begin(element, element.dataset.recorder);
}

async function begin(element, slot) {
  let stream;
  let instead = [];
  const stage = new Stage(element, {
    open: () => look([]),
    retake: async () => look((await ofSlot(slot)).slice(-1).map((page) => page.id)),
    close: async () => {
      release();
      await showKept();
    },
    shoot: async () => {
      try {
        const blob = await still(stage.find("live"));
        await save({ ...newTake(slot, "image"), type: blob.type, blob }, instead);
      } finally {
        release();
        await showKept();
      }
    },
  });
  await showKept();

  /** Show what the camera sees; the picture taken next stands in place of those in `ids`. */
  async function look(ids) {
    stage.trouble(null);
    instead = ids;
    try {
      stream = await open(WANTED);
      stream.getVideoTracks()[0].addEventListener("ended", cutOff);
      const live = stage.find("live");
      live.srcObject = stream;
      await live.play();
      stage.show("live");
    } catch (fault) {
      release();
      throw fault;
    }
  }

  async function cutOff() {
    release();
    await showKept();
    stage.trouble("lost");
  }

  function release() {
    close(stream);
    stream = undefined;
  }

  async function showKept() {
    const pages = await ofSlot(slot);
    list(stage.find("pages"), pages, async (id) => {
      await drop(id);
      await showKept();
    });
    stage.count(pages.length);
    stage.show(pages.length ? "review" : "empty");
    for (const more of element.querySelectorAll("[data-do=open]")) {
      more.hidden ||= pages.length >= MOST_PAGES;
    }
  }
}

/** The picture a video shows now, as JPEG. */
async function still(video) {
  const scale = Math.min(1, LONGEST_PX / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((drawn, failed) => {
    const give = (blob) => (blob ? drawn(blob) : failed(new Error("nothing was drawn")));
    canvas.toBlob(give, "image/jpeg", QUALITY);
  });
}

function list(place, pages, dropPage) {
  for (const image of place.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  const items = pages.map(({ id, blob }, index) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(blob);
    image.alt = place.dataset.page.replace("{n}", index + 1);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = place.dataset.drop.replace("{n}", index + 1);
    button.addEventListener("click", () => dropPage(id));
    item.append(image, button);
    return item;
  });
  place.replaceChildren(...items);
}
