"""Reads an SMS as it came: the word it begins with, the code, and the rest.

Any case, with or without accents, composed or not, with brackets, quotes, a missing space, a copied
advertisement ("Soạn TT … gửi 8188"), or the keys of a Telex or VNI keyboard that was switched off
("tra cuwus", "huy3"). What is said without one of the words is read by meanings.py. The text is
only read: the store keeps what came. Nothing here opens the store.
"""

import re
import unicodedata

from shared.domain import codes, everyday
from shared.domain.record import Record
from shared.domain.vietnamese import BETWEEN_DIGITS, visible
from sms import meanings
from sms.cries import is_cry
from sms.spellings import fold_in_place
from sms.word_lists import patterns, whole_words

# A text without a word is an idea from this many letters on.
IDEA_LETTERS = 15


class ParsedSms(Record):
    """`word` is one of the words below, KHAN for a cry for help, one of meanings.py's, or "" for an
    idea.
    `code` is what stands in a code's place, tidied: 12 digits, or "" for none. `rest` is the text
    that belongs to the word, as it was typed."""

    word: str
    code: str
    rest: str


# "ok", "dạ cảm ơn cán bộ": polite, and neither an idea nor an answer.
_COURTESIES = frozenset(
    """a ah alo anh ba ban bo cac cam can cau chao chi chu co cu da day di duoc em hello hi la nha
    nhan nhe nhieu oi ok oke okay on ong roi thank thanks toi tot u uh va vang xin xong yes
    you""".split()  # noqa: SIM905
)
_BESIDE_DIGITS = _COURTESIES | {"ma", "so", "xac", "nhan"}
_SPOKEN = re.compile(r"[a-z]+")
_LABELLED = re.compile(
    r"\W*(?:(?:qc|ad)\s*[\])]|(?:tb|km|thong bao)\s*[\])]\s*(?:kinh chao )?quy khach\b"
    r"|[^\n]*\b(?:otp|ma xac (?:thuc|nhan|minh))\b\D{0,25}\d{4,8}\b)"
)
_TO_CUSTOMERS = re.compile(
    r"\W*(?:(?:kinh chao |thong bao )?quy khach"
    r"|(?:(?:tk|tai khoan|thue bao|goi cuoc) (?:\S+ )?)?cua quy khach)\b"
    r"(?![\s\S]*\b(?:nen|de nghi|kien nghi|gop y)\b)"
)
# Lines that a telephone or an operator adds below a message.
_TAIL = re.compile(r"\n\s*(?:--|[(\[]?(?:qc|ad)\b[)\]:]|sent from|(?:duoc )?gui tu)[\s\S]*$")

_NEEDS_CODE = frozenset({"TT", "BS", "RUT", "DY", "GIU"})
# The words that must be confirmed with four digits.
_ASKED_BACK = frozenset({"RUT", "DY"})

# What a text means even if it begins with SK. A question of procedure with SK is an idea.
_PLAIN_WITH_SK = frozenset({"TT", "RUT", "GIU", "BS", "TUCHOI", "CAMON", "GOI", "HD"})
# "BS Hùng ở trạm y tế" is a physician.
_PHYSICIAN = re.compile(r"\b(?:kham|tram|benh|thuoc|vien|y te|bac si|phong kham)\b")

_EDGE = " \t\n\r\"'“”‘’«»`´()[]{}<>*_-–—.,:;!|/\\+=~"
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "(": ")", "[": "]", "{": "}", "<": ">"}
_BLANK = re.compile(r"[^\S\n ]")
_DIGIT = "[0-9oOqQiIlL]"
_CODE = codes.TYPED
_FOUR = re.compile(
    rf"[\W_]*(?:(?:ma|so)(?: so)?(?: xac nhan)?(?: la)?[\s:.#\-]*)?"
    rf"([0-9](?:[{BETWEEN_DIGITS}]*{_DIGIT}){{3}})(?![a-z])(?![{BETWEEN_DIGITS}]*[0-9])"
)
_COPIED = re.compile(r"(?:soan|nhan)(?: tin)?[\s:]+(?=\S)")
_COPIED_TAIL = re.compile(r"[\s,.]*\bgui(?: toi| den| ve)?(?: so)?[\s:]+\+?[\d .]{3,16}\W*$")
# "TT mã số: …", "xem kết quả hồ sơ …": what may stand between a word and its code.
_BEFORE_CODE = re.compile(
    r"(?:(?:cua|cho|ma|so|ho so|sang kien|phieu)(?![a-z])[\s:.#\-]*)*[\s:.#\-\"'<(\[]*(?=[0-9oqil])"
)
# "Hủy hồ sơ 4821…": with a code it is no word about the texts we send.
_TAKES_BACK = re.compile(r"[\W_]*(?:(?:cho|xin|toi|tui|em|muon) )*(?:huy|xoa)(?![a-z])")
_SIGNS = re.compile(r"[^a-z0-9?]+")
_CALL_ME_AT = re.compile(r"(goi(?:lai)?)(\d{9,11}|(?:840|0084)\d{9})")
_ALONE = re.compile(r"(?:ma(?: so)?|so)?[\s:.#]*(?=[0-9])")


