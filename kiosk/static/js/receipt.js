// The printable receipt on a telephone: sharing how the idea stands, and keeping the receipt as a picture. Neither
// holds the square code by itself, because it opens what was sent.

const WIDTH = 720; // px of the picture
const EDGE = 48;
const SQUARE = 480;

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    const url = new URL(share.dataset.share, location.origin).href;
    await navigator.share({ title: share.dataset.title, url }).catch(() => {}); // closed again
  });
}

const picture = document.querySelector("[data-picture]");
if (picture) {
  picture.hidden = false;
  picture.querySelector("button").addEventListener("click", () => {
    draw(picture.dataset, picture.querySelector("input").checked).toBlob(keep);
  });
}

function keep(blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${picture.dataset.code.replaceAll(" ", "")}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The receipt's code and lines on white paper; its square code only if it is wanted. */
function draw({ picture: title, code, lines }, withSquare) {
  const canvas = document.createElement("canvas");
  const page = canvas.getContext("2d");
  const texts = [[title, 34], [code, 60], ...lines.split("|").map((line) => [line, 28])];
  const rows = texts.flatMap(([text, size]) => broken(page, text, size).map((row) => [row, size]));
  const height = rows.reduce((sum, [, size]) => sum + size * 1.5, 0);
  canvas.width = WIDTH;
  canvas.height = height + 2 * EDGE + (withSquare ? SQUARE + EDGE : 0);
  page.fillStyle = "#fff";
  page.fillRect(0, 0, canvas.width, canvas.height);
  page.fillStyle = "#000";
  let y = EDGE;
  for (const [row, size] of rows) {
    page.font = fontOf(size);
    y += size * 1.5;
    page.fillText(row, EDGE, y - size * 0.4);
  }
  if (withSquare) drawSquare(page, y + EDGE / 2);
  return canvas;
}

function drawSquare(page, top) {
  const square = document.querySelector("svg.qr");
  const scale = SQUARE / square.viewBox.baseVal.width;
  page.setTransform(scale, 0, 0, scale, (WIDTH - SQUARE) / 2, top);
  page.fill(new Path2D(square.querySelector("path:last-child").getAttribute("d")));
  page.resetTransform();
}

/** A text in rows that fit the paper. */
function broken(page, text, size) {
  page.font = fontOf(size);
  const rows = [];
  for (const word of text.split(" ")) {
    const longer = rows.length ? `${rows.at(-1)} ${word}` : word;
    if (rows.length && page.measureText(longer).width <= WIDTH - 2 * EDGE) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

function fontOf(size) {
  return `600 ${size}px "Noto Sans", system-ui, sans-serif`;
}
