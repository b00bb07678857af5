"""Erasures: what was erased from a case, by whom, and what is still left on the disk."""

from enum import StrEnum

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, names, text
from shared.db.connection import Store, writing
from shared.domain.record import Record


class Scope(StrEnum):
    """What is erased: name, number and everything that names them; or every word and file too."""

    DETAILS = "details"
    ALL = "all"


class Erasure(Record):
    """One erasure, of everybody in a case or of one author (`author_id`). `cause` is asked,
    withdrawn, retention or replayed (after a restore); `whole` are ids of rows whose texts were
    erased entirely; `files` must still be deleted from the disk (SHA-256, or PART and an upload's
    id); `settled_at` is when nothing of it was left there. Instants are ms UTC."""

    id: str
    proposal_id: str
    scope: Scope
    cause: str
    reason: str
    actor: str
    at: int
    whole: tuple[str, ...]
    files: tuple[str, ...]
    settled_at: int | None
    author_id: str | None


ERASURE = Table(
    "erasure",
    Erasure,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "scope": choice(Scope, read=Scope, exported=in_export()),
        "cause": choice(("asked", "withdrawn", "retention", "replayed"), exported=in_export()),
        "reason": text(Whose.ANSWER, spoken=True, exported=in_export("said")),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
        "whole": names(),
        "files": names(),
        "settled_at": instant(null=True, exported=in_export()),
        "author_id": ident(null=True),
    },
    foreign={"proposal_id": "proposal"},
    indexes={"erasure_of_proposal": "proposal_id, at", "erasure_unsettled": "settled_at, at"},
    sealed=True,
    sheet=ExportSheet("xoa-thong-tin"),
)


def of_proposal(db: Store, proposal_id: str) -> list[Erasure]:
    """Return the erasures of a case, oldest first."""
    return db.all(ERASURE, "proposal_id = :proposal_id ORDER BY at, id", proposal_id=proposal_id)


def unsettled(db: Store) -> list[Erasure]:
    """Return the erasures of which something may still be on the disk, oldest first."""
    return db.all(ERASURE, "settled_at IS NULL ORDER BY at, id")


def lasting(db: Store) -> list[Erasure]:
    """Return the erasures that must be repeated in every older copy of the store: those that
    somebody asked for. What the rules of retention erased, they would erase again."""
    return db.all(ERASURE, "cause <> 'retention' ORDER BY at, id")


def settle(db: Store, erasure_id: str, *, at: int) -> None:
    """Record that nothing of an erasure is left on the disk."""
    with writing(db):
        db.change(ERASURE, {"id": erasure_id}, {"files": (), "settled_at": at})
