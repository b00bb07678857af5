// The list of cases: its current row is in sight beside a case and, for who switched them on, keys move
// along its rows. They act only while the focus is in the list; they move and never save.
//
// A handheld scanner is a keyboard too: what it types goes to the search, as one burst.

const SCANNER_GAP = 25; // ms between keys, thrice in a row: no hand is as fast
const BURST = 3;
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

const list = document.querySelector("ul.cases");
const search = document.querySelector("input[name=q]");
const here = list?.querySelector("[aria-current]")?.closest("li");
const frame = here?.closest(".side-in");
if (frame) frame.scrollTop = here.offsetTop - frame.clientHeight / 3;

if (list && "keys" in list.dataset) {
  let typed = "", last = 0, fast = 0;
  if (document.activeElement === document.body) {
    (here?.querySelector("a") ?? list.querySelector("a"))?.focus({ preventScroll: true });
  }
  list.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isBurst(event)) {
      event.preventDefault();
      search.value = typed;
      search.focus();
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!(key in STEPS) && key !== "Home" && key !== "End") return;
    event.preventDefault();
    move(key);
  });

  // What came in one burst so far is in `typed`.
  function isBurst(event) {
    if (event.key.length !== 1) return false;
    const isFast = event.timeStamp - last < SCANNER_GAP;
    typed = isFast ? typed + event.key : event.key;
    fast = isFast ? fast + 1 : 0;
    last = event.timeStamp;
    return fast >= BURST;
  }
}

function move(key) {
  const rows = [...list.querySelectorAll("h2 a")];
  const now = rows.indexOf(document.activeElement);
  const ends = { Home: 0, End: rows.length - 1 };
  const next = key in ends ? ends[key] : Math.min(rows.length - 1, Math.max(0, now + STEPS[key]));
  rows[next]?.focus();
}
