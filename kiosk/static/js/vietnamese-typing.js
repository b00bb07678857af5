// Vietnamese from keystrokes: Telex, VNI, and tones set on a whole word. Pure: text in, text out,
// always NFC, so that every letter is one code unit and a caret is a plain index.
//
// The tone stands where the papers of state write it, in what schoolbooks call the old manner:
// hòa, thủy, khỏe, but hoàn, thuyền, quý, già.

const CIRCUMFLEX = "\u0302";
const BREVE = "\u0306";
const HORN = "\u031b";
export const TONES = {
  acute: "\u0301",
  grave: "\u0300",
  hook: "\u0309",
  tilde: "\u0303",
  dot: "\u0323",
  none: "",
};
const { acute, grave, hook, tilde, dot, none } = TONES;

const METHODS = {
  telex: { tones: { s: acute, f: grave, r: hook, x: tilde, j: dot, z: none }, mark: telexMark },
  vni: { tones: { 1: acute, 2: grave, 3: hook, 4: tilde, 5: dot, 0: none }, mark: vniMark },
};

const VOWELS = "aăâeêioôơuưy";
const ONSETS = words("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x");
const RIMES = words(
  "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây" +
    " e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu" +
    " i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu" +
    " o oa oac oach oai oam oan oang oanh oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om" +
    " on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt" +
    " u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut" +
    " uy uya uych uynh uyên uyêt uyt uyu ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu" +
    " y ych ynh yt yêm yên yêng yêt yêu",
);
const PLAIN_RIMES = [...RIMES].map(plain);

function words(listed) {
  return new Set(["", ...listed.split(" ")]);
}

/** What stands at the end of `text` and may be one word: letters and digits. */
export function lastWord(text) {
  return text.match(/[\p{L}\p{M}\d]*$/u)[0];
}

/** Return the word that the caret touches: where it begins and ends in `text`. */
export function wordAt(text, caret) {
  const start = caret - lastWord(text.slice(0, caret)).length;
  return { start, end: caret + text.slice(caret).match(/^[\p{L}\p{M}]*/u)[0].length };
}

/** Set a tone of TONES on a word; the tone it has already is taken away. */
export function withTone(word, tone) {
  return placed(withoutTone(word), toneOf(word) === tone ? none : tone);
}

/** Put the tone of a word where it belongs, after letters came or went; a word that cannot be
 * Vietnamese stays as it is. */
export function settled(word) {
  const tone = toneOf(word);
  const joined = joinHorns(withoutTone(word));
  return tone && isVietnamese(joined) ? placed(joined, tone) : word;
}

/**
 * Return what `keys` make of a word that already reads `base`. Keys that make no Vietnamese word
 * stay as they were pressed; a key pressed twice takes its mark away and stands for itself.
 * @param {string} method "telex", "vni" or anything else for neither
 */
export function composed(base, keys, method) {
  const how = METHODS[method];
  return how ? made(base, keys, how) ?? madeBehind(base, keys, how) ?? base + keys : base + keys;
}

/** Return the word that keys make of `base`, or null where that is no Vietnamese. */
function made(base, keys, how, isRoofFree = false) {
  let word = base;
  let isLiteral = false;
  let isLoneW = false; // the ư in it was one w, and a second one is to give that w back
  for (const key of keys) {
    const given = { isLoneW, isRoofFree };
    const isMark = !isLiteral && isVietnamese(word);
    const next = isMark ? toneKey(word, key, how) ?? how.mark(word, key, given) : null;
    isLiteral ||= next?.isUndone ?? false;
    isLoneW ||= next?.isLoneW ?? false;
    word = next ? next.word : word + key;
  }
  word = joinHorns(word);
  if (isLiteral) {
    return word;
  }
  return isVietnamese(word) ? placed(withoutTone(word), toneOf(word)) : null;
}

/** The same with a roof set from behind the last consonant: only in a whole syllable with a tone,
 * as "data" and "photo" are words too. */
function madeBehind(base, keys, how) {
  const word = made(base, keys, how, true);
  return word && toneOf(word) && isSyllable(word) ? word : null;
}

/** Say whether a word is a whole Vietnamese syllable, not the beginning of one. */
export function isSyllable(word) {
  const { onset, vowels, rest } = parts(withoutTone(word).toLowerCase());
  return ONSETS.has(onset) && RIMES.has(vowels + rest);
}

/** What a person types with a method, key by key: it remembers the keys of the word at hand. */
export class Typist {
  #base = "";
  #keys = "";
  #shown = "";

  constructor(method) {
    this.method = method;
  }