def read(text: str) -> ParsedSms:
    """Return what a text says. Accepts any text and never raises."""
    typed = _unwrapped(_visible(text))
    if not typed:
        return ParsedSms("HD" if "?" in text else "", "", "")
    for candidate in _without_instructions(typed):
        if is_cry(candidate):
            return ParsedSms("KHAN", "", candidate)
        said = _whole(candidate) or _with_word(candidate)
        # An idea that begins with its word may still be only a question: "Góp ý của tôi xem chưa".
        if candidate == typed and (said is None or said.word == "SK"):
            said = _meant(candidate, said) or said
        said = said or _code_alone(candidate) or _code_within(candidate)
        if said:
            return said
    return ParsedSms("", "", typed)


def code_in(text: str) -> str | None:
    """Return the first valid code anywhere in a text, or None."""
    tidied = (codes.tidy(found[0]) for found in _CODE.finditer(fold_in_place(_visible(text))))
    return next((code for code in tidied if codes.is_code(code)), None)


def digits(text: str) -> str:
    """Return the four digits at the beginning of a text ("4821", "mã 48 21") that confirm a
    request; "" if there are none or the number is longer."""
    found = _FOUR.match(fold_in_place(_visible(text)))
    return codes.tidy(found[1]) if found else ""


def are_digits(text: str) -> bool:
    """Say whether a text is only such four digits, with perhaps their name and thanks."""
    return bool(digits(text)) and _BESIDE_DIGITS.issuperset(_SPOKEN.findall(fold_in_place(text)))


def letters(text: str) -> int:
    """Return the number of letters in a text, without digits and signs."""
    return sum(letter.isalpha() for letter in text)


def is_of_a_machine(text: str) -> bool:
    """Say whether a text is labelled as advertising ([QC], Decree 91/2020), carries a one-time
    password, or begins as banks and operators write to customers."""
    folded = fold_in_place(text.strip())
    return bool(_LABELLED.match(folded) or _TO_CUSTOMERS.match(folded))


def is_placeholder(text: str) -> bool:
    """Say whether nothing replaced the "<nội dung>" of a leaflet."""
    return fold_in_place(text).strip(_EDGE) in ("noi dung", "ma so noi dung")


def says_something(text: str) -> bool:
    """Say whether a text is more than thanks, a number or a smiley."""
    spoken = _SPOKEN.findall(fold_in_place(text))
    return letters(text) > 1 and not _COURTESIES.issuperset(spoken)


def _visible(text: str) -> str:
    """Return NFC text without invisible letters and with only ordinary blanks."""
    seen = visible(unicodedata.normalize("NFC", text))
    return _BLANK.sub(" ", seen)


def _unwrapped(text: str) -> str:
    """Return a text without the signs in front of it and those that close them."""
    bare = text.lstrip(_EDGE)
    opened = text[: len(text) - len(bare)]
    bare = bare.rstrip()
    for sign in opened:
        if sign in _PAIRS and bare.endswith(_PAIRS[sign]):
            bare = bare[:-1].rstrip()
    return bare


def _without_instructions(typed: str) -> list[str]:
    """Return a copied leaflet's text without what surrounds the command, if it is one, and then the
    text itself."""
    folded = fold_in_place(typed)
    start = _COPIED.match(folded)
    if not start:
        return [typed]
    end = _COPIED_TAIL.search(folded)
    inner = typed[start.end() : end.start() if end and end.start() > start.end() else None]
    return [_unwrapped(inner), typed]


def _whole(typed: str) -> ParsedSms | None:
    folded = _TAIL.sub("", fold_in_place(typed))
    folded = _COPIED_TAIL.sub("", folded) if "gui" in folded else folded
    bare = _SIGNS.sub("", folded)
    if bare and not bare.strip("?"):
        return ParsedSms("HD", "", "")
    number = _CALL_ME_AT.fullmatch(bare)
    word = whole_words().get(number[1] if number else bare)
    return ParsedSms(word, "", "") if word else None


