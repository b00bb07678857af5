// The keyboard on the screen of a kiosk, and Vietnamese on one of plastic. The keys are drawn by
// templates/components/keyboard.html; what they write is vietnamese-typing.js's business.

import { Typist, TONES, erased, toned, written } from "./vietnamese-typing.js";

const FIELDS = "input.field:not([type=hidden],[type=file]), textarea.field";
const METHODS = ["telex", "vni", "off"];
const METHOD_KEPT = "visit.typing";
const HIDDEN_KEPT = "visit.keyboard";
const SCANNER_GAP = 25; // ms between keys, thrice in a row: no hand is as fast
const SCANNER_KEYS = 3;
const HELD_AFTER = 500; // ms until a key that is held begins to repeat
const REPEAT = 90; // ms
const LOWEST = 72; // px of a field in which one writes

const board = document.querySelector("[data-keyboard]");
if (board) {
  const dock = document.querySelector(".dock");
  dock?.append(board);
  dock?.prepend(document.querySelector("[data-keyboard-show]"));
  bringToLife(board);
}

function bringToLife(board) {
  const said = board.querySelector("[data-said]");
  const opener = document.querySelector("[data-keyboard-show]");
  const typist = new Typist(sessionStorage.getItem(METHOD_KEPT) ?? METHODS[0]);
  let field = null;
  let repeating;
  showMethod();

  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(FIELDS)) {
      attend(target);
    }
  });
  document.addEventListener("beforeinput", type);
  document.addEventListener("input", keepComposed);
  document.addEventListener("keydown", goOn);
  opener.addEventListener("click", () => {
    sessionStorage.removeItem(HIDDEN_KEPT);
    field?.focus({ preventScroll: true });
    show();
  });
  for (const kind of ["mousedown", "pointerdown"]) {
    board.addEventListener(kind, (pressed) => pressed.preventDefault()); // the field keeps the focus
  }
  board.addEventListener("pointerdown", holdDown);
  for (const kind of ["pointerup", "pointerleave", "pointercancel"]) {
    board.addEventListener(kind, () => clearTimeout(repeating));
  }
  board.addEventListener("click", ({ target }) => press(target.closest("button")));
  new ResizeObserver(makeRoom).observe(document.querySelector(".page"));
  if (document.activeElement?.matches(FIELDS)) {
    attend(document.activeElement);
  }

  function attend(entered) {
    field = entered;
    typist.forget();
    turnTo(isForDigits(field) ? "digits" : "letters");
    shift(beginsSentence());
    if (sessionStorage.getItem(HIDDEN_KEPT)) {
      opener.hidden = false;
    } else {
      show();
    }
  }

  // --- keys of the screen

  function press(key) {
    if (!key || !field) {
      return;
    }
    const { key: letter, tone, page } = key.dataset;
    if (letter) {
      write(isShifted() ? letter.toLocaleUpperCase("vi") : letter);
    } else if (tone) {
      setTone(key, TONES[tone]);
    } else if (page) {
      turnTo(page);
    } else {
      ({ shift: () => shift(!isShifted()), erase, return: finish, method: nextMethod, hide })[
        key.dataset.do
      ]();
    }
  }

  function write(letters) {
    put(written(field.value, field.selectionStart, field.selectionEnd, letters));
    shift(beginsSentence());
  }

  function erase() {
    put(erased(field.value, field.selectionStart, field.selectionEnd));
  }

  function setTone(key, tone) {
    const { word, ...edited } = toned(field.value, field.selectionEnd, tone);
    put(edited);
    said.textContent = word ? `${key.textContent}: ${word}` : "";
  }

  /** Write an edit into the field, as if it had been typed. */
  function put({ text, caret }) {
    const most = field.maxLength;
    if (most >= 0 && text.length > most) {
      return;
    }
    const grouped = field.matches(".big-code") ? inFours(text, caret) : { text, caret };
    field.value = grouped.text;
    field.setSelectionRange(grouped.caret, grouped.caret);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    typist.forget();
    if (caret === text.length) {
      field.scrollTop = field.scrollHeight; // a script's letters do not bring the caret into view
    }
  }

  /** The next field of the form, or the form's main button; a new line in a longer text. */
  function finish() {
    if (field.matches("textarea")) {
      write("\n");
      return;
    }
    const fields = [...field.form.querySelectorAll(FIELDS)].filter((one) => one.checkVisibility());
    const next = fields[fields.indexOf(field) + 1];
    if (next) {
      next.focus();
    } else {
      field.form.requestSubmit([...field.form.elements].find((one) => one.matches("button.main")));
    }
  }

  function shift(isOn) {
    board.querySelector("[data-do=shift]").setAttribute("aria-pressed", isOn);
    for (const key of board.querySelectorAll("[data-keys=letters] [data-key]")) {
      if (key.dataset.key !== " ") {
        const letter = key.dataset.key;
        key.textContent = isOn ? letter.toLocaleUpperCase("vi") : letter;
      }
    }
  }

  function beginsSentence() {
    return /^$|[.?!]\s$|\n$/.test(field.value.slice(0, field.selectionEnd));
  }

  function isShifted() {
    return (
      !board.querySelector("[data-keys=letters]").hidden &&
      board.querySelector("[data-do=shift]").ariaPressed === "true"
    );
  }

  function turnTo(page) {
    for (const keys of board.querySelectorAll("[data-keys]")) {
      keys.hidden = keys.dataset.keys !== page;
    }
    shift(false);
    makeRoom();
  }

  function holdDown({ target }) {
    if (target.closest("[data-do=erase]")) {
      const again = () => {
        erase();
        repeating = setTimeout(again, REPEAT);
      };
      repeating = setTimeout(again, HELD_AFTER);
    }
  }

  // --- a keyboard of plastic, and a scanner that types like one

  let lastAt = 0;
  let quick = 0;

  function type(typed) {
    if (typed.target !== field || isForDigits(field) || typist.method === "off") {
      return;
    }
    if (typed.inputType !== "insertText" || typed.isComposing || typed.data?.length !== 1) {
      typist.forget();
      return;
    }
    quick = typed.timeStamp - lastAt < SCANNER_GAP ? quick + 1 : 0;
    lastAt = typed.timeStamp;
    if (quick >= SCANNER_KEYS) {
      if (quick === SCANNER_KEYS) {
        setDirectly(typist.asPressed(field.value, field.selectionEnd));
      }
      return;
    }
    typed.preventDefault();
    const { value, selectionStart, selectionEnd } = field;
    setDirectly(typist.press(value, selectionStart, selectionEnd, typed.data));
    shift(beginsSentence());
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  }

  function setDirectly({ text, caret }) {
    field.value = text;
    field.setSelectionRange(caret, caret);
  }

  /** What was pasted or put together elsewhere becomes NFC too. */
  function keepComposed({ target, isComposing }) {
    if (isComposing || !target.matches?.(FIELDS)) {
      return;
    }
    const { value, selectionEnd } = target;
    if (value !== value.normalize("NFC")) {
      const caret = value.slice(0, selectionEnd).normalize("NFC").length;
      target.value = value.normalize("NFC");
      target.setSelectionRange(caret, caret);
    }
  }

  /** Enter goes on as the screen's own key does: a form's first button may be to leave things out. */
  function goOn(pressed) {
    if (pressed.key === "Enter" && pressed.target === field && field.matches("input")) {
      pressed.preventDefault();
      finish();
    }
  }

  function nextMethod() {
    typist.method = METHODS[(METHODS.indexOf(typist.method) + 1) % METHODS.length];
    typist.forget();
    sessionStorage.setItem(METHOD_KEPT, typist.method);
    showMethod();
  }

  function showMethod() {
    const key = board.querySelector("[data-do=method]");
    key.querySelector("[data-method]").textContent = key.dataset[typist.method];
  }

  // --- where it stands

  function show() {
    board.hidden = false;
    opener.hidden = true;
    makeRoom();
  }

  function hide() {
    sessionStorage.setItem(HIDDEN_KEPT, "1");
    board.hidden = true;
    opener.hidden = false;
    makeRoom();
    field.focus({ preventScroll: true });
  }

  /** Keep the page scrollable to its end, and the field in use above the keys. Where the bar at the
   * foot is always in sight (dock.css) the keys stand below it, and the page is the shorter for them. */
  function makeRoom() {
    const floats = getComputedStyle(board).position === "fixed";
    const height = board.hidden || !floats ? 0 : board.offsetHeight;
    document.body.style.paddingBottom = height ? `${height}px` : "";
    document.documentElement.style.scrollPaddingBottom = height ? `${height + 12}px` : "";
    if (board.hidden || !field) {
      return;
    }
    const room = (floats ? innerHeight - height : field.closest(".page").clientHeight) - 24;
    if (field.matches("textarea")) {
      field.style.minHeight = `${LOWEST}px`;
      field.style.maxHeight = `${Math.max(room, LOWEST)}px`;
    }
    field.scrollIntoView({ block: "nearest" });
  }
}

function isForDigits(field) {
  return ["tel", "numeric"].includes(field.inputMode);
}

/** Part a code of twelve digits in fours, the caret with it; what a scanner typed stays. */
function inFours(text, caret) {
  if (!/^[\d ]*$/.test(text)) {
    return { text, caret };
  }
  const digits = text.replaceAll(" ", "");
  const before = text.slice(0, caret).replaceAll(" ", "").length;
  return {
    text: digits.replace(/\d{4}(?=\d)/g, "$& "),
    caret: before + Math.max(0, Math.ceil(before / 4) - 1),
  };
}
