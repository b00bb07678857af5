"""Vietnamese typed while the input method was off, read as it was meant: "neen mowr" is "nên mở".

Telex writes marks with letters, VNI with digits. A word is changed only if its keys make a
Vietnamese syllable and the text as a whole looks typed that way: "xe bus" and "ap 3" stay. The
result is for titles, search and understanding; the words that were sent are kept as they came.
Nothing here opens the store.
"""

import re
import unicodedata
from functools import lru_cache

from shared.domain.record import Record

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TONES |= dict(zip("12345", _TONES.values(), strict=True))
_STOPPED_TONES = ("\u0301", "\u0323")
_ROOFED = {"a": "â", "e": "ê", "o": "ô"}
_HORNED = {"u": "ư", "o": "ơ"}
_ONSETS = frozenset(
    ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()]  # noqa: SIM905
)
_RIMES = frozenset(
    """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec
    em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in
    inh ip it iu o oa oac oach oai oam oan oang oanh oao oat oay oăc oăm oăn oăng oăt oc oe oen
    oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um
    un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uya uych uyên
    uyêt uynh uyt uyu ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng
    yêt yêu ynh yt""".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W_]+")
_MOST_LETTERS = 10
# A word that keys may have made: letters and digits of ASCII, a letter first.
_OF_KEYS = re.compile(rf"(?<![^\W_])[A-Za-z][A-Za-z0-9]{{0,{_MOST_LETTERS - 1}}}(?![^\W_])")
# More than the words of one office's people; a stranger may invent any number.
_MOST_WORDS = 8192
# A text without accents was typed that way if so many of its words are, and at least two.
_ENOUGH = 0.3


class _Read(Record):
    """A word put together: `marks` and `tones` are the keys that were used for each."""

    word: str
    marks: int
    tones: int


def decoded(text: str) -> str:
    """Return `text` with the words that an input method left as keys put together; any other text
    comes back as it is."""
    words = set(_OF_KEYS.findall(text))
    if not any(map(_put_together, map(str.lower, words))):  # as in most texts
        return text
    found = {word: _put_together(word.lower()) for word in words}
    left = {word: read for word, read in found.items() if read is not None}
    if text.isascii():
        count = len(_WORD.findall(text))
        times = sum(word in left for word in _WORD.findall(text))
        has_marks = any(read.marks for read in left.values())
        if times < 2 or times < _ENOUGH * count or not (has_marks or times > count / 2):
            return text
    else:  # the input method worked for most words: only what is unmistakable is changed
        left = {word: read for word, read in left.items() if read.marks and read.tones}
    return _WORD.sub(lambda one: _as_typed(one[0], left), text)


def _as_typed(word: str, left: dict[str, _Read]) -> str:
    """Return a word put together, with its capitals."""
    read = left.get(word)
    if read is None:
        return word
    if word.isupper() and len(read.word) > 1:
        return read.word.upper()
    return read.word.capitalize() if word[0].isupper() else read.word


@lru_cache(_MOST_WORDS)
def _put_together(word: str) -> _Read | None:
    """Return the syllable that a word's keys make, None if they make none or use no key."""
    has_digit = any(one.isdigit() for one in word)
    letters: list[str] = []
    marks, tones = 0, ""
    for place, key in enumerate(word):
        if key in ("123450" if has_digit else "sfrxj") and _has_vowel(letters):
            if tones or key not in _TONES:
                return None
            tones = key
        elif _marked(letters, key, is_last=place == len(word) - 1, is_vni=has_digit):
            marks += 1
        elif key.isalpha():
            letters.append(key)
        else:
            return None
    if not marks and not tones:
        return None
    toned = _toned("".join(letters), _TONES.get(tones, ""))
    return _Read(toned, marks, len(tones)) if toned else None


def _has_vowel(letters: list[str]) -> bool:
    return any(one in "aăâeêioôơuưy" for one in letters)


def _marked(letters: list[str], key: str, *, is_last: bool, is_vni: bool) -> bool:
    """Put the mark of a key on the letters; return False if the key is no mark here."""
    if is_vni:
        return _marked_by_digit(letters, key)
    if key == "d" and letters[:1] == ["d"] and (len(letters) == 1 or is_last):
        letters[0] = "đ"
        return True
    if key == "w":
        return _horned(letters) or _breved(letters)
    if key in _ROOFED and key in letters and (letters[-1] == key or is_last):
        return _replaced(letters, {key: _ROOFED[key]})
    return False


def _marked_by_digit(letters: list[str], key: str) -> bool:
    if key == "9" and letters[:1] == ["d"]:
        letters[0] = "đ"
        return True
    if key == "6":
        return _replaced(letters, _ROOFED)
    if key == "7":
        return _horned(letters)
    return key == "8" and _breved(letters)


def _horned(letters: list[str]) -> bool:
    """Put the horn on u and o: on both of "uo", on the u of "ua" but not behind a q."""
    joined = "".join(letters)
    if "uo" in joined or "ưo" in joined:
        at = joined.index("o") - 1
        letters[at], letters[at + 1] = ("u" if joined == "quo" else "ư"), "ơ"
        return True
    if joined.endswith("ua") and not joined.startswith("q"):
        letters[-2] = "ư"
        return True
    if "a" in letters:
        return False
    return _replaced(letters, _HORNED)


def _breved(letters: list[str]) -> bool:
    return _replaced(letters, {"a": "ă"})


def _replaced(letters: list[str], by: dict[str, str]) -> bool:
    """Mark the last letter that can be."""
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in by:
            letters[place] = by[letters[place]]
            return True
    return False


def _toned(syllable: str, tone: str) -> str:
    """Return a syllable with its tone, "" if Vietnamese has none like it."""
    for length in (3, 2, 1, 0):
        onset, rime = syllable[:length], syllable[length:]
        if onset in _ONSETS and rime in _RIMES:
            break
    else:
        return ""
    if rime.endswith(("c", "p", "t", "ch")) and tone not in _STOPPED_TONES:
        return ""
    if not tone:
        return syllable
    at = length + _bearer(rime)
    return unicodedata.normalize("NFC", syllable[: at + 1] + tone + syllable[at + 1 :])


def _bearer(rime: str) -> int:
    """Return the place of the vowel that bears a rime's tone."""
    marked = [place for place, one in enumerate(rime) if one in "ăâêôơư"]
    if marked:
        return marked[-1]
    vowels = [place for place, one in enumerate(rime) if one in "aeiouy"]
    if len(vowels) == len(rime) and len(vowels) < 3:
        return 0
    return vowels[1] if len(vowels) > 2 or (len(vowels) == 2 and len(rime) > 2) else vowels[0]
