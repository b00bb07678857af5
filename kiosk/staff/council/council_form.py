"""The forms of the council's screens."""

from collections.abc import Iterable

from kiosk.staff.forms import LINE_LETTERS, REASON_LETTERS, Reader
from shared.domain.council import CHOICES, REMARK_LETTERS, SEAT_STATES, ScoreSheet, VoteTally
from shared.domain.measures import whole_of
from shared.domain.rubric import Rubric
from shared.domain.vietnamese import clean
from shared.store.council.minutes import Minutes
from shared.store.council.sessions import NewSession, Seat

MOST_GUESTS = 40
# Points of an agenda.
MOST_POINTS = 40
# What only a person can say of a meeting: two pages of its minutes.
MINUTES_LETTERS = 4000
MOST_HANDS = 999


def read_session(
    given: Reader, members: set[str], chairs: set[str], secretaries: set[str]
) -> NewSession:
    """Return the session in the form. The arguments are the ids of the staff who may sit, lead and
    write."""
    day = given.day("held_on")
    place = given.line_of("place", 1, LINE_LETTERS, "staff.council.place_wrong")
    chosen = tuple(one for one in given.form.getlist("member") if one in members)
    if not chosen:
        given.wrong("members", "staff.council.members_empty")
    chair, secretary = given.choice("chair", chairs), given.choice("secretary", secretaries)
    guests = given.lines("guests", MOST_GUESTS, LINE_LETTERS)
    given.check()
    return NewSession(int(day[:4]), day, place, chair, secretary, chosen, guests)


def read_sheet(given: Reader, rubric: Rubric) -> ScoreSheet:
    """Return the sheet as far as it is filled in."""
    empty = [""] * len(rubric.criteria)
    said, remarks = (given.form.getlist(name) + empty for name in ("points", "remark"))
    points = []
    for at, criterion in enumerate(rubric.criteria):
        text = said[at].strip()
        found = whole_of(text)
        if text and (found is None or found > criterion.most):
            least, most = 0, criterion.most
            given.wrong(f"points-{at}", "staff.campaign.number_wrong", least=least, most=most)
        points.append(found)
    kept = tuple(clean(one) for one in remarks[: len(empty)])
    for at, remark in enumerate(kept):
        given.fits(f"remark-{at}", remark, REMARK_LETTERS)
    yes_or_no = {"yes": True, "no": False}
    gates = tuple(yes_or_no.get(given.said(f"gate-{at}")) for at in range(len(rubric.gates)))
    return ScoreSheet(gates, tuple(points), kept)


def read_tally(given: Reader) -> VoteTally:
    """Return the votes of a show of hands; an empty field is zero."""
    return VoteTally(*(given.whole(choice, 0, MOST_HANDS, nothing=0) for choice in CHOICES))


def read_minutes(given: Reader) -> Minutes:
    """Return what a person says of a session; hours and day are empty while they are not known."""
    return Minutes(
        began=given.hour("began"),
        ended=given.hour("ended"),
        ended_on=given.day("ended_on", optional=True),
        closing=given.text("closing", MINUTES_LETTERS),
        reserved=given.text("reserved", MINUTES_LETTERS),
    )


def read_seats(given: Reader, seats: Iterable[Seat]) -> list[tuple[str, str, str]]:
    """Return (staff id, state, why) of each member of whom the form says something."""
    found = []
    for seat in seats:
        if f"state-{seat.staff_id}" in given.form:
            state = given.choice(f"state-{seat.staff_id}", SEAT_STATES)
            found.append((seat.staff_id, state, given.line(f"why-{seat.staff_id}", REASON_LETTERS)))
    return found


def read_plan(given: Reader) -> tuple[str, str]:
    """Return the hour that a session begins and its agenda, one point a line; "" for none."""
    return given.hour("begins"), "\n".join(given.lines("agenda", MOST_POINTS, LINE_LETTERS))
