"""Telephone numbers as a Vietnamese gateway meets them.

A mobile number is kept as +84 and nine digits, after the renumbering of 2018. The pattern is
our own: published number metadata follows allocated blocks and refuses valid new ones.
"""

import re
from typing import Literal

from shared.domain.record import Record
from shared.domain.vietnamese import BETWEEN_DIGITS, visible

Kind = Literal["mobile", "landline", "foreign", "short", "name"]

# The eleven-digit prefixes of before 2018 and what each became (operators' notices of 15/9/2018).
_PREFIX_2018 = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36",
    "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
_SEPARATORS = re.compile(rf"[{BETWEEN_DIGITS}()\[\]/,_·•]+")
_LONG_RUN = re.compile(rf"\+?\d(?:[{BETWEEN_DIGITS}()/]{{0,3}}\d){{6,}}")
# A number as it stands in the link of a page it was copied from.
_LINK = re.compile(r"^tel:", re.IGNORECASE)
_MOBILE = re.compile(r"\+84[35789]\d{8}")
_LANDLINE = re.compile(r"\+842\d{8,9}")


class Sender(Record):
    """Who an SMS says it is from: `number` is E.164 when `kind` is mobile, landline or foreign,
    else the sender as it came."""

    number: str
    kind: Kind


def read_sender(raw: str) -> Sender:
    """Return the sender that `raw` names, whatever separates its digits and whatever invisible
    letters a telephone put around them. Accepts any text and never raises."""
    raw = visible(raw).strip()
    text = _SEPARATORS.sub("", _LINK.sub("", raw, count=1))
    if not text.isascii() or not re.fullmatch(r"\+?\d+", text):
        return Sender(raw, "name")
    digits = text.lstrip("+")
    if text.startswith("00"):
        text, digits = "+" + digits[2:], digits[2:]
    if len(digits) <= 8:
        return Sender(digits, "short")
    if text.startswith("+") and not digits.startswith("84"):
        return Sender("+" + digits, "foreign")
    return _vietnamese(digits)


def mobile(raw: str) -> str | None:
    """Return `raw` as a Vietnamese mobile number in E.164 (+84…), or None if it is none."""
    sender = read_sender(raw)
    return sender.number if sender.kind == "mobile" else None


def shown(number: str) -> str:
    """Return a number as people write it: 0912 345 678."""
    local = "0" + number[3:] if number.startswith("+84") else number
    return f"{local[:4]} {local[4:7]} {local[7:]}" if len(local) == 10 else local


def masked(number: str) -> str:
    """Return a number masked so that it tells two apart and cannot be dialled: 0•• ••• •78."""
    return f"0•• ••• •{number[-2:]}" if len(number) > 4 else "•••"


def without_numbers(text: str) -> str:
    """Return a text in which every run of digits as long as a telephone number is masked."""
    return _LONG_RUN.sub("•••", text)


def _vietnamese(digits: str) -> Sender:
    """Read digits that have 84, 0 or nothing in front of the national number."""
    national = digits
    if national.startswith("84") and len(national) > 9:
        national = national[2:]
    national = national.removeprefix("0")
    if len(national) == 10 and national[:3] in _PREFIX_2018:
        national = _PREFIX_2018[national[:3]] + national[3:]
    number = "+84" + national
    if _MOBILE.fullmatch(number):
        return Sender(number, "mobile")
    if _LANDLINE.fullmatch(number):
        return Sender(number, "landline")
    return Sender(digits, "foreign" if len(digits) > 9 else "short")
