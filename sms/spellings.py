"""Spellings of a phrase without accents, and as a Telex or VNI keyboard writes it when it is
switched off ("tra cuwus", "huy3")."""

import unicodedata
from itertools import product

from shared.domain.vietnamese import fold

_TONES = {"\u0301": ("s", "1"), "\u0300": ("f", "2"), "\u0309": ("r", "3"), "\u0303": ("x", "4"),
          "\u0323": ("j", "5")}  # fmt: skip
# â ê ô, ơ ư, ă: the mark, and its key in Telex (None: the letter doubled) and VNI.
_MARKS = {"\u0302": (None, "6"), "\u031b": ("w", "7"), "\u0306": ("w", "8")}


class _InPlace(dict[int, str]):
    """Each letter folded into one. A letter is asked about once, when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = (fold(chr(code)) or "\0")[0]
        return folded


_IN_PLACE = _InPlace()


def fold_in_place(typed: str) -> str:
    """Return `typed` folded letter by letter; every letter keeps its place."""
    return typed.casefold() if typed.isascii() else typed.translate(_IN_PLACE)


def spellings(phrase: str) -> set[str]:
    """Return a phrase without accents and as Telex or VNI keys write it, in any usual order."""
    syllables = [_syllable(one) for one in phrase.split()]
    return {" ".join(spelled) for spelled in product(*syllables)}


def _syllable(syllable: str) -> set[str]:
    spelled = {fold(syllable)}
    for keyboard in (0, 1):
        letters_typed, tone = [], ""
        toned = 0
        for place, letter in enumerate(syllable):
            base, *marks = list(unicodedata.normalize("NFD", letter))
            typed = base
            if base == "đ":
                typed = ("dd", "d9")[keyboard]
            for mark in marks:
                if mark in _TONES:
                    tone, toned = _TONES[mark][keyboard], place
                else:
                    typed += _MARKS[mark][keyboard] or base
            letters_typed.append(typed)
        plain = "".join(letters_typed)
        at_letter = "".join(letters_typed[: toned + 1]) + tone + "".join(letters_typed[toned + 1 :])
        bare = fold(syllable)
        spelled |= {plain, plain + tone, at_letter, bare + tone}
        spelled.add(bare[: toned + 1] + tone + bare[toned + 1 :])
    return spelled
