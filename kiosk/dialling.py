"""The office's telephone numbers in a sentence, as links that dial or begin an SMS.

A kiosk neither dials nor leads away, so there a sentence stays as it is.
"""

from functools import lru_cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from kiosk.speaking import unbroken
from shared.domain import phone
from shared.runtime.base_app import settings

# The fewest and most digits that somebody can dial: 113, a foreign number.
_DIALLED = range(3, 16)


@pass_context
def dial(context: Context, text: Any, sms: str = "") -> Markup:
    """Return a sentence as HTML, its numbers as links (`linked`) unless a kiosk shows it."""
    return escape(text) if context.get("kiosk") else linked(text, sms)


def linked(text: Any, sms: str = "") -> Markup:
    """Return words as HTML in which the office's telephone number dials, and its SIM's number
    begins an SMS with the words `sms`, written as in an address ("TT%20…")."""
    office = settings().office
    said = _linked(escape(text), office.phone, f"tel:{_dialled(office.phone)}")
    sim = phone.mobile(office.sms_number) or office.sms_number
    if sim and sms:
        # Both kinds of telephones begin the words behind these two signs.
        said = _linked(said, phone.shown(sim), f"sms:{_dialled(sim)}?&body={sms}")
    return said


def _linked(said: Markup, shown: str, address: str) -> Markup:
    """Return the sentence with a number as a link, if it can be dialled."""
    number = escape(unbroken(shown))
    if not number or address.endswith(":") or number not in said:
        return said
    return said.replace(number, Markup('<a href="%s">%s</a>') % (address, number))


@lru_cache(16)
def _dialled(number: str) -> str:
    """Return what is dialled for a number, "" if it is none."""
    read = phone.read_sender(number)
    if read.kind in ("mobile", "landline", "foreign"):
        return read.number
    return read.number if read.kind == "short" and len(read.number) in _DIALLED else ""
