"""What may be worth a second look before an idea is sent. Hints, never refusals.

Pure rules over the words, typed with or without accents. Nothing here opens the store or speaks a
language. A false warning is worse than a missed one, so each rule needs more than one word. Only
the writer learns what was found; it is never logged.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from shared.domain import codes, record
from shared.domain.sms_idea import only_names_a_trouble
from shared.domain.vietnamese import DASHES, fold

# The parts an idea is written in, in reading order.
WRITTEN = ("title", "current_state", "solution", "expected_effect")
# A shorter explanation is only a heading.
HEADING_LETTERS = 20
# How similar two titles are (0–100, folded, words in any order) before they may be the same idea.
ALIKE = 88


class Hint(record.Record):
    """One hint: what it is about, the field it stands in, its sentence (a key of the texts)."""

    name: str
    field: str
    text: str
    blanks: Mapping[str, object] = record.field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key under which a writer's "leave it" is remembered."""
        return f"{self.name}-{self.field}"

    @property
    def is_weighty(self) -> bool:
        """True for what the writer may regret, or must know, before the idea is sent."""
        return self.name in ("sensitive", "complaint", "in_use")


class KnownIdea(record.Record, dict=True):
    """An idea that is here already. If `is_public`, it stands in the register for everybody to
    read; of other ideas no word may be shown."""

    title: str
    is_public: bool

    @cached_property
    def content(self) -> str:
        """The title's meaningful words, folded and sorted: what is compared."""
        return _content(self.title)


def hints_in(words: Mapping[str, str]) -> list[Hint]:
    """Return the hints for an idea as it is written so far, field → text."""
    return weighty_in(words) + _about_completeness(words)


def weighty_in(words: Mapping[str, str]) -> list[Hint]:
    """Return those of them that its writer may regret not to have seen."""
    # Each text is folded once: folding takes most of the time.
    texts = {field: (words[field], fold(words[field])) for field in WRITTEN if words.get(field)}
    hints = [
        Hint("sensitive", field, "err.sensitive")
        for field, (_, folded) in texts.items()
        if _holds_identity_number(folded) or _tells_of_illness(folded)
    ]
    complaining = next((field for field, both in texts.items() if _complains(*both)), None)
    if complaining:
        hints.append(Hint("complaint", complaining, "err.outofscope"))
    return hints


def hint_of_likeness(words: Mapping[str, str], known: Iterable[KnownIdea]) -> Hint | None:
    """Return the hint that a similar idea is here already; if it is public, the hint names it."""
    found = most_alike(words.get("title", ""), known)
    if found is None:
        return None
    if found.is_public:
        return Hint("in_use", "title", "err.duplicate_hint", {"tieude": found.title})
    return Hint("similar", "title", "hint.similar")


