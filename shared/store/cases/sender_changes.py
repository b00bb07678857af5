"""What was put right about the authors of an idea: old and new values, why and by whom.

The author's own row holds what is true now (authors.py). Here stays what was written before.
"""

from collections.abc import Mapping
from typing import Any

from shared.db.card import (
    Column,
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    structure,
    text,
)  # fmt: skip
from shared.db.connection import Store
from shared.db.event_log import new_salt, salted
from shared.domain.record import Record

# What shows what is right: the sheet, the recording, the author at the counter or asked by a member
# of staff. Who asked the data desk to correct it has proven who they are there (REQUEST).
EVIDENCE = ("sheet", "recording", "counter", "asked")
REQUEST = "request"


class SenderChange(Record):
    """One change of an author's details by a member of staff (`actor`, an id), at ms UTC. `before`
    and `after` hold the changed fields only, by name; both are None once the author was erased."""

    id: str
    proposal_id: str
    author_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    evidence: str
    reason: str
    actor: str
    at: int


def _facts(head: str) -> Column:
    shown = in_export("facts", head=head)
    return structure(Whose.DETAILS, null=True, encrypted=True, exported=shown)


SENDER_CHANGE = Table(
    "sender_change",
    SenderChange,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "author_id": ident(),
        "before": _facts("sender_before"),
        "after": _facts("sender_after"),
        "evidence": choice(
            (*EVIDENCE, REQUEST), exported=in_export("choice", words="staff.sender.evidences")
        ),
        "reason": text(Whose.ANSWER, spoken=True, exported=in_export("said")),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    foreign={"proposal_id": "proposal"},
    indexes={"sender_change_of_proposal": "proposal_id, at"},
    sealed=True,
    sheet=ExportSheet("sua-nguoi-gui"),
)


def add(db: Store, change: SenderChange) -> str:
    """Keep a change; only inside `writing`. Return the hash of its reason, for its event."""
    salt = new_salt()
    db.insert(SENDER_CHANGE, change, salt=salt)
    return salted(salt, change.reason)


def of(db: Store, proposal_id: str) -> list[SenderChange]:
    """Return the changes of a case, oldest first."""
    return db.all(
        SENDER_CHANGE, "proposal_id = :proposal_id ORDER BY at, id", proposal_id=proposal_id
    )


def of_author(db: Store, author_id: str) -> list[SenderChange]:
    """Return the changes of one author, oldest first."""
    # Those of the author's case are found by an index.
    its_case = "SELECT proposal_id FROM author WHERE commune_id = :commune_id AND id = :author_id"
    where = f"proposal_id IN ({its_case}) AND author_id = :author_id ORDER BY at, id"
    return db.all(SENDER_CHANGE, where, author_id=author_id)


def earlier(db: Store, author_id: str, *fields: str) -> list[str]:
    """Return what was once kept of an author in these fields and was put right: names, numbers."""
    return [
        one.before[name]
        for one in of_author(db, author_id)
        for name in fields
        if one.before and one.before.get(name)
    ]


def forget(db: Store, author_id: str) -> None:
    """Empty what was put right about an author who was noted by mistake; only inside `writing`."""
    for one in of_author(db, author_id):
        db.change(SENDER_CHANGE, {"id": one.id}, {"before": None, "after": None})
