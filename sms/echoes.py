"""Is this our own text that comes back? A telephone's "Liked “…”", or a copy of what we sent.

Words are compared folded, three in a row, with what an SMS of ours may say and with what this
number was sent. What is a citizen's own beside it makes it theirs. Nothing here opens the store.
"""

import re
from collections.abc import Iterable
from functools import cache

from shared import texts
from shared.domain.vietnamese import fold

# This many of our words make a copy; a command copied from one of our texts has fewer …
_FEWEST = 8
# … and this many letters beside them are somebody's own words.
_OWN_LETTERS = 15
_ROW = 3

# A reaction as telephones spell it out for those that know none (iOS 10 to 18, Google Messages).
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
# What a telephone writes below everything its owner sends.
SIGNED = r"(?:(?:da |duoc )*gui tu|sent from) [\w ]{1,30}"
_MESSAGE = r"(?:(?:mot |a |the |your )?(?:tin nhan|message|sms)(?: cua (?:ban|minh))?:? ?)?"
_REACTION = re.compile(
    rf"{_LEFT} ?(?:{_MESSAGE}(?:[“«„](?:.*[”»“]|[^”»]*)|\".*\"|‘.*’)|{_THING})\W*(?:{SIGNED}\W*)?"
)
# A copy may bear whence it was sent on, and by whom.
_SENT_ON = re.compile(
    r"\W*(?:(?:da |duoc |tin nhan )*(?:chuyen tiep|forwarded)(?: message| tin nhan)?"
    r"(?: (?:tu|from) [\w ]{1,30})?|fwd?|tr)\W*[:\]\n-]"
)
_SIGNED_BELOW = re.compile(rf"\n\W{{0,4}}{SIGNED}\W{{0,4}}$")


def is_reaction(text: str) -> bool:
    """Say whether a text is a telephone's word that its owner liked, loved or doubted a message."""
    return bool(_REACTION.fullmatch(" ".join(fold(text).split())))


def is_copy(text: str, office: str, sent: Iterable[str]) -> bool:
    """Say whether a text is a copy of ours and nothing beside. `office` is the office's name as an
    SMS carries it, `sent` what this number got from us."""
    plain = _SIGNED_BELOW.sub("", _SENT_ON.sub("", fold(text), count=1))
    words = _words(plain)
    if len(words) < _FEWEST:
        return False
    ours = set(_of_our_texts(office))
    for one in sent:
        ours.update(_rows(_words(one)))
    theirs = [True] * len(words)
    for place in range(len(words) - _ROW + 1):
        if tuple(words[place : place + _ROW]) in ours:
            theirs[place : place + _ROW] = [False] * _ROW
    beside = sum(len(word) for word, own in zip(words, theirs, strict=True) if own and word != "0")
    return theirs.count(False) >= _FEWEST and beside < _OWN_LETTERS


@cache
def _of_our_texts(office: str) -> frozenset[tuple[str, ...]]:
    """Return every three words in a row that stand in a text of the catalogue; a number is a
    number, and what a blank may hold is not known."""
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
    found: list[str] = []
    for word in re.findall(r"[^\W_]+", fold(text)):
        plain = "0" if word[0].isdigit() else word
        if plain != "0" or found[-1:] != ["0"]:
            found.append(plain)
    return found


def _rows(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[place : place + _ROW]) for place in range(len(words) - _ROW + 1)}
