"""What did they type? An SMS as it came → the word it begins with, the code, the rest.

Any case, with or without accents, composed or not, with brackets, quotes, a missing space, an
advertisement copied whole ("Soạn TT … gửi 8188"), or the keys of a Telex or VNI keyboard that
was not switched on ("tra cuwus", "huy3"). The words are only read: what is kept is what came.
Nothing here opens the store.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import product

from shared.domain import codes
from shared.domain.vietnamese import BETWEEN_DIGITS, fold, visible

# The least number of letters that make a text without a word an idea.
IDEA_LETTERS = 15


@dataclass(frozen=True)
class Said:
    """`word` is one of the words below, KHAN for a cry for help, or "" for a text without one.
    `code` is what stands where a code belongs, tidied: 12 digits, or "" for none. `rest` is the
    text that goes with the word, as it was typed."""

    word: str
    code: str
    rest: str


# Each word and how people write it out. The first column is what commands.py knows.
_SHORT = {
    "sk": "SK", "gy": "SK", "tt": "TT", "tc": "TT", "kq": "TT", "bs": "BS", "dy": "DY", "rut": "RUT"
}  # fmt: skip
_LONG = {
    "góp ý": "SK",
    "sáng kiến": "SK",
    "hiến kế": "SK",
    "đề nghị": "SK+",
    "kiến nghị": "SK+",
    "đề xuất": "SK+",
    "tra cứu": "TT",
    "kết quả": "TT",
    "xem kết quả": "TT",
    "bổ sung": "BS",
    "rút": "RUT",
    "rút lại": "RUT",
    "đồng ý": "DY",
}
# Only when they are the whole message: "Huỷ bỏ con đường này đi" is an idea.
_WHOLE = {
    "từ chối": "TUCHOI",
    "hủy": "TUCHOI",
    "huỷ": "TUCHOI",
    "hủy bỏ": "TUCHOI",
    "stop": "TUCHOI",
    "nhận": "NHAN",
    "nhận tin": "NHAN",
    "gọi": "GOI",
    "gọi lại": "GOI",
    "hd": "HD",
    "help": "HD",
    "giúp": "HD",
    "giúp đỡ": "HD",
    "trợ giúp": "HD",
    "hướng dẫn": "HD",
}
# The same said at length. Nobody types these in keys of a keyboard that was not switched on.
_WHOLE_PHRASES = {
    **dict.fromkeys(
        ("hủy đăng ký", "hủy nhận tin", "hủy nhắn tin", "từ chối nhận tin", "từ chối nhắn tin",
         "ngừng nhắn tin", "ngưng nhắn tin", "ngừng nhận tin", "ngưng nhận tin", "dừng nhắn tin",
         "không nhận tin", "không nhận tin nữa", "đừng nhắn tin nữa", "thôi nhắn tin",
         "stopall", "unsubscribe"),
        "TUCHOI",
    ),
    **dict.fromkeys(("nhận lại tin", "nhận tin lại", "nhắn tin lại"), "NHAN"),
    **dict.fromkeys(
        ("xin gọi", "xin gọi lại", "gọi cho tôi", "gọi lại cho tôi", "gọi tôi", "nhờ gọi lại",
         "gọi điện lại", "gọi điện cho tôi"),
        "GOI",
    ),
    **dict.fromkeys(("giúp tôi", "giúp tôi với", "help me", "xin hướng dẫn", "menu"), "HD"),
}  # fmt: skip
# What people cry for at once, in front of a short message that is no idea …
_CRIES = (
    *("cháy nhà", "nhà cháy", "cháy rồi", "cháy chợ", "cháy lớn", "đang cháy", "chữa cháy"),
    *("cứu với", "cứu tôi", "cứu tui", "cứu mạng", "có cướp", "ăn cướp", "có trộm", "giết người"),
    *("chết người", "đuối nước"),
)
# … wherever it stands in a short message …
_PLEAS = ("cứu tôi với", "cứu tui với", "cứu em với", "nhà tôi bị cháy", "nhà tôi cháy")
_LAST_PLEA = re.compile(r"(?<!nghien )(?<!tra )\bcuu voi(?=\W*$)")
# … and what they also just speak of: only almost alone, or with haste.
_CRIED_NOUNS = ("cấp cứu", "cướp", "trộm", "đánh nhau", "tai nạn", "cháy")
_CRY_WORDS, _NOUN_WORDS = 12, 4
_HASTE = re.compile(r"\b(gap|voi|oi|roi|ngay|lien)\b")
_PROPOSES = re.compile(r"\b(nen|de nghi|kien nghi|de xuat|can|hay|mong|gop y|cham|lau|thieu)\b")
# "ok", "dạ cảm ơn cán bộ": polite, and neither an idea nor an answer.
_COURTESIES = frozenset(
    """a ah alo anh ba ban bo cac cam can cau chao chi chu co cu da day di duoc em hello hi la nha
    nhan nhe nhieu oi ok oke okay on ong roi thank thanks toi tot u uh va vang xin xong yes
    you""".split()  # noqa: SIM905
)
_CALLED = frozenset({"ma", "so", "xac", "nhan"})
_PART = re.compile(r"[(\[]?\s*([1-9])\s*/\s*([2-9])\s*[)\]]?[\s.:\-–]+(?=\S)")
_PART_BEHIND = re.compile(r"[(\[]\s*([1-9])\s*/\s*([2-9])\s*[)\]]\W*$")
_PIECE = re.compile(r"[(\[]?\s*(?:p\s?([1-9])\b|(?:phan|tin)\s*([1-9])\s*(?=[)\]:.\-–]))")
_GOES_ON = re.compile(r"[(\[]?\s*(?:con )?tiep(?: theo)?\s*[)\]:.]")
_TO_BE_CONTINUED = re.compile(r"[(\[]\s*con (?:tiep|nua)\s*[)\]]\W*$")
_LABELLED = re.compile(
    r"\W*(?:(?:qc|ad)\s*[\])]|[^\n]*\b(?:otp|ma xac (?:thuc|nhan|minh))\b\D{0,25}\d{4,8}\b)"
)
_TO_CUSTOMERS = re.compile(
    r"\W*(?:(?:kinh chao |thong bao )?quy khach"
    r"|(?:(?:tk|tai khoan|thue bao|goi cuoc) (?:\S+ )?)?cua quy khach)\b"
    r"(?![\s\S]*\b(?:nen|de nghi|kien nghi|gop y)\b)"
)
# What a telephone or an operator writes below a message.
_TAIL = re.compile(r"\n\s*(?:--|[(\[]?(?:qc|ad)\b[)\]:]|sent from|(?:duoc )?gui tu)[\s\S]*$")

_NEEDS_CODE = frozenset({"TT", "BS", "RUT", "DY"})
# What is asked back with four digits.
_ASKED_BACK = frozenset({"RUT", "DY"})

_EDGE = " \t\n\r\"'“”‘’«»`´()[]{}<>*_-–—.,:;!|/\\+=~"
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "(": ")", "[": "]", "{": "}", "<": ">"}
_DIGIT = "[0-9oOqQiIlL]"
_CODE = re.compile(rf"{_DIGIT}(?:[{BETWEEN_DIGITS}_·•]*{_DIGIT}){{11}}(?![0-9])")
_FOUR = re.compile(
    rf"[\W_]*(?:(?:ma|so)(?: so)?(?: xac nhan)?(?: la)?[\s:.#\-]*)?"
    rf"([0-9](?:[{BETWEEN_DIGITS}]*{_DIGIT}){{3}})(?![a-z])(?![{BETWEEN_DIGITS}]*[0-9])"
)
_COPIED = re.compile(r"(?:soan|nhan)(?: tin)?[\s:]+(?=\S)")
_COPIED_TAIL = re.compile(r"[\s,.]*\bgui(?: toi| den| ve)?(?: so)?[\s:]+\+?[\d .]{3,16}\W*$")
# "TT mã số: …", "xem kết quả hồ sơ …": what stands between a word and its code.
_BEFORE_CODE = re.compile(
    r"(?:(?:cua|cho|ma|so|ho so|sang kien|phieu)(?![a-z])[\s:.#\-]*)*[\s:.#\-\"'<(\[]*(?=[0-9oqil])"
)
_ALONE = re.compile(r"(?:ma(?: so)?|so)?[\s:.#]*(?=[0-9])")


def read(text: str) -> Said:
    """Return what a text says. Anything may come; nothing raises."""
    typed = _unwrapped(_visible(text))
    if not typed:
        return Said("HD" if "?" in text else "", "", "")
    for candidate in _without_instructions(typed):
        said = (
            _cry(candidate)
            or _whole(candidate)
            or _with_word(candidate)
            or _code_alone(candidate)
            or _code_within(candidate)
        )
        if said:
            return said
    return Said("", "", typed)


def code_in(text: str) -> str | None:
    """Return the first real code that stands anywhere in a text, or None."""
    tidied = (codes.tidy(found[0]) for found in _CODE.finditer(_folded(_visible(text))))
    return next((code for code in tidied if codes.is_code(code)), None)


def digits(text: str) -> str:
    """Return the four digits that stand at the beginning of a text ("4821", "mã 48 21"), those that
    confirm a request; "" for none or a longer number."""
    found = _FOUR.match(_folded(_visible(text)))
    return codes.tidy(found[1]) if found else ""


def are_digits(text: str) -> bool:
    """Say whether a text is four such digits and nothing else but what they are called and
    thanks."""
    spoken = re.findall(r"[a-z]+", _folded(text))
    return bool(digits(text)) and (_COURTESIES | _CALLED).issuperset(spoken)


def letters(text: str) -> int:
    """Return how many letters a text has; digits and signs are none."""
    return sum(letter.isalpha() for letter in text)


@dataclass(frozen=True)
class Part:
    """A piece of a message cut by hand: `number` of `total`. `total` 0 is not said; `number` 0
    only says that it goes on."""

    number: int
    total: int


def part(text: str) -> Part | None:
    """Return which piece of a longer message a text says it is, or None."""
    folded = _folded(text.strip())
    if counted := _PART.match(folded) or _PART_BEHIND.search(folded):
        number, total = int(counted[1]), int(counted[2])
        return Part(number, total) if number <= total else None
    if piece := _PIECE.match(folded):
        return Part(int(piece[1] or piece[2]), 0)
    if _GOES_ON.match(folded):
        return Part(0, 0)
    return Part(1, 0) if _TO_BE_CONTINUED.search(folded) else None


def is_of_a_machine(text: str) -> bool:
    """Say whether a text is labelled as advertising ([QC], Decree 91/2020), carries a one-time
    password, or begins as banks and operators address their customers."""
    folded = _folded(text.strip())
    return bool(_LABELLED.match(folded) or _TO_CUSTOMERS.match(folded))


def is_placeholder(text: str) -> bool:
    """Say whether nothing was put in the place of "<nội dung>" on a leaflet."""
    return _folded(text).strip(_EDGE) in ("noi dung", "ma so noi dung")


def says_something(text: str) -> bool:
    """Say whether a text is more than thanks, a number or a smile."""
    spoken = re.findall(r"[a-z]+", _folded(text))
    return letters(text) > 1 and not _COURTESIES.issuperset(spoken)


def _visible(text: str) -> str:
    """Return NFC text without letters nobody sees and with every blank an ordinary one."""
    seen = visible(unicodedata.normalize("NFC", text))
    return "".join(" " if letter.isspace() and letter != "\n" else letter for letter in seen)


def _unwrapped(text: str) -> str:
    """Return a text without the signs in front of it, nor those that close what they opened."""
    bare = text.lstrip(_EDGE)
    opened = text[: len(text) - len(bare)]
    bare = bare.rstrip()
    for sign in opened:
        if sign in _PAIRS and bare.endswith(_PAIRS[sign]):
            bare = bare[:-1].rstrip()
    return bare


def _folded(typed: str) -> str:
    """Return `typed` folded letter by letter, so that both have the same places."""
    if typed.isascii():
        return typed.casefold()
    return "".join((fold(letter) or "\0")[0] for letter in typed)


def _without_instructions(typed: str) -> list[str]:
    """Return the text as copied from a leaflet without what surrounds the command, if it is
    one, then the text itself."""
    folded = _folded(typed)
    start = _COPIED.match(folded)
    if not start:
        return [typed]
    end = _COPIED_TAIL.search(folded)
    inner = typed[start.end() : end.start() if end and end.start() > start.end() else None]
    return [_unwrapped(inner), typed]


def _cry(typed: str) -> Said | None:
    folded = _folded(typed)
    count = len(folded.split())
    if count > _CRY_WORDS or _PROPOSES.search(folded):
        return None
    cried = (
        _cries(_CRIES).match(folded) or _cries(_PLEAS).search(folded) or _LAST_PLEA.search(folded)
    )
    if not cried and (count <= _NOUN_WORDS or _HASTE.search(folded)):
        cried = _cries(_CRIED_NOUNS).match(folded)
    if not cried:
        return None
    heard = " ".join(typed[cried.start() : cried.end()].casefold().split())
    # With accents it must be the very word: "chạy nhà" is no "cháy nhà".
    is_meant = heard.isascii() or heard in (*_CRIES, *_PLEAS, *_CRIED_NOUNS)
    return Said("KHAN", "", typed) if is_meant else None


def _whole(typed: str) -> Said | None:
    folded = _TAIL.sub("", _folded(typed))
    bare = re.sub(r"[^a-z0-9?]+", "", _COPIED_TAIL.sub("", folded))
    if re.fullmatch(r"\?+", bare):
        return Said("HD", "", "")
    number = re.fullmatch(r"(goi(?:lai)?)(\d{9,11}|(?:840|0084)\d{9})", bare)
    word = _whole_words().get(number[1] if number else bare)
    return Said(word, "", "") if word else None


def _with_word(typed: str) -> Said | None:
    folded = _folded(typed)
    found = [
        (word, _unwrapped(typed[match.end() :]))
        for pattern, word in _patterns()
        if (match := pattern.match(folded))
    ]
    for word, rest in found:
        code = _code_of(rest) if word in _NEEDS_CODE else None
        if code:
            return Said(word, codes.tidy(code[0]), _unwrapped(rest[code.end() :]))
    # "rut1234": the 1 is the first of four digits, not the tone of VNI.
    for word, rest in found:
        if word in _ASKED_BACK and digits(rest):
            return Said(word, "", rest)
    for word, rest in found:
        if word == "SK+":
            return Said("SK", "", typed)
        if word == "SK":
            return Said("SK", "", rest)
        # A word that wants a code and has none: "Rút ngắn thời gian chờ" is an idea.
        if rest[:1].isdigit() or letters(typed) < IDEA_LETTERS:
            return Said(word, "", rest)
    return None


def _code_alone(typed: str) -> Said | None:
    folded = _folded(typed)
    start = _ALONE.match(folded)
    code = _CODE.match(folded, start.end()) if start else None
    if not code:
        return None
    tidied, rest = codes.tidy(code[0]), _unwrapped(typed[code.end() :])
    if letters(rest) < IDEA_LETTERS:
        return Said("TT", tidied, rest)
    return Said("BS", tidied, rest) if codes.is_code(tidied) else None


def _code_of(rest: str) -> re.Match[str] | None:
    """Return what stands where a word's code belongs, found in places of `rest`."""
    folded = _folded(rest)
    between = _BEFORE_CODE.match(folded)
    return _CODE.match(folded, between.end()) if between else None


