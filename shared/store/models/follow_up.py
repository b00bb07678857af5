"""Did it last? Thirty and ninety days after a unit began, somebody asks.

A day is due by the UTC calendar, which in Việt Nam begins at seven in the morning.
"""

from datetime import UTC, date, datetime, timedelta

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.rows import columns_of
from shared.db.sql import one_of
from shared.domain.measures import CHECK_DAYS, IN_USE
from shared.domain.record import Record
from shared.store.cases.visibility import OPEN_TO_ALL
from shared.store.models import adoptions, lasting_due


class FollowUpDue(Record):
    """A unit that somebody should ask whether it still applies a model, `days` after it began;
    `title` is the published one, "" if there is none; `said` is what the unit, or else the idea's
    sender, answered when asked (lasting_questions.py), "" so far."""

    adoption_id: str
    unit: str
    since: str
    days: int
    code: str
    title: str
    proposal_id: str
    said: str = ""


class FollowUpCheck(Record):
    """What somebody found; `at` is ms UTC."""

    adoption_id: str
    days: int
    outcome: str
    note: str
    actor: str
    at: int


LASTING_CHECK = Table(
    "lasting_check",
    FollowUpCheck,
    {
        "id": ident(),
        "adoption_id": ident(exported=in_export()),
        "days": choice(CHECK_DAYS, exported=in_export()),
        "outcome": choice(("lasts", "partly", "stopped"), exported=in_export()),
        "note": text(Whose.OFFICE, exported=in_export("said")),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("adoption_id", "days"),),
    foreign={"adoption_id": "adoption"},
    sealed=True,
    via="adoption_id",
    sheet=ExportSheet("con-ap-dung"),
    on_write=lasting_due.of_check,
)


# A later check makes an earlier one unnecessary.
_DAYS = "CASE WHEN adoption.since <= :second THEN 90 ELSE 30 END"
# The unit's own word before the sender's.
_SAID = (
    "coalesce((SELECT outcome FROM lasting_question AS said"  # noqa: S608 ours
    " WHERE said.commune_id = :commune_id AND said.adoption_id = adoption.id"
    f" AND said.days = {_DAYS} AND said.outcome <> '' ORDER BY said.kind DESC LIMIT 1), '')"
)
_DUE = (
    f"SELECT due.ask_from, adoption.id, adoption.unit, adoption.since, {_DAYS}, proposal.code,"  # noqa: S608
    f" coalesce(model.title, ''), proposal.id, {_SAID} FROM lasting_due AS due"
    # CROSS: SQLite then walks along those whose turn it is, in their order.
    " CROSS JOIN adoption JOIN proposal ON proposal.commune_id = adoption.commune_id"
    " AND proposal.id = adoption.proposal_id"
    " LEFT JOIN model ON model.commune_id = adoption.commune_id"
    " AND model.proposal_id = adoption.proposal_id"
    " WHERE due.commune_id = :commune_id AND due.ask_from <= :today"
    " AND adoption.commune_id = :commune_id AND adoption.id = due.adoption_id"
    f" AND {OPEN_TO_ALL}"
)
_IN_TURN = " ORDER BY due.ask_from, due.adoption_id"


def due(db: Store, *, now: int, limit: int = PAGE_LINES) -> list[FollowUpDue]:
    """Return the first whom to ask at `now` (ms UTC), those whose day was the longest ago first."""
    return [one for _, one in _due(db, f"{_IN_TURN} LIMIT {limit}", now)]


def due_page(db: Store, now: int, after: str) -> Page[FollowUpDue]:
    """Return one page of the same: the first, or the one after a mark."""
    day, unit = read_mark(after, str, str) or ("", "")
    which = f" AND (due.ask_from, due.adoption_id) > (:day, :unit){_IN_TURN} LIMIT {PAGE_LINES + 1}"
    found = page_of(
        _due(db, which, now, day=day, unit=unit), lambda one: (one[0], one[1].adoption_id)
    )
    return Page([one for _, one in found.lines], found.after)


def lately_due(db: Store, *, now: int, within: int) -> list[FollowUpDue]:
    """Return whom to ask at `now` (ms UTC) whose day was at most so many days ago."""
    today = _day_of(now)
    earliest = today - timedelta(days=max(CHECK_DAYS) + within)
    # Read by when they began, as who was not asked after thirty days still may be after ninety.
    which = f" AND adoption.state {one_of(IN_USE)} AND adoption.since >= :earliest{_IN_TURN}"
    found = _due(db, which, now, earliest=earliest.isoformat())
    return [
        one for _, one in found
        if today - date.fromisoformat(one.since) <= timedelta(days=one.days + within)
    ]  # fmt: skip


def _due(db: Store, which: str, now: int, **params: object) -> list[tuple[str, FollowUpDue]]:
    """Return those in turn with the day from which each is asked."""
    today = _day_of(now)
    rows = db.rows(
        _DUE + which, today=today.isoformat(),
        second=(today - timedelta(days=CHECK_DAYS[1])).isoformat(), **params,
    )  # fmt: skip
    return [(day, FollowUpDue(*row)) for day, *row in rows]


def _day_of(now: int) -> date:
    return datetime.fromtimestamp(now / 1000, UTC).date()


def check(
    db: Store, adoption_id: str, days: int, outcome: str, text: str, *, today: str, actor: str,
    at: int,
) -> bool:  # fmt: skip
    """Keep what somebody found; a unit that stopped is stopped in the register from `today` on.
    Return False if it was checked already or is in no register."""
    unit = adoptions.by_id(db, adoption_id)
    if unit is None:
        return False
    row = FollowUpCheck(adoption_id, days, outcome, text, actor, at)
    with writing(db):
        # Looked up: a refused statement would undo the whole block of whoever calls.
        known = {"unit": adoption_id, "days": days}
        if db.get(LASTING_CHECK, "adoption_id = :unit AND days = :days", **known):
            return False
        db.insert(LASTING_CHECK, row, id=new_id())
        note(
            db, "lasting_checked", unit.proposal_id, actor, at, adoption=adoption_id, days=days,
            outcome=outcome,
        )  # fmt: skip
        if outcome == "stopped":
            adoptions.change(
                db, adoption_id, state="stopped", since=today, effect=unit.effect,
                text=unit.note, seen=unit.seen, actor=actor, at=at,
            )  # fmt: skip
        return True


def of_proposal(db: Store, proposal_id: str) -> list[FollowUpCheck]:
    """Return what was found at the units of a case, oldest first."""
    found = db.rows(
        f"SELECT {columns_of(LASTING_CHECK, 'lasting_check')} FROM lasting_check"  # noqa: S608
        " JOIN adoption ON adoption.commune_id = lasting_check.commune_id"
        " AND adoption.id = lasting_check.adoption_id"
        " WHERE lasting_check.commune_id = :commune_id"
        " AND adoption.proposal_id = :proposal_id ORDER BY lasting_check.at",
        proposal_id=proposal_id,
    )
    return [db.value(LASTING_CHECK, row) for row in found]