  /** Return {text, caret} after `key` was pressed with `from` to `to` selected. */
  press(text, from, to, key) {
    const before = text.slice(0, from);
    const after = text.slice(to);
    if (!/^[\p{L}\d]$/u.test(key)) {
      return this.#end(before, key, after);
    }
    const word = lastWord(before);
    if (word !== this.#shown || from !== to) {
      this.#base = word;
      this.#keys = "";
    }
    this.#keys += key;
    this.#shown = composed(this.#base, this.#keys, this.method);
    const start = before.length - word.length;
    return joined(before.slice(0, start), this.#shown, after);
  }

  /** Return {text, caret} with the word at hand as its keys were pressed: a scanner typed it. */
  asPressed(text, caret) {
    const start = caret - this.#shown.length;
    const isHere = text.slice(start, caret) === this.#shown;
    const word = isHere ? this.#base + this.#keys : "";
    this.forget();
    return isHere ? joined(text.slice(0, start), word, text.slice(caret)) : { text, caret };
  }

  /** Begin a new word. */
  forget() {
    this.#base = this.#keys = this.#shown = "";
  }

  /** End the word at hand; keys that made no whole syllable stand as they were pressed. */
  #end(before, key, after) {
    const word = lastWord(before);
    const isHalf = word === this.#shown && this.#keys && /[^\x00-\x7f]/.test(word);
    const kept =
      isHalf && !isSyllable(word)
        ? before.slice(0, before.length - word.length) + this.#base + this.#keys
        : before;
    this.forget();
    return { text: kept + key + after, caret: kept.length + key.length };
  }
}

/** Write letters at the caret, as a key of the screen does; the word's tone moves with them. */
export function written(text, from, to, letters) {
  const before = text.slice(0, from);
  const word = /^\p{L}+$/u.test(letters) ? lastWord(before) : "";
  const start = before.length - word.length;
  return joined(before.slice(0, start), settled(word + letters), text.slice(to));
}

/** Set a tone on the word that the caret touches; the caret stays. Without a vowel nothing is. */
export function toned(text, caret, tone) {
  const { start, end } = wordAt(text, caret);
  const word = withTone(text.slice(start, end), tone);
  return { text: text.slice(0, start) + word + text.slice(end), caret, word };
}

/** Take away the selection, or the letter before the caret with its marks. */
export function erased(text, from, to) {
  const start = from < to ? from : from - ([...text.slice(0, from)].pop() ?? "").length;
  const before = text.slice(0, start);
  const word = lastWord(before);
  return joined(before.slice(0, start - word.length), settled(word), text.slice(to));
}

/** Put a word between what is before and after; where it touches letters, both are one word. */
function joined(before, word, after) {
  const tail = after.match(/^[\p{L}\p{M}]*/u)[0];
  const whole = tail && /\p{L}$/u.test(word) ? withToneOfBoth(word, tail) : word + tail;
  return { text: before + whole + after.slice(tail.length), caret: before.length + word.length };
}

function withToneOfBoth(word, tail) {
  const bare = withoutTone(word + tail);
  const tone = toneOf(word) || toneOf(tail);
  return tone && isVietnamese(bare) ? placed(bare, tone) : word + tail;
}

// --- a word and its tone

function toneOf(word) {
  return word.normalize("NFD").match(/[\u0300\u0301\u0303\u0309\u0323]/)?.[0] ?? none;
}

function withoutTone(word) {
  return word.normalize("NFD").replace(/[\u0300\u0301\u0303\u0309\u0323]/g, "").normalize("NFC");
}

/** Return letters without tone, marks or the bar of đ, in small. */
function plain(letters) {
  return letters.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đðɖ]/g, "d");
}

/** Return onset, vowels and the rest of a word without tone: qu and gi before a vowel are onsets. */
function parts(word) {
  const [, onset, vowels, rest] = word.match(
    new RegExp(`^(gi(?=[${VOWELS}])|qu|[^${VOWELS}]*)([${VOWELS}]*)(.*)$`, "iu"),
  );
  return { onset, vowels, rest };
}

/** Say whether a word without tone is a Vietnamese syllable or may yet become one. */
function isVietnamese(word) {
  const { onset, vowels, rest } = parts(withoutTone(word).toLowerCase());
  const rime = plain(vowels) + rest;
  return ONSETS.has(onset) && PLAIN_RIMES.some((one) => one.startsWith(rime));
}

function placed(word, tone) {
  const { onset, vowels, rest } = parts(word);
  if (!vowels || !tone) {
    return word;
  }
  const at = onset.length + placeOfTone(vowels, rest);
  return (word.slice(0, at + 1) + tone + word.slice(at + 1)).normalize("NFC");
}

/** Return which vowel bears the tone: the one with a mark, else the middle one of three, else the
 * second where a consonant follows, else the first. */
function placeOfTone(vowels, rest) {
  const marked = vowels.search(/[ăâêôơư](?!.*[ăâêôơư])/iu);
  if (marked >= 0) {
    return marked;
  }
  return vowels.length > 2 || (vowels.length === 2 && rest) ? 1 : 0;
}

