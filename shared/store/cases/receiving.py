"""Keeps a proposal when it comes: complete, in one transaction, once per sending."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.db import event_log, search
from shared.db.connection import Store, writing
from shared.db.engines import Statement
from shared.db.event_log import new_id, new_salt
from shared.domain import clock, codes
from shared.domain.evaluation_year import Cutoff, evaluation_year
from shared.domain.proposal import NewProposal, Status
from shared.domain.record import Record, asdict
from shared.store.cases import (
    authors,
    case_words,
    compared,
    idea_counts,
    proposals,
    receipts,
    status_counts,
)
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.office import campaigns


class Arrival(Record):
    """When and how a proposal came. `received_at` is what counts and never changes (R27);
    `arrived_at` is when it reached the office or this machine, `registered_at` when it was entered,
    None if that was at arrival. All ms UTC."""

    received_at: int
    arrived_at: int
    device_id: str | None = None
    registered_at: int | None = None

    @property
    def kept_at(self) -> int:
        """When it came into the store."""
        return self.arrived_at if self.registered_at is None else self.registered_at


class Added(Record):
    """The proposal kept under a key, whether this very call kept it, and whether what was sent
    under that key equals what is kept. After its words are erased (`is_erased`) we cannot tell:
    then nothing counts as different, but nobody has shown that they are its sender either."""

    proposal: Proposal
    is_new: bool
    is_same: bool = True
    is_erased: bool = False


def add(
    db: Store, new: NewProposal, arrival: Arrival, *, key: str, fingerprint: str,
    receipt_key: bytes, zone: ZoneInfo, actor: str = event_log.CITIZEN, code: str | None = None,
) -> Added:  # fmt: skip
    """Keep a proposal, its author, its receipt and its first event in one transaction.

    `key` names the sending, not the content: the same key again returns what it kept the first
    time, so a double tap or a resend never makes a second proposal. `fingerprint` is a hash of
    everything that was sent; it shows whether the content is the same too. `code` is one that a
    kiosk gave already; without one the proposal gets a new one. Raises receipts.CodeTaken.
    """
    with writing(db):
        added, rows = adding(
            db, new, arrival, key=key, fingerprint=fingerprint, receipt_key=receipt_key, zone=zone,
            actor=actor, code=code,
        )  # fmt: skip
        db.write_all(*rows)
        return added


def adding(
    db: Store, new: NewProposal, arrival: Arrival, *, key: str, fingerprint: str,
    receipt_key: bytes, zone: ZoneInfo, actor: str = event_log.CITIZEN, code: str | None = None,
) -> tuple[Added, Sequence[Statement]]:  # fmt: skip
    """Return what `add` keeps, and the statements that are left to be written, for `write_all`;
    only inside `writing`."""
    wanted = code or codes.new_code()
    before = _before(db, key, wanted, clock.to_local(arrival.received_at, zone))
    if before.is_kept:
        return _kept_before(db, key, fingerprint), ()
    if before.is_issued:
        wanted = receipts.unbound(db, code, key=receipt_key, at=arrival.kept_at)
    fresh, salt = _as_received(new, arrival, wanted, before, zone), new_salt()
    row = db.inserting(PROPOSAL, fresh, idempotency_key=key, fingerprint=fingerprint, salt=salt)
    receipt = receipts.issuing(db, wanted, fresh.id, key=receipt_key, at=arrival.kept_at)
    noted = event_log.noting(
        db, before.last, "received", fresh.id, actor, arrival.kept_at,
        code=wanted, channel=new.channel, year=fresh.evaluation_year,
        content=case_words.content_of({**asdict(fresh), "salt": salt}),
        consents=asdict(new.consents),
    )  # fmt: skip
    issued = () if before.is_issued else (receipt,)
    counted = idea_counts.keeping(db, None, row.values)
    rows = (row, *counted, *issued, *_beside(db, new, fresh), noted)
    if before.is_issued:
        db.write_all(*rows)  # its receipt refers to it
        receipts.bind(db, wanted, fresh.id)
        rows = ()
    return Added(fresh, is_new=True), rows


def _beside(db: Store, new: NewProposal, fresh: Proposal) -> Iterator[Statement]:
    """Yield what is kept beside a new proposal, its receipt and its event."""
    yield authors.adding(db, fresh.id, new, at=fresh.arrived_at)
    yield from _found_by(db, fresh.id, new)
    yield status_counts.adding(db, fresh.status, +1)


def was_sent_as(db: Store, proposal_id: str, fingerprint: str) -> bool:
    """Say whether a proposal was sent with exactly this content; never yes for an erased one."""
    return bool(fingerprint) and _fingerprint_of(db, proposal_id) == db.encrypt(fingerprint)


def _fingerprint_of(db: Store, proposal_id: str) -> str:
    """Return the encrypted fingerprint of a proposal; "" if it was erased, or there was none."""
    row = db.row(
        "SELECT fingerprint FROM proposal WHERE commune_id = :commune_id AND id = :id",
        id=proposal_id,
    )
    return str(row[0]) if row else ""


class _Before(Record):
    """What is asked before a proposal is kept, all in one statement: whether its key is known and
    its code was issued, the end of the chain, and the rules of its year. `received` is local."""

    received: datetime
    is_kept: bool
    is_issued: bool
    last: Sequence[Any]
    cutoff: Cutoff
    service_days: int


_ASKED_BEFORE = (
    "SELECT (SELECT 1 FROM proposal WHERE commune_id = :commune_id AND idempotency_key = :key),"  # noqa: S608 ours
    " (SELECT 1 FROM receipt WHERE commune_id = :commune_id AND code = :code AND copy = 1),"
    " last.place, last.hash, cutoff_month, cutoff_day, cutoff_inclusive, service_days"
    f" FROM campaign LEFT JOIN ({event_log.LAST}) AS last ON 1 = 1"
    f" WHERE campaign.commune_id = :commune_id {campaigns.OF_YEAR}"
)


def _before(db: Store, key: str, code: str, received: datetime) -> _Before:
    found = db.row(_ASKED_BEFORE, key=key, code=code, year=received.year)
    if found is None:
        raise campaigns.no_campaign()
    is_kept, is_issued, place, last, month, day, inclusive, days = found
    cutoff = Cutoff(month, day, bool(inclusive))
    return _Before(received, bool(is_kept), bool(is_issued), (place, last), cutoff, days)


def _kept_before(db: Store, key: str, fingerprint: str) -> Added:
    kept = proposals.by_key(db, key)
    assert kept is not None, "it was there a moment ago"
    said = _fingerprint_of(db, kept.id)
    is_same = said in ("", db.encrypt(fingerprint))
    return Added(kept, is_new=False, is_same=is_same, is_erased=not said)


def _as_received(
    new: NewProposal, arrival: Arrival, code: str, before: _Before, zone: ZoneInfo
) -> Proposal:
    counted = evaluation_year(new.participant_type, new.insider, before.received, before.cutoff)
    due = clock.add_working_days(before.received.date(), before.service_days)
    return Proposal(
        id=new_id(),
        code=code,
        status=Status.RECEIVED,
        status_since=arrival.received_at,
        channel=new.channel,
        participant_type=new.participant_type,
        insider=new.insider,
        title=new.title,
        title_is_own=new.title_is_own,
        current_state=new.current_state,
        solution=new.solution,
        expected_effect=new.expected_effect,
        effects=new.effects,
        maturity=new.maturity,
        category=new.category,
        more_categories=new.more_categories,
        field=None,
        residence=new.residence,
        hamlet=new.hamlet,
        mobiliser=new.mobiliser,
        device_id=arrival.device_id,
        received_at=arrival.received_at,
        arrived_at=arrival.arrived_at,
        registered_at=arrival.kept_at,
        due_at=clock.end_of_day(due, zone),
        evaluation_year=counted.year,
        evaluation_rule=counted.rule,
        on_the_line=counted.on_the_line,
    )


def _found_by(db: Store, proposal_id: str, new: NewProposal) -> list[Statement]:
    """Return the statements by which a new idea is found: by its words, and as like others."""
    found = list(search.indexing(db, proposal_id, *_findable(new)))
    return [*found, compared.joining(db, proposal_id)] if new.title else found


def _findable(new: NewProposal) -> tuple[str, ...]:
    return (new.title, new.current_state, new.solution, new.expected_effect, new.name, new.unit)
