"""Vietnamese text: cleaned for keeping, folded for finding, unaccented for SMS."""

import re
import unicodedata

# Characters that end a line: carriage return, vertical tab (Word's Shift+Enter), form feed, U+0085
# and the two separators of Unicode.
_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
# Invisible separators within a line: tab and the four separators of ASCII. Blanks of other widths
# are kept as they were typed.
_BLANKS = "\t\x1c\x1d\x1e\x1f"
_AS_KEPT = {
    **{code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x0A},
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, _BLANKS), " "),
}
# What `clean` does more to than Unicode's own rules; in most texts there is none of it.
_UNKEPT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Invisible letters: the soft hyphen, joiners, separators and direction marks (UAX 9), byte order
# marks. Telephones put them around a number that is copied.
_INVISIBLE = dict.fromkeys(
    (0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
     *range(0x2060, 0x2070), 0xFEFF)
)  # fmt: skip
INVISIBLE = "".join(map(chr, _INVISIBLE))
# Hyphens, dashes and the minus sign, as a set of letters in a pattern.
DASHES = r"\-\u2010-\u2015\u2212\u00ad"
# What stands between the digits of one number as people write it and telephones copy it: blanks,
# dots, dashes, invisible letters.
BETWEEN_DIGITS = rf"\s.{DASHES}{INVISIBLE}"
# đ and Đ have no decomposition, so normalisation never turns them into d. The same is true of
# similar letters of Iceland and West Africa, which old code tables put in their place.
_STROKES = tuple(zip("đĐðÐɖƉ", "dDdDdD", strict=True))


class _DropMarks(dict[int, int | None]):
    """A table that drops every combining mark. A letter is asked about once, when it is first met:
    asking all of Unicode would hold up each start."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        self[code] = kept
        return kept


_DROP_MARKS = _DropMarks(_INVISIBLE)
# What is left beside ASCII once Vietnamese is taken apart are marks of this block; each is dropped.
_BEYOND = re.compile(r"[^\x00-\x7f\u0300-\u036f]")


def clean(text: str) -> str:
    """Return `text` as it is kept: NFC, line ends as newline, a tab as a blank, no other control
    characters, halves of broken pairs replaced, no blanks outside. A text of only invisible
    letters becomes empty."""
    if _UNKEPT.search(text):
        text = text.replace("\r\n", "\n").translate(_AS_KEPT)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text).strip()
    if text[:1].isprintable():  # nearly every text: then no other letter is looked at
        return text
    return text if any(letter.isprintable() for letter in text if letter != " ") else ""


def one_line(text: str) -> str:
    """Return cleaned text with every run of blanks as one space."""
    return " ".join(clean(text).split())


def visible(text: str) -> str:
    """Return `text` without invisible letters: for reading numbers and codes, never for keeping
    words."""
    return text if text.isascii() else text.translate(_INVISIBLE)


def is_readable(text: str) -> bool:
    """Say whether `text` is words and not other bytes: no control character except separators of
    words and lines."""
    return not any(
        unicodedata.category(letter) in ("Cc", "Cs") and not letter.isspace() for letter in text
    )


def unaccent(text: str) -> str:
    """Return `text` without Vietnamese marks; letter case stays: Đề nghị → De nghi."""
    if text.isascii():
        return text
    for stroked, bare in _STROKES:
        text = text.replace(stroked, bare)
    apart = unicodedata.normalize("NFKD", text)
    if _BEYOND.search(apart):
        return apart.translate(_DROP_MARKS)
    return apart.encode("ascii", "ignore").decode("ascii")


def initials(name: str | None) -> str:
    """Return a name's initials, which tell people apart without naming them: T. T. M. What stands
    in brackets behind a name is none of it."""
    words = [word for word in (name or "").partition("(")[0].split() if word[0].isalnum()]
    return " ".join(f"{word[0]}." for word in words[:5])


def fold(text: str) -> str:
    """Return `text` for searching and comparing: lower case, no marks, d for đ and similar letters,
    no invisible letters."""
    return unaccent(text.casefold())
