"""The moves of a case along the table: each step, who made it and what was said with it."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.db import event_log
from shared.db.card import Table, Whose, choice, ident, instant, json_of, structure
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, salted
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.proposal import (
    DATES,
    NEEDS,
    NO_MERGE_INTO,
    DetailMissing,
    MoveRefused,
    Status,
    check_maker,
    check_move,
)
from shared.domain.record import Record
from shared.store.cases import award_turns, merges, proposals, status_counts, unread_answers
from shared.store.cases.proposals import PROPOSAL, Proposal, ProposalUnknown


class MoveStale(Exception):
    """The proposal no longer has the status that the mover saw."""


class Move(Record):
    """One step along the table, with what was said when it was made."""

    from_status: Status
    to_status: Status
    actor: str
    at: int
    details: Mapping[str, str]


MOVE = Table(
    "move",
    Move,
    {
        "id": ident(),
        "proposal_id": ident(),
        "from_status": choice(Status, null=True, read=Status),
        "to_status": choice(Status, read=Status),
        "actor": ident(),
        "at": instant(),
        "details": structure(Whose.ANSWER, spoken=True),
    },
    foreign={"proposal_id": "proposal"},
    indexes={"move_of_proposal": "proposal_id, id"},
    sealed=True,
    in_register=True,
)


def of_proposal(db: Store, proposal_id: str) -> list[Move]:
    """Return a proposal's moves, oldest first."""
    return db.all(MOVE, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def last_to(db: Store, proposal_ids: Iterable[str], wanted: Status) -> dict[str, Move]:
    """Return the last move of each of these proposals to a status, by proposal id."""
    these, ids = among(proposal_ids)
    return {
        proposal_id: db.value(MOVE, made)
        for proposal_id, *made in db.rows(
            f"SELECT proposal_id, {columns_of(MOVE)} FROM move"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND to_status = :wanted AND proposal_id {these}"
            " ORDER BY id",
            wanted=wanted, **ids,
        )
    }  # fmt: skip


def move(
    db: Store,
    code: str,
    wanted: Status,
    *,
    actor: str,
    at: int,
    details: Mapping[str, str] | None = None,
    seen: Status | None = None,
) -> Proposal:
    """Move a proposal and record who moved it. Arguments and errors are those of `check`; raises
    ProposalUnknown too."""
    with writing(db):
        now = proposals.by_code(db, code)
        said = check(db, now, wanted, actor=actor, details=details, seen=seen)
        if wanted is Status.MERGED:
            merges.note(db, now.id, proposals.by_code(db, said["into"]).id, at=at)
        elif now.status is Status.MERGED:
            merges.undo(db, now.id)
        merged_from = now.status if wanted is Status.MERGED else None
        # Before the case itself, whose card asks since when it is a valid idea.
        _keep(db, now.id, Move(now.status, wanted, actor, at, said))
        changes = {"status": wanted, "status_since": at, "merged_from": merged_from}
        db.change(PROPOSAL, {"id": now.id}, changes)
        if not now.is_spam:
            status_counts.add(db, now.status, -1)
            status_counts.add(db, wanted, +1)
        if Status.MERGED in (now.status, wanted):
            award_turns.refresh(db, merges.into(db, now.id))
        return proposals.by_code(db, code)


def check(
    db: Store,
    now: Proposal,
    wanted: Status,
    *,
    actor: str,
    details: Mapping[str, str] | None = None,
    seen: Status | None = None,
) -> dict[str, str]:
    """Return the details of a move that may be made now, valid and complete.

    `details` are what proposal.NEEDS asks for `wanted`; `seen` is the status that the mover saw.
    The role of `actor` decides whether they may (proposal.MAKERS); moves by the program itself have
    no maker. Raises MoveStale, MoveRefused (NotTheirs), DetailMissing.
    """
    if seen is not None and now.status is not seen:
        raise MoveStale(now.status)
    check_move(now.status, wanted, now.merged_from)
    maker = _maker(db, actor)
    if maker is not None:
        check_maker(now.status, wanted, maker)
    return _checked(db, now, wanted, details or {})


def _keep(db: Store, proposal_id: str, made: Move) -> None:
    salt = new_salt()
    db.insert(MOVE, made, id=new_id(), proposal_id=proposal_id, salt=salt)
    said = {
        "from": made.from_status, "to": made.to_status,
        "content": salted(salt, json_of(made.details)),
    }  # fmt: skip
    event_log.note(db, "moved", proposal_id, made.actor, made.at, **said)
    unread_answers.moved(db, proposal_id, made.to_status, actor=made.actor, at=made.at)


def is_chair(db: Store, actor: str) -> bool:
    """Say whether the actor decides by signing."""
    return _maker(db, actor) == "chair"


def is_staff(db: Store, actor: str) -> bool:
    """Say whether the actor is a member of staff, not the sender or the program itself."""
    return actor != event_log.CITIZEN and _maker(db, actor) is not None


def _maker(db: Store, actor: str) -> str | None:
    """Return the role of the actor, "sender" for the citizen, None for the program itself."""
    if actor == event_log.CITIZEN:
        return "sender"
    row = db.row(
        "SELECT role FROM staff_member WHERE commune_id = :commune_id AND id = :id", id=actor
    )
    return str(row[0]) if row else None


def ask_again(db: Store, code: str, *, at: int) -> Proposal:
    """Put a proposal that was not recognised back under appraisal, as its sender asks."""
    return move(
        db,
        code,
        Status.UNDER_APPRAISAL,
        actor=event_log.CITIZEN,
        at=at,
        details={"asked_again": "yes"},
        seen=Status.NOT_RECOGNISED,
    )


def _checked(
    db: Store, now: Proposal, wanted: Status, details: Mapping[str, str]
) -> dict[str, str]:
    """Return the details of a move, valid and complete. Raises DetailMissing, MoveRefused."""
    said = {name: value.strip() for name, value in details.items() if value and value.strip()}
    needed = NEEDS.get(wanted, ())
    if now.status is Status.MERGED:  # undoing a merge asks for nothing
        needed = ()
    missing = tuple(name for name in needed if not said.get(name))
    missing += tuple(name for name in DATES if name in said and not _is_date(said[name]))
    if missing:
        raise DetailMissing(missing)
    if wanted is Status.MERGED:
        target = _merge_target(db, now, said["into"])
        said |= {"into": target.code, "into_received": str(target.received_at)}
    return said


def _merge_target(db: Store, now: Proposal, code: str) -> Proposal:
    """Return the case to merge into, for a merged one that which is considered instead; the merged
    one's sender is told its day of receipt."""
    try:
        named = proposals.by_code(db, code)
    except ProposalUnknown:
        raise DetailMissing(("into",)) from None
    kept = merges.kept_instead(db, named.id)
    target = proposals.by_id(db, kept) if kept else named
    if target.id == now.id or target.status in NO_MERGE_INTO:
        raise MoveRefused("a case can only be merged into another living case")
    return target


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
