"""Ideas that members of staff entered for somebody: how each came, and with what evidence.

A person who enters an idea is never its author: only the events and this table name them.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, note, salted
from shared.domain.entry_on_behalf import Entry
from shared.domain.proposal import NewProposal
from shared.store.cases import receiving
from shared.store.cases.entries import ENTRY
from shared.store.cases.receiving import Added, Arrival
from shared.workflows import notices


@dataclass(frozen=True)
class EntryRecord:
    """How an idea was entered; `entered_by` is a staff id, `entered_at` ms UTC."""

    way: str
    evidence: str
    why: str
    entered_by: str
    entered_at: int


def add(
    db: Store,
    new: NewProposal,
    entry: Entry,
    *,
    key: str,
    fingerprint: str,
    receipt_key: bytes,
    zone: ZoneInfo,
    actor: str,
    at: int,
) -> Added:
    """Keep an idea that came to the desk, and queue the SMS with its code if its sender agreed; all
    in one transaction, once per `key`. `at` is when it is entered, `actor` by whom."""
    with writing(db):
        added = receiving.add(
            db,
            new,
            Arrival(entry.arrived_at, entry.arrived_at, registered_at=at),
            key=key,
            fingerprint=fingerprint,
            receipt_key=receipt_key,
            zone=zone,
            actor=actor,
        )
        if added.is_new:
            _note(db, added.proposal.id, entry, actor, at)
            notices.of_entry(db, added.proposal, at=at, zone=zone)
        return added


def of(db: Store, proposal_id: str) -> EntryRecord | None:
    """Return how a proposal was entered, or None if its sender sent it themselves."""
    row = db.row(
        "SELECT way, evidence, why, entered_by, entered_at FROM entry"
        " WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    return EntryRecord(*row) if row else None


def _note(db: Store, proposal_id: str, entry: Entry, actor: str, at: int) -> None:
    salt = new_salt()
    row = {
        "id": new_id(),
        "proposal_id": proposal_id,
        "way": entry.way,
        "evidence": entry.evidence,
        "why": entry.why,
        "entered_by": actor,
        "entered_at": at,
        "salt": salt,
    }
    db.insert(ENTRY, row)
    note(
        db, "entered", proposal_id, actor, at,
        way=entry.way, evidence=entry.evidence, content=salted(salt, entry.why),
    )  # fmt: skip
