"""How a council's sheets become a result: averages, gates, a verdict to propose, a quorum.

Pure values. A sheet is one member's judgement of one idea; who may see it when is the store's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from shared.domain.record import Record
from shared.domain.rubric import Rubric
from shared.domain.vietnamese import BETWEEN_DIGITS, fold

# How a member votes on an idea.
CHOICES = ("agree", "against", "blank")
# What a council concludes, and the chair then signs.
VERDICTS = ("recognise", "replicate", "trial", "refuse")
# The conclusions that a vote must support if the campaign asks for one.
IN_FAVOUR = frozenset({"recognise", "replicate", "trial"})
SEAT_STATES = ("present", "absent", "left")
REMARK_LETTERS = 500

# A telephone or identity number, however it is broken up.
_LONG_NUMBER = re.compile(rf"\+?\d(?:[{BETWEEN_DIGITS}]{{0,3}}\d){{8,}}")


class ScoreSheet(Record):
    """One member's judgement, in the order of the rubric; None is not judged yet."""

    gates: tuple[bool | None, ...]
    points: tuple[int | None, ...]
    remarks: tuple[str, ...]

    @property
    def is_filled(self) -> bool:
        """Say whether every gate and every criterion is judged."""
        return None not in self.gates and None not in self.points

    @property
    def total(self) -> int:
        """The sum of the points that are given so far."""
        return sum(given or 0 for given in self.points)


class ScoreResult(Record):
    """What all sheets of an idea say together. `averages` go by criterion, `total` is their sum;
    `passes` says of each gate whether more members said yes than no."""

    averages: tuple[float, ...]
    total: float
    passes: tuple[bool, ...]
    sheets: int
    verdict: str


class VoteTally(Record):
    """How many voted how."""

    agree: int
    against: int
    blank: int

    @property
    def cast(self) -> int:
        """How many voted."""
        return self.agree + self.against + self.blank

    @property
    def percent(self) -> float:
        """The share that agreed, of all who voted."""
        return 100 * self.agree / self.cast if self.cast else 0.0


def tally_of(choices: Iterable[str]) -> VoteTally:
    """Count votes."""
    counts = Counter(choices)
    return VoteTally(*(counts[choice] for choice in CHOICES))


def carries(rubric: Rubric, tally: VoteTally | None) -> bool:
    """Say whether a vote lets a council conclude in favour. True if no vote is asked for."""
    if not rubric.agree_percent:
        return True
    return tally is not None and _share(tally.agree, tally.cast) >= rubric.agree_percent


def empty_sheet(rubric: Rubric) -> ScoreSheet:
    """Return the sheet a member begins with."""
    criteria = len(rubric.criteria)
    return ScoreSheet((None,) * len(rubric.gates), (None,) * criteria, ("",) * criteria)


def result_of(rubric: Rubric, sheets: Sequence[ScoreSheet]) -> ScoreResult:
    """Return the result of filled sheets, at least one of them."""
    count = len(sheets)
    averages = tuple(
        sum(sheet.points[at] or 0 for sheet in sheets) / count for at in range(len(rubric.criteria))
    )
    passes = tuple(
        2 * sum(bool(sheet.gates[at]) for sheet in sheets) > count
        for at in range(len(rubric.gates))
    )
    total = sum(averages)
    return ScoreResult(averages, total, passes, count, _verdict(rubric, averages, total, passes))


def is_quorate(rubric: Rubric, present: int, seats: int) -> bool:
    """Say whether enough of the members are there."""
    return _share(present, seats) >= rubric.quorum_percent


def redacted(text: str, names: Iterable[str | None]) -> str:
    """Return the words without long numbers and without the full names of the authors."""
    text = _LONG_NUMBER.sub("…", text)
    for name in names:
        if name and " " in name.strip():
            words = r"\s+".join(re.escape(word) for word in name.split())
            text = re.sub(words, "…", text, flags=re.IGNORECASE)
    return text


def is_same_name(one: str | None, other: str) -> bool:
    """Say whether two full names are spelt alike, accents and case aside."""
    return bool(one) and fold(one or "").split() == fold(other).split()


def _share(part: int, whole: int) -> int:
    """Return a share in percent, rounded up: two of three are 67, as the rule asks for."""
    return -(-100 * part // whole) if whole else 0


def _verdict(
    rubric: Rubric, averages: Sequence[float], total: float, passes: Sequence[bool]
) -> str:
    nothing = any(
        criterion.zero_refuses and average == 0
        for criterion, average in zip(rubric.criteria, averages, strict=True)
    )
    if nothing or not all(passes) or total < rubric.recognise_from:
        return "refuse"
    return "replicate" if total >= rubric.replicate_from else "recognise"
