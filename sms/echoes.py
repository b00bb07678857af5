"""Recognises our own text that comes back: a telephone's "Liked “…”", or a copy of what we sent.

Folded words are compared, three in a row, with our SMS texts and with what this number was sent. If
the text also has a citizen's own words, it is theirs. Nothing here opens the store.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from shared import texts
from shared.domain.late_pattern import LatePattern
from shared.domain.vietnamese import fold

# So many of our words make a copy; a command copied from one of our texts has fewer …
_FEWEST = 8
# … and so many other letters are somebody's own words.
_OWN_LETTERS = 15
_ROW = 3
_ZEROS = ("0", "0")

# How telephones write a reaction for those that know none (iOS 10 to 18, Google Messages).
_THING = (
    r"(?:an? |mot |\d+ )?(?:image|photo|picture|movie|video|attachment|audio message|voice message|"
    r"message|sticker|link|location|hinh anh|anh|hinh|phim|tep dinh kem|tin nhan thoai|tin nhan|"
    r"doan am thanh|lien ket|nhan dan)s?"
)
_SIGN = r"[^\w\s“”\"«»]{1,12}"
_LEFT = (
    rf"(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|"
    rf"reacted(?: with)?(?: {_SIGN})? to|"
    rf"removed (?:an? |the )?(?:like|love|heart|dislike|laugh|exclamation(?: mark)?|question mark|"
    rf"{_SIGN})(?: reaction)? from|"
    r"da (?:yeu )?thich|da khong thich|da cuoi(?: vi| voi| truoc| to)?|da nhan manh|"
    r"da (?:dat (?:cau )?)?hoi(?: ve| cho| doi voi)?|da nghi van(?: ve)?|da thac mac(?: ve)?|"
    rf"da (?:phan ung|bay to cam xuc|tha (?:tim|cam xuc))(?: bang| voi)?(?: {_SIGN})?"
    rf"(?: voi| cho| den| ve| vao| truoc)?|da (?:tha|them) {_SIGN}(?: voi| cho| den| vao)?|"
    r"da (?:xoa|go|bo|huy)(?: bo)? (?:mot )?(?:luot |bieu tuong |cam xuc |dau )?"
    rf"(?:thich|yeu thich|khong thich|cuoi|nhan manh|hoi|cham than|trai tim|tim|{_SIGN})"
    r"(?: khoi| tu| cua| voi| cho)?|"
    rf"{_SIGN} (?:to|cho|den|voi|vao|toi|(?:was |is )?removed from|(?:da |bi |duoc )*xoa khoi))"
)
# Signatures that a telephone adds to everything its owner sends.
SIGNED = r"(?:(?:da |duoc )*gui tu|sent from) [\w ]{1,30}"
_MESSAGE = r"(?:(?:mot |a |the |your )?(?:tin nhan|message|sms)(?: cua (?:ban|minh))?:? ?)?"
_REACTION = LatePattern(
    rf"{_LEFT} ?(?:{_MESSAGE}(?:[“«„](?:.*[”»“]|[^”»]*)|\".*\"|‘.*’)|{_THING})\W*(?:{SIGNED}\W*)?"
)
# A forwarded copy may say where it came from.
_SENT_ON = re.compile(
    r"\W*(?:(?:da |duoc |tin nhan )*(?:chuyen tiep|forwarded)(?: message| tin nhan)?"
    r"(?: (?:tu|from) [\w ]{1,30})?|fwd?|tr)\W*[:\]\n-]"
)
_WORD = re.compile(r"[^\W_]+")
_SIGNED_BELOW = re.compile(rf"\n\W{{0,4}}{SIGNED}\W{{0,4}}$")


def is_reaction(text: str) -> bool:
    """Say whether a text only reports that its owner liked, loved or doubted a message."""
    return bool(_REACTION.fullmatch(" ".join(fold(text).split())))


def is_copy(text: str, office: str, sent: Iterable[str]) -> bool:
    """Say whether a text is a copy of ours and nothing else. `office` is the office's name as an
    SMS carries it, `sent` the texts that this number got from us."""
    plain = _SIGNED_BELOW.sub("", _SENT_ON.sub("", fold(text), count=1))
    words = _words(plain)
    if len(words) < _FEWEST:
        return False
    known = _of_our_texts(office)
    told = {row for one in sent for row in _rows(_words(one))}
    rows = list(_rows(words))
    if known.isdisjoint(rows) and told.isdisjoint(rows):  # nearly every text
        return False
    theirs = [True] * len(words)
    for place, row in enumerate(rows):
        if row in known or row in told:
            theirs[place : place + _ROW] = [False] * _ROW
    beside = sum(len(word) for word, own in zip(words, theirs, strict=True) if own and word != "0")
    return theirs.count(False) >= _FEWEST and beside < _OWN_LETTERS


@cache
def _of_our_texts(office: str) -> frozenset[tuple[str, ...]]:
    """Return all groups of three words in a row in the texts of the catalogue. A number is any
    number, and the content of a blank is not known."""
    catalogue, known = texts.load("sms.vi"), {"cq": office}
    known |= dict.fromkeys(("ma", "dausms", "gio", "ngay", "sdt", "n", "xacnhan"), "0")
    found: set[tuple[str, ...]] = set()
    for key in catalogue:
        if key.startswith("sms."):
            blanks = {name: known.get(name, "\n") for name in catalogue.blanks(key)}
            for part in catalogue.say(key, **blanks).splitlines():
                found.update(_rows(_words(part)))
    return frozenset(found)


def _words(text: str) -> list[str]:
    """Return folded words, every run of numbers as "0"."""
    found = ["0" if word[0].isdigit() else word for word in _WORD.findall(fold(text))]
    if found.count("0") < 2:
        return found
    behind = ["", *found]
    return [word for word, before in zip(found, behind, strict=False) if (word, before) != _ZEROS]


def _rows(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[place:] for place in range(_ROW)), strict=False)