def most_alike(title: str, known: Iterable[KnownIdea]) -> KnownIdea | None:
    """Return the known idea with the most similar title, public ones first, or None."""
    every = list(known)
    wanted = _content(title) if every else ""
    if len(wanted.split()) < 3:  # two words are too few to compare
        return None
    from rapidfuzz import fuzz, process  # imported late: the start of the program does not need it

    for some in ([one for one in every if one.is_public], every):
        contents = [one.content for one in some]
        found = process.extractOne(wanted, contents, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if found is not None:
            return some[found[2]]
    return None


# --- numbers that name a person

# A citizen's number (Circular 07/2016/TT-BCA): province 001–096, century and sex 0–9, year, six.
_TWELVE = re.compile(rf"(?<![\d+])\d(?:[ .{DASHES}]?\d){{11}}(?![\d.,]?\d)")
_NINE = re.compile(rf"(?<![\d+])\d(?:[ .{DASHES}]?\d){{8}}(?![\d.,]?\d)")
_INSURED = re.compile(r"\b[a-z]{2} ?[1-5] ?\d{2} ?\d{10}\b")
_ID_BEFORE = re.compile(
    r"\b(can cuoc|cccd|cmnd|cmt|cmtnd|chung minh( thu| nhan dan)?|ma dinh danh|ho chieu)\b"
)
_NEAR = 40
_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 9


def holds_identity_number(text: str) -> bool:
    """Say whether a text seems to hold the number of somebody's identity card or health
    insurance. Telephone numbers, sums and our own codes do not count."""
    return _holds_identity_number(fold(text))


def _holds_identity_number(folded: str) -> bool:
    if len(_DIGIT.findall(folded)) < _FEWEST_DIGITS:
        return False
    if _INSURED.search(folded):
        return True
    for found in _TWELVE.finditer(folded):
        digits = re.sub(r"\D", "", found[0])
        if _is_called_id(folded, found.start()):
            return True
        if 1 <= int(digits[:3]) <= 96 and not codes.is_code(digits):
            return True
    return any(_is_called_id(folded, found.start()) for found in _NINE.finditer(folded))


def _is_called_id(folded: str, at: int) -> bool:
    return bool(_ID_BEFORE.search(folded[max(0, at - _NEAR) : at]))


# --- somebody's illness

_SOMEBODY = r"(toi|tui|minh|chung toi|con|em|chau|me|ma|ba|cha|bo|vo|chong|ong|anh|chi|di|chu|bac)"
_ILLNESSES = (
    "ung thu", "hiv", "aids", "lao phoi", "viem gan", "tieu duong", "dai thao duong", "tam than",
    "tram cam", "dong kinh", "suy than", "tai bien", "dot quy", "benh tim", "benh hiem ngheo",
    "giang mai", "xo gan", "roi loan",
)  # fmt: skip
_ILLNESS = f"({'|'.join(_ILLNESSES)})"
_NAMED = (*_ILLNESSES, "benh an", "xet nghiem", "don thuoc")
_ILL = re.compile(
    rf"\b{_SOMEBODY}( \w+){{0,4}} (bi|mac|nhiem|dang chua|dieu tri|duoc chan doan)( \w+){{0,2}}"
    rf" {_ILLNESS}\b"
    rf"|\b(benh an|ket qua xet nghiem|don thuoc)( \w+){{0,3}} cua {_SOMEBODY}\b"
)


def tells_of_illness(text: str) -> bool:
    """Say whether a text seems to tell of the illness of a certain person. Illnesses in general
    do not count."""
    return _tells_of_illness(fold(text))


def _tells_of_illness(folded: str) -> bool:
    if not any(map(folded.__contains__, _NAMED)):  # nearly every text, and the rule is slow
        return False
    return bool(_ILL.search(" ".join(re.findall(r"\w+", folded))))


# --- what belongs elsewhere

_COMPLAINT = re.compile(
    r"\b(khiếu nại|khiếu kiện|tố cáo|tố giác|khởi kiện|kiện ra tòa|kiện ra toà|tranh chấp|"
    r"lấn chiếm|lấn đất|lấn ranh)\b"
)
_COMPLAINT_BARE = re.compile(
    r"\b(khieu nai|khieu kien|to cao|to giac|khoi kien|kien ra toa|tranh chap|lan chiem|lan dat|"
    r"lan ranh)\b"
)
# A word of these within the four words before means: no complaint, or how complaints are handled.
_NOT_ONE = re.compile(
    r"\b(khong|chang|chua|giam|bot|tranh|do|han che|ngan ngua|phong ngua|giai quyet|tiep nhan|"
    r"thu tuc|quy trinh|ho so|don|don thu|cong tac|huong dan|cach|to|hoa giai|so vu)\b"
)
_BEFORE_WORDS = 4


def complains(text: str) -> bool:
    """Say whether a text seems to complain of or denounce somebody, or to be about a quarrel;
    other laws deal with these. "Không khiếu nại" and how complaints are handled do not count."""
    return _complains(text, fold(text))


def _complains(text: str, folded: str) -> bool:
    plain = text.casefold()
    pattern = _COMPLAINT_BARE if plain == folded else _COMPLAINT
    return any(
        not _NOT_ONE.search(" ".join(fold(plain[: found.start()]).split()[-_BEFORE_WORDS:]))
        for found in pattern.finditer(plain)
    )


# --- the two parts of the plan (II.3)


def _about_completeness(words: Mapping[str, str]) -> list[Hint]:
    state, solution = words.get("current_state", ""), words.get("solution", "")
    hints = []
    if not state:
        hints.append(Hint("first_part", "current_state", "hint.first_part"))
    if solution and only_names_a_trouble(solution):
        hints.append(Hint("second_part", "solution", "hint.second_part"))
    elif solution and len(solution) < HEADING_LETTERS:
        hints.append(Hint("second_short", "solution", "hint.second_short"))
    return hints


# Words that almost every title has.
_SMALL = re.compile(
    r"\b(cho|va|hoac|de|thi|la|cua|o|tai|trong|khi|voi|cac|nhung|mot|duoc|nen|ba con|nguoi dan)\b"
)


def _content(title: str) -> str:
    """Return the meaningful words of a title, folded and sorted."""
    return " ".join(sorted(re.findall(r"\w+", _SMALL.sub(" ", fold(title)))))