def _with_word(typed: str) -> ParsedSms | None:
    folded = fold_in_place(typed)
    found = [
        (word, _unwrapped(typed[match.end() :]))
        for pattern, word in patterns(folded)
        if (match := pattern.match(folded))
    ]
    for word, rest in found:
        code = _code_of(rest) or _code_beside(word, rest) if word in _NEEDS_CODE else None
        if code:
            return ParsedSms(word, codes.tidy(code[0]), _unwrapped(rest[code.end() :]))
    # "rut1234": the 1 is the first of four digits, not the tone of VNI.
    for word, rest in found:
        if word in _ASKED_BACK and digits(rest):
            return ParsedSms(word, "", rest)
    for word, rest in found:
        if word == "SK+":
            return ParsedSms("SK", "", typed)
        if word == "SK":
            return ParsedSms("SK", "", rest)
        # "Giữ trật tự" is short and an idea, "giữ lại nhé" is not.
        if word == "GIU" and not meanings.is_only_polite(everyday.plain(rest)):
            continue
        # A word that needs a code and has none: "Rút ngắn thời gian chờ" is an idea.
        if rest[:1].isdigit() or letters(typed) < IDEA_LETTERS or _is_bs(typed, rest):
            return ParsedSms(word, "", rest)
    return None


def _is_bs(typed: str, rest: str) -> bool:
    """Say whether "BS" stands in front of an addition, not of a physician's name."""
    begins = re.match(r"bs(?![a-z])", fold_in_place(typed))
    is_name = rest[:1].isupper() and not rest.isupper()
    return bool(begins) and not is_name and not _PHYSICIAN.search(fold_in_place(rest))


def _meant(typed: str, begun: ParsedSms | None) -> ParsedSms | None:
    """Read what is said without one of the words; None for an idea. `begun` begins with SK."""
    if begun is not None and not begun.rest:
        return None
    folded = fold_in_place(typed)
    code, tail = _CODE.search(folded), _TAIL.search(folded)
    typed = typed[: tail.start()] if tail else typed
    said = typed if code is None else f"{typed[: code.start()]} {typed[code.end() :]}"
    word = meanings.of(said, has_code=code is not None)
    if not word and begun is not None and begun.rest != typed:
        word = meanings.of(begun.rest, has_code=code is not None)
    if not word or (begun is not None and word not in _PLAIN_WITH_SK):
        return None
    if word == "BS":
        return _code_alone(typed) or ParsedSms(word, codes.tidy(code[0]) if code else "", typed)
    return ParsedSms(word, codes.tidy(code[0]) if code else "", "")


def _code_alone(typed: str) -> ParsedSms | None:
    folded = fold_in_place(typed)
    start = _ALONE.match(folded)
    code = _CODE.match(folded, start.end()) if start else None
    if not code:
        return None
    tidied, rest = codes.tidy(code[0]), _unwrapped(typed[code.end() :])
    if letters(rest) < IDEA_LETTERS:
        return ParsedSms("TT", tidied, rest)
    return ParsedSms("BS", tidied, rest) if codes.is_code(tidied) else None


def _code_of(rest: str) -> re.Match[str] | None:
    """Return what stands in the place of a word's code, found in places of `rest`."""
    folded = fold_in_place(rest)
    between = _BEFORE_CODE.match(folded)
    return _CODE.match(folded, between.end()) if between else None


def _code_beside(word: str, rest: str) -> re.Match[str] | None:
    """Return the valid code that a few more words stand in front of ("TT giúp tôi 4821…"). What
    stands there in an addition is what is added."""
    found = _CODE.search(fold_in_place(rest))
    if word == "BS" or not found or not codes.is_code(codes.tidy(found[0])):
        return None
    is_short = letters(rest[: found.start()] + rest[found.end() :]) < IDEA_LETTERS
    return found if is_short else None


def _code_within(typed: str) -> ParsedSms | None:
    """Read "dạ cho hỏi TT 4821…": a valid code with few words around it asks for its status."""
    folded = fold_in_place(typed)
    code = _CODE.search(folded)
    if not code or not codes.is_code(codes.tidy(code[0])):
        return None
    if letters(typed[: code.start()] + typed[code.end() :]) >= IDEA_LETTERS:
        return None
    if _TAKES_BACK.match(folded):
        return ParsedSms("RUT", codes.tidy(code[0]), "")
    for start in re.finditer(r"\b[a-z]", folded[: code.start()]):
        said = _with_word(typed[start.start() :])
        if said and said.code:
            return said
    return ParsedSms("TT", codes.tidy(code[0]), "")