/** "thuơng" and "thưong" are how "thương" is half typed; only "thuở" and "huơ" keep their u. */
function joinHorns(word) {
  const { onset, vowels } = parts(withoutTone(word));
  const at = onset.length;
  if (!/^(uơ|ưo)/iu.test(vowels) || at + 2 >= word.length) {
    return word;
  }
  return word.slice(0, at) + horned(word[at]) + horned(word[at + 1]) + word.slice(at + 2);
}

/** Give a letter its horn, beside the tone it may bear. */
function horned(letter) {
  return placed(marked(withoutTone(letter), HORN), toneOf(letter));
}

// --- what a key does to the word before it: {word, isUndone} or null when it is a mere letter

function toneKey(word, key, { tones }) {
  const tone = tones[key.toLowerCase()];
  const bare = withoutTone(word);
  if (tone === undefined || !parts(bare).vowels || (!tone && !toneOf(word))) {
    return null;
  }
  const isUndone = tone !== none && toneOf(word) === tone;
  return { word: isUndone ? bare + key : placed(bare, tone), isUndone };
}

function telexMark(word, key, { isLoneW, isRoofFree }) {
  const pressed = key.toLowerCase();
  const { onset, vowels, rest } = parts(withoutTone(word));
  const letters = plain(vowels);
  if (pressed === "d" && /^[dđ]/i.test(word)) {
    return barred(word, key);
  }
  if (pressed === "w" && bearsLoneW(onset, letters, rest)) {
    return { word: word + (key === "w" ? "ư" : "Ư"), isLoneW: true };
  }
  if (pressed === "w" && isLoneW && letters === "u" && !rest) {
    return { word: onset + key, isUndone: true };
  }
  if ("aeo".includes(pressed) && letters.includes(pressed) && (!rest || isRoofFree)) {
    const roofed = signed(word, letters.lastIndexOf(pressed), CIRCUMFLEX, key);
    return roofed.isUndone || beginsRime(roofed.word) ? roofed : null;
  }
  if (pressed !== "w" || !/[aou]/.test(letters)) {
    return null;
  }
  const a = letters.includes("ua") ? -1 : letters.indexOf("a");
  return a >= 0 ? signed(word, a, BREVE, key) : signed(word, placeOfHorn(letters), HORN, key);
}

/** Say whether a w is a ư of its own here: behind the first consonants, of which "gi" may be one. */
function bearsLoneW(onset, letters, rest) {
  const first = plain(onset);
  return !rest && (letters ? first === "g" && letters === "i" : first !== "qu");
}

function vniMark(word, key) {
  const letters = plain(parts(withoutTone(word)).vowels);
  if (key === "9" && /^[dđ]/i.test(word)) {
    return barred(word, key);
  }
  const [at, sign] = {
    6: [letters.search(/[aeo](?!.*[aeo])/), CIRCUMFLEX],
    7: [placeOfHorn(letters), HORN],
    8: [letters.indexOf("a"), BREVE],
  }[key] ?? [-1, none];
  return at < 0 ? null : signed(word, at, sign, key);
}

/** Say whether the vowels of a word begin a rime, marks and all: "tuôi" does, "ngôe" does not. */
function beginsRime(word) {
  const { vowels } = parts(withoutTone(word).toLowerCase());
  return [...RIMES].some((one) => one.startsWith(vowels));
}

/** Of u and o the o (the u follows it), else the first that can bear a horn. */
function placeOfHorn(letters) {
  return letters.includes("uo") ? letters.indexOf("uo") + 1 : letters.search(/[ou]/);
}

/** Set a sign on the vowel at `at` in place of the one it has; its own sign is taken away. */
function signed(word, at, sign, key) {
  const bare = withoutTone(word);
  const place = parts(bare).onset.length + at;
  const letter = bare[place];
  const isUndone = letter.normalize("NFD").includes(sign);
  const changed = isUndone ? letter.normalize("NFD")[0] : marked(letter, sign);
  const before = isUndone && sign === HORN ? hornless(bare.slice(0, place)) : bare.slice(0, place);
  const whole = placed(before + changed + bare.slice(place + 1), toneOf(word));
  return { word: isUndone ? whole + key : whole, isUndone };
}

/** The u of ươ loses its horn with the o's. */
function hornless(letters) {
  return letters.normalize("NFD").replaceAll(HORN, "").normalize("NFC");
}

function marked(letter, sign) {
  return (letter.normalize("NFD")[0] + sign).normalize("NFC");
}

function barred(word, key) {
  const pair = { d: "đ", D: "Đ", đ: "d", Đ: "D" };
  const isUndone = /^đ/i.test(word);
  const whole = pair[word[0]] + word.slice(1);
  return { word: isUndone ? whole + key : whole, isUndone };
}
