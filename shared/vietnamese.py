"""Vietnamese text: cleaned for keeping, folded for finding, unaccented for SMS."""

import unicodedata

_DROP_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x0A}
# đ and Đ have no decomposition, so normalisation alone never turns them into d.
_STROKES = str.maketrans("đĐ", "dD")
# Every combining mark there is (none stands above): one table is read faster than each letter.
_DROP_MARKS = {code: None for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))}


def clean(text: str) -> str:
    """Return `text` as it is kept: NFC, line ends as newline, control characters removed,
    halves of broken pairs replaced, outer blanks dropped. A text of invisible letters is none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROP_CONTROLS)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(letter.isprintable() for letter in text if letter != " ") else ""


def one_line(text: str) -> str:
    """Return cleaned text with every run of blanks as one space."""
    return " ".join(clean(text).split())


def unaccent(text: str) -> str:
    """Return `text` without Vietnamese marks, letter case kept: Đề nghị → De nghi."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.translate(_STROKES)).translate(_DROP_MARKS)


def initials(name: str | None) -> str:
    """Return a name as it tells two people apart and names nobody: Trần Thị Mận → T. T. M."""
    return " ".join(f"{word[0]}." for word in (name or "").split()[:5])


def fold(text: str) -> str:
    """Return `text` as it is searched: lower case, no marks, đ as d."""
    return unaccent(text.casefold())
