"""Ideas that members of staff entered for somebody: how each came, and with what evidence.

A person who enters an idea is never its author: only the events and this table name them.
"""

from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, note, salted
from shared.domain.entry_on_behalf import Entry
from shared.domain.proposal import NewProposal
from shared.store.cases import receiving
from shared.store.cases.entries import ENTRY, EntryRecord
from shared.store.cases.receiving import Added, Arrival
from shared.store.people import help_calls
from shared.workflows import notices


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
    device_id: str | None = None,
) -> Added:
    """Keep an idea that came to the desk, and queue the SMS with its code if its sender agreed; all
    in one transaction, once per `key`. `at` is when it is entered, `actor` by whom, `device_id` the
    kiosk at which its sender stands: its receipt comes out there."""
    with writing(db):
        added = receiving.add(
            db,
            new,
            Arrival(entry.arrived_at, entry.arrived_at, device_id, registered_at=at),
            key=key,
            fingerprint=fingerprint,
            receipt_key=receipt_key,
            zone=zone,
            actor=actor,
        )
        if added.is_new:
            _note(db, added.proposal.id, entry, actor, at)
            notices.of_entry(db, added.proposal, at=at, zone=zone)
            if device_id:
                help_calls.hand_over(db, device_id, added.proposal.id, by=actor, at=at)
        return added


def of(db: Store, proposal_id: str) -> EntryRecord | None:
    """Return how a proposal was entered, or None if its sender sent it themselves."""
    return db.get(ENTRY, "proposal_id = :proposal_id", proposal_id=proposal_id)


def _note(db: Store, proposal_id: str, entry: Entry, actor: str, at: int) -> None:
    salt, said = new_salt(), EntryRecord(entry.way, entry.evidence, entry.why, actor, at)
    db.insert(ENTRY, said, id=new_id(), proposal_id=proposal_id, salt=salt)
    note(
        db, "entered", proposal_id, actor, at,
        way=entry.way, evidence=entry.evidence, content=salted(salt, entry.why),
    )  # fmt: skip
