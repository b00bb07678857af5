"""The words of an SMS: which letters the network carries in 7 bits, how many parts a text takes,
and how a text of the catalogue is filled so that it is always one part.

GSM 03.38 (3GPP TS 23.038): 160 septets alone, 153 in each part of a longer one. A text with any
other letter is UCS-2, with 70 and 67 units. Nothing here opens the store.
"""

from collections.abc import Mapping
from functools import cache
from unicodedata import category

from shared import texts
from shared.domain import phone
from shared.domain.addresses import opens_here_alone
from shared.domain.record import Record
from shared.domain.vietnamese import clean, one_line, unaccent
from shared.settings import Settings

_DEFAULT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
ONE_PART = 160
_GSM_PART = 153
_UCS2_ONE = 70
_UCS2_PART = 67

# Letters that typing programs use where a telephone has plain signs.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−•·", "-"),
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        "…": "...",
        "×": "x",
        "₫": "d",
    }
)
_NUMBERS = ("sdt", "dausms")


def fits(text: str) -> bool:
    """Say whether every letter is in the 7-bit alphabet or its extension."""
    return all(letter in _DEFAULT or letter in _EXTENSION for letter in text)


def septets(text: str) -> int:
    """Return the length of a text that fits: letters of the extension take two."""
    return sum(2 if letter in _EXTENSION else 1 for letter in text)


def parts(text: str) -> int:
    """Return how many SMS a text becomes. An escaped letter or a surrogate pair is never cut in
    two, so a part may be one short."""
    if fits(text):
        return _count([2 if letter in _EXTENSION else 1 for letter in text], ONE_PART, _GSM_PART)
    return _count([2 if ord(letter) > 0xFFFF else 1 for letter in text], _UCS2_ONE, _UCS2_PART)


def plain(text: str) -> str:
    """Return `text` in letters that fit: no marks, plain quotes and dashes, on one line. Letters
    that cannot be sent are left out."""
    bare = unaccent(one_line(" ".join(text.split())).translate(_PLAIN)).translate(_PLAIN)
    return " ".join("".join(letter for letter in bare if fits(letter)).split())


def office_blanks(settings: Settings, public_url: str) -> dict[str, str]:
    """Return the blanks that are the office's own: its name, its numbers, its address."""
    office = settings.office
    number = phone.mobile(office.sms_number) or office.sms_number
    return {
        "cq": office.name,
        "sdt": office.phone,
        "dausms": phone.shown(number) if number else texts.load("sms.vi").say("filled.dausms"),
        "url": _address(public_url),
    }


def left_out(text: str) -> str:
    """Return the letters and signs of `text` that our SMS cannot carry, each once."""
    lost = (one for one in clean(text) if category(one)[0] in "LNPS" and not plain(one))
    return "".join(dict.fromkeys(lost))


def compose(key: str, blanks: Mapping[str, str], office: Mapping[str, str]) -> str:
    """Return the SMS of a text (a key of `[sms]`), one part of 7-bit letters.

    Each blank loses its accents and is cut to its longest; one that is not given stays empty.
    Raises texts.TextMissing.
    """
    said = {**office, **blanks}
    filled = {name: _fitted(name, said.get(name, ""), most) for name, most in _longest().items()}
    return " ".join(texts.load("sms.vi").say(f"sms.{key}", **filled).split())


class Cut(Record):
    """A blank that is too long: `most` septets of it are sent (`kept`), `lost` is not."""

    name: str
    most: int
    kept: str
    lost: str


def cuts(key: str, blanks: Mapping[str, str]) -> list[Cut]:
    """Return what this text cuts off from these blanks. Raises texts.TextMissing."""
    catalogue = texts.load("sms.vi")
    if f"sms.{key}" not in catalogue:
        raise texts.TextMissing(key)
    found = []
    for name in sorted(catalogue.blanks(f"sms.{key}") & blanks.keys()):
        whole, most = plain(blanks[name]), _longest()[name]
        kept = _fitted(name, blanks[name], most)
        if septets(whole) > most and name not in _NUMBERS:
            found.append(Cut(name, most, kept, whole[len(kept) :].strip()))
    return found


@cache
def _longest() -> dict[str, int]:
    """Return the greatest length of each blank, in septets."""
    catalogue = texts.load("sms.vi")
    names = [key.removeprefix("blanks.") for key in catalogue if key.startswith("blanks.")]
    return {name: int(catalogue.say(f"blanks.{name}")) for name in names}


def _fitted(name: str, value: str, most: int) -> str:
    text = plain(value)
    if name in _NUMBERS and septets(text) > most:
        # A telephone number that is cut short rings at a stranger's: its spaces are removed first.
        text = "".join(letter for letter in text if letter not in " .-()")
    return _cut(text, most)


def _cut(text: str, most: int) -> str:
    """Return as much of the text as fits into `most` septets, in whole words if that keeps half."""
    room, head = most, ""
    for letter in text:
        room -= septets(letter)
        if room < 0:
            whole, blank, _ = head.rpartition(" ")
            is_word_cut = not text[len(head)].isspace() and blank
            return (whole if is_word_cut and len(whole) >= most // 2 else head).rstrip()
        head += letter
    return head


def _address(public_url: str) -> str:
    """Return the address of the privacy notice if it opens at home and is short enough to type, or
    else who explains it."""
    if opens_here_alone(public_url):
        return texts.load("sms.vi").say("filled.url")
    bare = public_url.removeprefix("https://").removeprefix("http://").rstrip("/")
    for address in (f"{public_url.rstrip('/')}/rt", f"{bare}/rt"):
        if septets(address) <= _longest()["url"]:
            return address
    return texts.load("sms.vi").say("filled.url")


def _count(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count
