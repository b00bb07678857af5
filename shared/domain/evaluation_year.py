"""The year that an idea counts to, and the moment of receipt, which decides it.

Pure rules of the plan (II.4). Nothing here knows a campaign: its cut-off is passed in.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta

from shared.domain.proposal import INSIDER_TYPES, NOT_ASKED
from shared.domain.record import Record


class Cutoff(Record):
    """The campaign's cut-off for insiders: the last day (local) that counts to this year.

    `inclusive` says whether the day itself still counts; the plan does not say (A1).
    """

    month: int = 10
    day: int = 31
    inclusive: bool = True

    def last_day(self, year: int) -> date:
        """Return the cut-off day of a year; 29 February becomes the 28th in other years."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


class EvaluationYear(Record):
    """The year a proposal counts to, and the rule line that decided (a key of texts `rule.*`).

    `on_the_line` marks an insider's proposal of the cut-off day itself, for a second look.
    """

    year: int
    rule: str
    on_the_line: bool = False


def evaluation_year(
    participant_type: str, insider: bool, received_at: datetime, cutoff: Cutoff
) -> EvaluationYear:
    """Return the year that counts (plan II.4; R24–R27, A1–A4). `received_at` is local time."""
    year, day = received_at.year, received_at.date()
    if not (insider and participant_type in INSIDER_TYPES):
        return EvaluationYear(year, "by_receipt")
    last = cutoff.last_day(year)
    if day < last or (day == last and cutoff.inclusive):
        return EvaluationYear(year, "insider_before_cutoff", on_the_line=day == last)
    return EvaluationYear(year + 1, "insider_after_cutoff", on_the_line=day == last)


def is_provisional(participant_type: str, rule: str) -> bool:
    """Say whether a year may still change because nobody was asked who sent the idea. A year that
    the chair set by hand stays."""
    return participant_type == NOT_ASKED and rule != "by_hand"


def moment_of_receipt(sent_at: int | None, arrived_at: int) -> int:
    """Return the instant (ms UTC) that counts as receipt of an SMS (A6).

    The operator's own time counts if it lies from 24 h before the arrival to 5 min after it.
    Otherwise the sender's or gateway's clock was wrong, and the arrival counts.
    """
    if sent_at is None:
        return arrived_at
    age = timedelta(milliseconds=arrived_at - sent_at)
    return sent_at if timedelta(minutes=-5) <= age <= timedelta(hours=24) else arrived_at
