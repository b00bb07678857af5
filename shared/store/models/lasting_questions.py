"""Thirty and ninety days after a unit began, its idea's sender and the unit are asked whether
it is still used.

What they say stands beside the office's own check (follow_up.py) and replaces none. Each is asked
once, and answers once.
"""

from collections.abc import Iterable
from typing import Literal

from shared.db.card import ExportSheet, Table, choice, ident, in_export, instant
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, SYSTEM, new_id, note
from shared.db.sql import among, one_of
from shared.domain.measures import CHECK_DAYS, IN_USE
from shared.domain.record import Record
from shared.store.cases.visibility import COUNTED
from shared.store.models.follow_up import FollowUpDue

# The sender of the idea; the unit that uses it.
Kind = Literal["author", "unit"]
ANSWERS = ("lasts", "stopped")


class LastingQuestion(Record):
    """A question and what was answered: `outcome` is "" until then, else one of ANSWERS, `way` sms
    or page. `secret_hash` is that of the unit's page, "" for a sender, who has a receipt. Instants
    are ms UTC."""

    id: str
    adoption_id: str
    days: int
    kind: Kind
    secret_hash: str
    asked_at: int
    outcome: str = ""
    way: str = ""
    answered_at: int | None = None


LASTING_QUESTION = Table(
    "lasting_question",
    LastingQuestion,
    {
        "id": ident(),
        "adoption_id": ident(exported=in_export()),
        "days": choice(CHECK_DAYS, exported=in_export()),
        "kind": choice(("author", "unit"), exported=in_export()),
        "secret_hash": ident(),
        "asked_at": instant(),
        "outcome": choice(("", *ANSWERS), exported=in_export()),
        "way": choice(("", "sms", "page")),
        "answered_at": instant(null=True, exported=in_export()),
    },
    unique=(("adoption_id", "days", "kind"),),
    foreign={"adoption_id": "adoption"},
    indexes={"lasting_question_by_secret": "secret_hash WHERE secret_hash <> ''"},
    sealed=True,
    via="adoption_id",
    sheet=ExportSheet("hoi-con-dung"),
)


class AskedOfSomebody(Record):
    """A question with what it is about: the unit that began `since` (YYYY-MM-DD)."""

    question: LastingQuestion
    proposal_id: str
    code: str
    unit: str
    since: str


_FROM = (
    "SELECT lasting_question.id, adoption.proposal_id, proposal.code, adoption.unit,"  # noqa: S608
    " adoption.since FROM lasting_question JOIN adoption"
    " ON adoption.commune_id = :commune_id AND adoption.id = lasting_question.adoption_id"
    " JOIN proposal ON proposal.commune_id = :commune_id AND proposal.id = adoption.proposal_id"
    f" WHERE lasting_question.commune_id = :commune_id AND {COUNTED}"
    f" AND adoption.state {one_of(IN_USE)}"
)


def ask(
    db: Store, due: FollowUpDue, kind: Kind, *, question_id: str, secret_hash: str, at: int
) -> bool:
    """Keep that somebody is asked, once a unit, number of days and kind; only inside `writing`.
    Return whether it is new."""
    if db.get(
        LASTING_QUESTION, "adoption_id = :adoption AND days = :days AND kind = :kind",
        adoption=due.adoption_id, days=due.days, kind=kind,
    ):  # fmt: skip
        return False
    new = LastingQuestion(question_id, due.adoption_id, due.days, kind, secret_hash, at)
    db.insert(LASTING_QUESTION, new)
    note(
        db, "lasting_asked", due.proposal_id, SYSTEM, at,
        adoption=due.adoption_id, days=due.days, of=kind,
    )  # fmt: skip
    return True


def new_question_id() -> str:
    """Return the id of a new question."""
    return new_id()


def open_for_author(db: Store, proposal_id: str) -> list[AskedOfSomebody]:
    """Return what the sender of an idea has not answered yet, the oldest first."""
    return _read(
        db,
        " AND kind = 'author' AND outcome = '' AND adoption.proposal_id = :proposal_id"
        " ORDER BY lasting_question.id",
        proposal_id=proposal_id,
    )


def behind(db: Store, secret_hash: str) -> AskedOfSomebody | None:
    """Return the question of a unit's page, answered or not, or None."""
    found = _read(db, " AND secret_hash = :secret_hash", secret_hash=secret_hash)
    return found[0] if found and secret_hash else None


def by_id(db: Store, question_id: str) -> AskedOfSomebody | None:
    """Return a question, answered or not, or None if its unit uses the idea no more."""
    found = _read(db, " AND lasting_question.id = :id", id=question_id)
    return found[0] if found else None


def answer(db: Store, question_id: str, outcome: str, way: str, *, at: int) -> bool:
    """Keep what somebody answered, once; return False if it was answered or does not exist."""
    with writing(db):
        found = by_id(db, question_id)
        if found is None or found.question.outcome:
            return False
        changes = {"outcome": outcome, "way": way, "answered_at": at}
        db.change(LASTING_QUESTION, {"id": question_id}, changes)
        asked = found.question
        note(
            db, "lasting_answered", found.proposal_id, CITIZEN, at,
            adoption=asked.adoption_id, days=asked.days, of=asked.kind, outcome=outcome, way=way,
        )  # fmt: skip
        return True


def of_proposal(db: Store, proposal_id: str) -> list[LastingQuestion]:
    """Return every question about an idea's units, the oldest first."""
    return db.all(
        LASTING_QUESTION,
        "adoption_id IN (SELECT id FROM adoption WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id) ORDER BY id",
        proposal_id=proposal_id,
    )


def of_due(db: Store, due: Iterable[FollowUpDue]) -> dict[tuple[str, int], list[LastingQuestion]]:
    """Return the questions about these units that somebody should ask, by unit and days."""
    these, ids = among(one.adoption_id for one in due)
    found: dict[tuple[str, int], list[LastingQuestion]] = {}
    for one in db.all(LASTING_QUESTION, f"adoption_id {these} ORDER BY id", **ids):
        found.setdefault((one.adoption_id, one.days), []).append(one)
    return found


def _read(db: Store, condition: str, **params: str) -> list[AskedOfSomebody]:
    rows = db.rows(_FROM + condition, **params)
    these, ids = among(row[0] for row in rows)
    known = {one.id: one for one in db.all(LASTING_QUESTION, f"id {these}", **ids)}
    return [AskedOfSomebody(known[row[0]], *row[1:]) for row in rows]
