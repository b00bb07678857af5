"""The form of an idea that came to the desk. The idea itself is read by the same rules as
everywhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from kiosk.citizen import answers
from kiosk.citizen.questions import WRITTEN
from kiosk.staff.forms import REASON_LETTERS, Reader, says_something
from shared.domain import clock
from shared.domain.entry_on_behalf import EVIDENCE, WAYS, Entry
from shared.domain.proposal import NewProposal
from shared.domain.record import replace

# The citizen's own questions. On paper nothing is required: whatever is there is kept.
QUESTIONS = tuple(replace(question, required=False) for question in WRITTEN)
OF_THE_IDEA = frozenset(name for question in WRITTEN for name in question.fields)
OF_THE_ENTRY = frozenset({"way", "day", "hour", "evidence", "why"})
# What staff say of an idea that no citizen is asked.
OF_THE_STAFF = frozenset({"more_categories"})
# A day further back is a typing error.
LONGEST_AGO = 366 * clock.DAY


def typed(form: MultiDict[str, str]) -> dict[str, object]:
    """Return what the form sent, as it was typed."""
    return answers.typed(form, OF_THE_IDEA | OF_THE_ENTRY | OF_THE_STAFF)


def read(given: Reader, *, at: int, zone: ZoneInfo) -> tuple[NewProposal, Entry]:
    """Return the idea and how it came. `at` is now (ms UTC)."""
    entry = read_entry(given, at=at, zone=zone)
    channel = WAYS.get(entry.way, "paper")
    new = given.sound(answers.read(answers.typed(given.form, OF_THE_IDEA | OF_THE_STAFF), channel))
    if channel == "voice" and not (new.title or new.current_state or new.solution):
        given.wrong("solution", "staff.entry.nothing_told")
    return new, entry


def read_entry(given: Reader, *, at: int, zone: ZoneInfo) -> Entry:
    """Return how and when an idea came."""
    way = given.choice("way", WAYS, empty="staff.entry.way_empty")
    why = given.line("why", REASON_LETTERS)
    arrived = _arrived_at(given, way, at, zone)
    if arrived == at:
        return Entry(way, at)
    evidence = "stamp"
    if way != "by_post":
        evidence = given.choice("evidence", EVIDENCE, empty="staff.entry.evidence_empty")
    if not says_something(why):
        given.wrong("why", "staff.entry.why_empty")
    return Entry(way, arrived, evidence, why)


def _arrived_at(given: Reader, way: str, at: int, zone: ZoneInfo) -> int:
    """Return when it came; `at`, which is now, if the form does not say. A day without an hour
    counts to its last minute, so that nobody gets ahead of a person with a similar idea on that
    day."""
    if not given.said("day"):
        if way == "by_post":
            given.wrong("day", "staff.entry.stamp_empty")
        elif given.said("hour"):
            given.wrong("day", "staff.entry.day_empty")
        return at
    day, hour = given.day("day"), given.hour("hour")
    if not day or (given.said("hour") and not hour):
        return at
    if hour:
        arrived = clock.from_local(datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=zone))
    else:
        on = date.fromisoformat(day)
        is_today = on == clock.to_local(at, zone).date()
        arrived = at if is_today else clock.end_of_day(on, zone)
    if arrived > at:
        given.wrong("day", "staff.entry.future")
    elif arrived < at - LONGEST_AGO:
        given.wrong("day", "staff.entry.long_ago")
    else:
        return arrived
    return at