def _code_within(typed: str) -> Said | None:
    """Read "dạ cho hỏi TT 4821…": a real code with few words around it asks for that code."""
    folded = _folded(typed)
    code = _CODE.search(folded)
    if not code or not codes.is_code(codes.tidy(code[0])):
        return None
    if letters(typed[: code.start()] + typed[code.end() :]) >= IDEA_LETTERS:
        return None
    for start in re.finditer(r"\b[a-z]", folded[: code.start()]):
        said = _with_word(typed[start.start() :])
        if said and said.code:
            return said
    return Said("TT", codes.tidy(code[0]), "")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each word's pattern on folded text, the longest spelling first."""
    spelled = {**_SHORT}
    for phrase, word in _LONG.items():
        spelled.update(dict.fromkeys(_spellings(phrase), word))
    found = []
    for spelling in sorted(spelled, key=len, reverse=True):
        word = spelled[spelling]
        # No Vietnamese word begins with sk or gy, so they need no blank behind them.
        end = r"" if spelling in ("sk", "gy") else r"(?![a-z])"
        letters_apart = r"[\s.]?".join(spelling) if len(spelling) == 2 else re.escape(spelling)
        found.append((re.compile(letters_apart.replace(r"\ ", r"[\s.]*") + end), word))
    return tuple(found)


@cache
def _cries(phrases: tuple[str, ...]) -> re.Pattern[str]:
    spelled = {one for phrase in phrases for one in _spellings(phrase)}
    either = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
    return re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9])".replace(r"\ ", r"\s*"))


@cache
def _whole_words() -> dict[str, str]:
    at_length = {fold(phrase).replace(" ", ""): word for phrase, word in _WHOLE_PHRASES.items()}
    return at_length | {
        spelling.replace(" ", ""): word
        for phrase, word in _WHOLE.items()
        for spelling in _spellings(phrase)
    }


_TONES = {"\u0301": ("s", "1"), "\u0300": ("f", "2"), "\u0309": ("r", "3"), "\u0303": ("x", "4"),
          "\u0323": ("j", "5")}  # fmt: skip
# â ê ô, ơ ư, ă: the mark, and its key in Telex (None: the letter doubled) and VNI.
_MARKS = {"\u0302": (None, "6"), "\u031b": ("w", "7"), "\u0306": ("w", "8")}


def _spellings(phrase: str) -> set[str]:
    """Return a phrase without accents and as Telex or VNI keys leave it, in any usual order."""
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
