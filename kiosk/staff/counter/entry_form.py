"""What a member of staff typed of an idea that came to the desk: read once, as a value or as what
must be put right. The idea itself is read by the rules of every other door."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from kiosk.citizen import answers
from kiosk.citizen.questions import WRITTEN
from kiosk.staff.forms import REASON_LETTERS, read_day
from shared.domain import clock
from shared.domain.entry_on_behalf import EVIDENCE, WAYS, Entry
from shared.domain.intake import Problem
from shared.domain.proposal import NewProposal
from shared.domain.vietnamese import one_line

# The citizen's own questions. On paper nothing is required: what is there is kept.
QUESTIONS = tuple(replace(question, required=False) for question in WRITTEN)
OF_THE_IDEA = frozenset(name for question in WRITTEN for name in question.fields)
OF_THE_ENTRY = frozenset({"way", "day", "hour", "evidence", "why"})
# A day further back is a slip of the finger.
LONGEST = 366 * clock.DAY

_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)", re.ASCII | re.IGNORECASE)


def typed(form: MultiDict[str, str]) -> dict[str, object]:
    """Return what the form sent, as it was typed."""
    return answers.typed(form, OF_THE_IDEA | OF_THE_ENTRY)


def read(
    given: Mapping[str, object], *, at: int, zone: ZoneInfo
) -> tuple[NewProposal, Entry] | list[Problem]:
    """Return the idea and how it came, or every problem in both. `at` is now (ms UTC)."""
    entry = read_entry(given, at=at, zone=zone)
    channel = WAYS.get(str(given.get("way")), "paper")
    idea = {name: value for name, value in given.items() if name in OF_THE_IDEA}
    new = answers.read(idea, channel)
    problems = [one for found in (entry, new) if isinstance(found, list) for one in found]
    if isinstance(entry, list) or isinstance(new, list):
        return problems
    if channel == "voice" and not (new.title or new.current_state or new.solution):
        return [Problem("solution", "staff.entry.nothing_told")]
    return new, entry


def read_entry(given: Mapping[str, object], *, at: int, zone: ZoneInfo) -> Entry | list[Problem]:
    """Return how and when an idea came, or what must be put right."""
    way, evidence = str(given.get("way", "")), str(given.get("evidence", ""))
    why = one_line(str(given.get("why", "")))
    problems = []
    if way not in WAYS:
        problems.append(Problem("way", "staff.entry.way_empty"))
    if len(why) > REASON_LETTERS:
        problems.append(Problem("why", "err.too_long", {"n": REASON_LETTERS}))
    arrived = _arrived_at(given, way, at, zone)
    if isinstance(arrived, Problem):
        return [*problems, arrived]
    if arrived == at:
        return problems or Entry(way, at)
    if way == "by_post":
        evidence = "stamp"
    if evidence not in EVIDENCE:
        problems.append(Problem("evidence", "staff.entry.evidence_empty"))
    if not any(letter.isalnum() for letter in why):
        problems.append(Problem("why", "staff.entry.why_empty"))
    return problems or Entry(way, arrived, evidence, why)


def _arrived_at(given: Mapping[str, object], way: str, at: int, zone: ZoneInfo) -> int | Problem:
    """Return when it came. A day without an hour counts to its last minute, so that nobody gets
    ahead of whoever brought a like idea that day."""
    day_text, hour_text = (str(given.get(name, "")).strip() for name in ("day", "hour"))
    if not day_text:
        if way == "by_post":
            return Problem("day", "staff.entry.stamp_empty")
        return Problem("day", "staff.entry.day_empty") if hour_text else at
    day, hour = read_day(day_text), _HOUR.fullmatch(hour_text)
    if day is None:
        return Problem("day", "staff.wrong.day")
    if hour_text and not hour:
        return Problem("hour", "staff.entry.hour_wrong")
    if hour:
        moment = datetime(day.year, day.month, day.day, int(hour[1]), int(hour[2]), tzinfo=zone)
        arrived = clock.from_local(moment)
    else:
        is_today = day == clock.to_local(at, zone).date()
        arrived = at if is_today else clock.end_of_day(day, zone)
    if arrived > at:
        return Problem("day", "staff.entry.future")
    if arrived < at - LONGEST:
        return Problem("day", "staff.entry.long_ago")
    return arrived
