"""Did it last? Thirty and ninety days after a unit began, somebody asks.

A day is due by the UTC calendar, which in Việt Nam begins at seven in the morning.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.rows import columns_of
from shared.db.sql import one_of
from shared.domain.measures import CHECK_DAYS, IN_USE
from shared.store.cases.visibility import OPEN_TO_ALL
from shared.store.models import adoptions


@dataclass(frozen=True)
class FollowUpDue:
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


@dataclass(frozen=True)
class FollowUpCheck:
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
)


# The unit's own word before the sender's.
_SAID = (
    "coalesce((SELECT outcome FROM lasting_question AS said"
    " WHERE said.commune_id = :commune_id AND said.adoption_id = due.id"
    " AND said.days = due.days AND said.outcome <> '' ORDER BY said.kind DESC LIMIT 1), '')"
)
# A later check makes an earlier one unnecessary.
_DUE = (
    " FROM adoption JOIN proposal ON proposal.commune_id = adoption.commune_id"  # noqa: S608 ours
    " AND proposal.id = adoption.proposal_id"
    " LEFT JOIN model ON model.commune_id = adoption.commune_id"
    " AND model.proposal_id = adoption.proposal_id"
    " JOIN (SELECT 30 AS days, :first AS latest UNION ALL SELECT 90, :second) AS span"
    " ON adoption.since <= span.latest"
    f" WHERE adoption.commune_id = :commune_id AND adoption.state {one_of(IN_USE)}"
    f" AND {OPEN_TO_ALL} AND NOT EXISTS (SELECT 1 FROM lasting_check"
    " WHERE lasting_check.commune_id = :commune_id"
    " AND lasting_check.adoption_id = adoption.id AND lasting_check.days >= span.days)"
)


def due(db: Store, *, now: int) -> list[FollowUpDue]:
    """Return whom to ask at `now` (ms UTC), the longest ago first."""
    found = db.rows(
        f"SELECT due.*, {_SAID} FROM (SELECT adoption.id, adoption.unit, adoption.since,"  # noqa: S608
        " max(span.days) AS days, proposal.code, coalesce(model.title, '') AS title,"
        f" proposal.id AS proposal_id{_DUE} GROUP BY adoption.id, adoption.unit, adoption.since,"
        " proposal.code, model.title, proposal.id) AS due ORDER BY due.since, due.id",
        **_latest(now),
    )
    return [FollowUpDue(*row) for row in found]


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


def _latest(now: int) -> dict[str, str]:
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    first, second = (today - timedelta(days=days) for days in CHECK_DAYS)
    return {"first": first.isoformat(), "second": second.isoformat()}
