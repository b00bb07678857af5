"""What the council's screens send, read once: a sound value, or what must be put right."""

import re

from kiosk.staff.forms import Form, read_day
from shared.domain.council import (
    CHOICES,
    REASON_LETTERS,
    REMARK_LETTERS,
    SEAT_STATES,
    VERDICTS,
    ScoreSheet,
    VoteTally,
)
from shared.domain.intake import Problem
from shared.domain.rubric import Rubric
from shared.domain.vietnamese import clean, one_line
from shared.store.council.minutes import Minutes
from shared.store.council.sessions import NewSession

PLACE_LETTERS = 200
MOST_GUESTS = 40
MINUTES_LETTERS = 4000

_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)", re.ASCII | re.IGNORECASE)


def read_session(
    form: Form, members: set[str], chairs: set[str], secretaries: set[str]
) -> NewSession | list[Problem]:
    """Return the session the form describes, or every problem found in it. The arguments are the
    ids of the staff who may sit, lead and write."""
    problems = []
    day, place = read_day(form.get("held_on", "").strip()), one_line(form.get("place", ""))
    chosen = tuple(one for one in form.getlist("member") if one in members)
    chair, secretary = form.get("chair", ""), form.get("secretary", "")
    guests = tuple(filter(None, map(one_line, clean(form.get("guests", "")).splitlines())))
    if day is None:
        problems.append(Problem("held_on", "staff.wrong.day"))
    if not 0 < len(place) <= PLACE_LETTERS:
        problems.append(Problem("place", "staff.council.place_wrong", {"n": PLACE_LETTERS}))
    if not chosen:
        problems.append(Problem("members", "staff.council.members_empty"))
    if chair not in chairs:
        problems.append(Problem("chair", "err.choice"))
    if secretary not in secretaries:
        problems.append(Problem("secretary", "err.choice"))
    if len(guests) > MOST_GUESTS or any(len(one) > PLACE_LETTERS for one in guests):
        problems.append(Problem("guests", "staff.campaign.too_many", {"n": MOST_GUESTS}))
    if problems or day is None:
        return problems
    return NewSession(day.year, day.isoformat(), place, chair, secretary, chosen, guests)


def read_sheet(form: Form, rubric: Rubric) -> ScoreSheet | list[Problem]:
    """Return the sheet as far as it is filled in, or the points that cannot be."""
    said = form.getlist("points") + [""] * len(rubric.criteria)
    remarks = form.getlist("remark") + [""] * len(rubric.criteria)
    points: list[int | None] = []
    problems = []
    for at, criterion in enumerate(rubric.criteria):
        text = said[at].strip()
        is_whole = text.isascii() and text.isdigit() and len(text) < 5
        points.append(int(text) if is_whole else None)
        if text and (not is_whole or int(text) > criterion.most):
            blanks = {"least": 0, "most": criterion.most}
            problems.append(Problem(f"points-{at}", "staff.campaign.number_wrong", blanks))
        if len(remarks[at]) > REMARK_LETTERS:
            problems.append(Problem(f"remark-{at}", "err.too_long", {"n": REMARK_LETTERS}))
    yes_or_no = {"yes": True, "no": False}
    gates = tuple(yes_or_no.get(form.get(f"gate-{at}", "")) for at in range(len(rubric.gates)))
    kept = tuple(clean(one).strip() for one in remarks[: len(rubric.criteria)])
    return problems or ScoreSheet(gates, tuple(points), kept)


def read_conclusion(form: Form, item_id: str) -> tuple[str, str] | list[Problem]:
    """Return (verdict, reason), or what must be put right."""
    verdict = form.get("verdict", "")
    problems = [] if verdict in VERDICTS else [Problem(f"verdict-{item_id}", "err.choice")]
    reason = read_reason(form, f"reason-{item_id}")
    if isinstance(reason, Problem):
        return [*problems, reason]
    return problems or (verdict, reason)


def read_reason(form: Form, field: str) -> str | Problem:
    """Return a reason in one line, or what is wrong with it."""
    reason = one_line(form.get("reason", ""))
    if not any(letter.isalnum() for letter in reason):
        return Problem(field, "staff.empty.reason")
    if len(reason) > REASON_LETTERS:
        return Problem(field, "err.too_long", {"n": REASON_LETTERS})
    return reason


def read_tally(form: Form, item_id: str) -> VoteTally | list[Problem]:
    """Return the votes counted at a show of hands; an empty field is nought."""
    counts, problems = [], []
    for choice in CHOICES:
        text = form.get(choice, "").strip() or "0"
        is_whole = text.isascii() and text.isdigit() and len(text) < 4
        if not is_whole:
            blanks = {"least": 0, "most": 999}
            problems.append(
                Problem(f"{choice}-{item_id}", "staff.campaign.number_wrong", blanks)
            )  # fmt: skip
        counts.append(int(text) if is_whole else 0)
    return problems or VoteTally(*counts)


def read_minutes(form: Form) -> Minutes | list[Problem]:
    """Return what a person says of a session, hours and day empty while they are not known."""
    hours, problems = {}, []
    for name in ("began", "ended"):
        text = form.get(name, "").strip()
        found = _HOUR.fullmatch(text)
        if text and not found:
            problems.append(Problem(name, "staff.entry.hour_wrong"))
        hours[name] = f"{int(found[1]):02}:{found[2]}" if found else ""
    typed = form.get("ended_on", "").strip()
    day = read_day(typed) if typed else None
    if typed and day is None:
        problems.append(Problem("ended_on", "staff.wrong.day"))
    said = {name: clean(form.get(name, "")).strip() for name in ("closing", "reserved")}
    problems += [
        Problem(name, "err.too_long", {"n": MINUTES_LETTERS})
        for name, text in said.items()
        if len(text) > MINUTES_LETTERS
    ]
    ended_on = day.isoformat() if day else ""
    return problems or Minutes(hours["began"], hours["ended"], ended_on, **said)


def read_seat(form: Form) -> tuple[str, str, str] | None:
    """Return (staff id, state, why), or None when the state is none."""
    state = form.get("state", "")
    if state not in SEAT_STATES:
        return None
    return form.get("staff_id", ""), state, one_line(form.get("why", ""))[:REASON_LETTERS]
