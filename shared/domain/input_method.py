"""Which secrets a scanner may have read if a Vietnamese input method was on while it typed.

Telex and VNI turn keys into marks: W becomes Ư, AA becomes Â, A5 becomes Ạ. A key pressed twice
removes its mark again, so keys vanish. A secret uses few letters (no I, L, O, U). Each mark says
which key made it, but not always where that key stood. So one text has many readings, and only
the store knows which of them is a receipt's. Nothing here opens the store.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, islice, permutations, product

from shared.domain.codes import CROCKFORD, SECRET_LETTERS
from shared.domain.record import Record

# The most readings of one text: how many the store is asked for, and how much a guess gains.
MOST_READINGS = 4096
# Some readings are found more than once.
_MOST_TRIED = 4 * MOST_READINGS
# Keys that vanished without leaving a mark: pressed twice, or a tone that was removed.
_MOST_WITHOUT_MARK = 2
_TONES = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_ROOF, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VOWELS = "AEWY"  # W is ư
# The row of digits in Windows's Vietnamese layout; no input method uses these keys.
_LAYOUT = {
    "A" + _BREVE: "1", "A" + _ROOF: "2", "E" + _ROOF: "3", "O" + _ROOF: "4",
    "\u0300": "5", "\u0309": "6", "\u0303": "7", "\u0301": "8", "\u0323": "9", "Đ": "0",
}  # fmt: skip

# A key, and the place of a letter before which it was pressed.
_Pressed = tuple[int, str]


class _Method(Record):
    """The keys of an input method: five tones in the order of _TONES, the key that removes a tone,
    the other marks. `w` makes ư; "" if a secret has no key for it."""

    tones: str
    no_tone: str
    marks: str
    w: str = ""

    def roof(self, letter: str) -> str:
        """Return the key that puts the circumflex on a letter."""
        return letter if self.w else "6"

    @property
    def breve(self) -> str:
        return self.w or "8"

    @property
    def bar(self) -> str:
        return "D" if self.w else "9"


_METHODS = (_Method("SFRXJ", "Z", "AEDW", w="W"), _Method("12345", "0", "689"))


def readings(typed: str) -> Iterator[str]:
    """Yield the secrets that a text may have been before an input method removed keys, the most
    likely first, each once, at most MOST_READINGS."""
    letters = unicodedata.normalize("NFD", typed.upper())
    found: set[str] = set()
    for secret in islice(_every_reading(letters), _MOST_TRIED):
        if secret not in found:
            found.add(secret)
            yield secret
        if len(found) == MOST_READINGS:
            return


def _every_reading(letters: str) -> Iterator[str]:
    by_layout = _by_layout(letters)
    if by_layout:
        yield by_layout
    for method in _METHODS:
        taken = _taken_apart(letters, method)
        if taken:
            yield from _put_together(*taken, method)


def _by_layout(letters: str) -> str:
    """Return what was typed on the Vietnamese layout of Windows, or "" if it was another."""
    for marked, digit in _LAYOUT.items():
        letters = letters.replace(marked, digit)
    return letters if _is_secret(letters) else ""


def _taken_apart(letters: str, method: _Method) -> tuple[list[str], list[_Pressed]] | None:
    """Return the bare letters and, for each mark, the letter it stands on and the key that made it.
    Return None if no secret can become this text."""
    bare: list[str] = []
    made: list[_Pressed] = []
    for letter in letters:
        on = len(bare) - 1
        if letter in _TONES and bare:
            made.append((on, method.tones[_TONES.index(letter)]))
        elif letter == _ROOF and bare:
            made.append((on, method.roof(bare[on])))
        elif letter == _BREVE and bare:
            made.append((on, method.breve))
        elif letter == "Đ":
            bare.append("D")
            made.append((on + 1, method.bar))
        elif letter == "U" and method.w:
            bare.append(method.w)
        elif letter != _HORN:
            bare.append(letter)
    return (bare, made) if set(bare) <= set(CROCKFORD) else None


def _put_together(bare: Sequence[str], made: Sequence[_Pressed], method: _Method) -> Iterator[str]:
    """Yield the letters with the keys of the marks put back wherever they may have stood, and with
    as many others as are then still missing."""
    missing = SECRET_LETTERS - len(bare) - len(made)
    if not 0 <= missing <= _MOST_WITHOUT_MARK:
        return
    places = [
        [(place, key) for place in range(_vowels_begin(bare, on) + 1, len(bare) + 1)]
        for on, key in made
    ]
    for others in _without_mark(bare, made, missing, method):
        for chosen in product(*places):
            yield from _pressed_again(bare, [*chosen, *others])


def _vowels_begin(bare: Sequence[str], at: int) -> int:
    """Return where the vowels around a letter begin: a tone may have moved within them."""
    while at > 0 and bare[at] in _VOWELS and bare[at - 1] in _VOWELS:
        at -= 1
    return at


def _without_mark(
    bare: Sequence[str], made: Sequence[_Pressed], missing: int, method: _Method
) -> Iterator[Sequence[_Pressed]]:
    """Yield the keys that vanished without a mark, so many at a time. A key pressed twice stands
    for itself once; of two tones the later counts; one key removes every tone."""
    if not missing:
        yield ()
        return
    tones = [(place, key) for place in _after_a_vowel(bare) for key in method.tones]
    twice = list(dict.fromkeys(_pressed_twice(bare, method)))
    has_tone = any(key in method.tones for _, key in made)
    alone = list(dict.fromkeys([*twice, *tones])) if has_tone else twice
    if missing == 1:
        yield from ((one,) for one in alone)
        return
    for place, tone in tones:
        yield from (((place, tone), (later, method.no_tone)) for later in _from(place, bare))
    yield from combinations_with_replacement(alone, 2)
    yield from product(tones, twice)


def _pressed_twice(bare: Sequence[str], method: _Method) -> Iterator[_Pressed]:
    for place in range(len(bare)) if method.w else ():
        if method.w in bare[place:]:
            yield place, method.w
    for place in _after_a_vowel(bare):
        for key in method.tones + method.marks + method.no_tone:
            if key in bare[place:]:
                yield place, key


def _after_a_vowel(bare: Sequence[str]) -> range:
    """Return the places after the first letter that can bear a mark."""
    first = next((at for at, one in enumerate(bare) if one in _VOWELS + "D"), len(bare))
    return range(first + 1, len(bare) + 1)


def _from(place: int, bare: Sequence[str]) -> range:
    return range(place, len(bare) + 1)


def _pressed_again(bare: Sequence[str], keys: Sequence[_Pressed]) -> Iterator[str]:
    """Yield the letters with keys put back; keys at one place come in every order."""
    by_place: dict[int, str] = {}
    for place, key in keys:
        by_place[place] = by_place.get(place, "") + key
    for orders in product(*map(_orders, by_place.values())):
        spelled = [*bare, ""]
        for place, order in zip(by_place, orders, strict=True):
            spelled[place] = order + spelled[place]
        yield "".join(spelled)


def _orders(keys: str) -> Sequence[str]:
    return keys if len(keys) == 1 else sorted({"".join(one) for one in permutations(keys)})


def _is_secret(text: str) -> bool:
    return len(text) == SECRET_LETTERS and set(text) <= set(CROCKFORD)
