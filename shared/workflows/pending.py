"""What cannot be undone waits: an act is put, may be taken back, and is carried out when it is due.

Until then the case keeps its status, nothing is erased and nobody is told. When it is due, the step
and the record that it was done are one transaction: a program that is killed within it starts
again.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN
from shared.domain import clock
from shared.domain.proposal import PUBLIC, DetailMissing, MoveRefused, Status
from shared.store.cases import pending_acts, proposals
from shared.store.cases.moves import MoveStale
from shared.store.cases.pending_acts import Kind, PendingAct
from shared.store.cases.proposals import Proposal
from shared.store.privacy.data_requests import Door
from shared.store.privacy.erasures import Scope
from shared.workflows import case_steps, erase, withdraw
from shared.workflows.erase import ErasureRequest

# How long an act waits (ms): a person who sees a button can take it back at once; whoever has a
# telephone alone gets a day.
WAIT = 10 * clock.MINUTE
WAIT_BY_DOOR = {"sms": clock.DAY}

log = logging.getLogger("hienke")


def ask_to_withdraw(db: Store, code: str, door: Door, *, at: int) -> str:
    """Let a sender's withdrawal wait; `door` is how they asked.

    Return the key of what to tell them: withdraw_waits, or what withdraw.withdraw returns where
    there is nothing to wait for. Raises ProposalUnknown.
    """
    with writing(db):
        now = proposals.by_code(db, code)
        if now.status is Status.WITHDRAWN or now.status in PUBLIC:
            return withdraw.withdraw(db, code, at=at, door=door)
        put(
            db, now, "withdraw", details={"way": door.way}, actor=CITIZEN, at=at,
            wait=WAIT_BY_DOOR.get(door.way, WAIT),
        )  # fmt: skip
        return "withdraw_waits"


def put(
    db: Store, now: Proposal, kind: Kind, *, actor: str, at: int, reason: str = "",
    details: Mapping[str, Any] | None = None, wait: int = WAIT,
) -> PendingAct:  # fmt: skip
    """Let an act on a case wait for `wait` ms; if one of its kind waits already, return that
    one."""
    with writing(db):
        return pending_acts.put(
            db,
            PendingAct(
                pending_acts.new_act_id(), now.id, kind, now.status, actor, at, at + wait, reason,
                details or {},
            ),
        )  # fmt: skip


def take_back(db: Store, proposal_id: str, act_id: str, *, actor: str, at: int) -> bool:
    """Take back an act of a case; return False if it is done, or was taken back before."""
    with writing(db):
        act = pending_acts.that_waits(db, act_id)
        if act is None or act.proposal_id != proposal_id:
            return False
        pending_acts.taken_back(db, act, actor=actor, at=at)
        return True


def do_due(db: Store, *, at: int, zone: ZoneInfo) -> int:
    """Carry out what is due at an instant (ms UTC), each act by itself; return how many were."""
    return sum(_do(db, act_id, at, zone) for act_id in pending_acts.due(db, at=at))


def _do(db: Store, act_id: str, at: int, zone: ZoneInfo) -> bool:
    try:
        with writing(db):
            act = pending_acts.that_waits(db, act_id)
            if act is None:  # taken back since
                return False
            _WAYS[act.kind](db, act, at, zone)
            pending_acts.done(db, act, at=at)
    except (MoveStale, MoveRefused, DetailMissing) as fault:
        log.info("act_lapsed act=%s reason=%s", act_id, type(fault).__name__)
        with writing(db):
            act = pending_acts.that_waits(db, act_id)
            if act is not None:
                pending_acts.lapsed(db, act, at=at)
        return False
    return True


def _withdraw(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    code = proposals.by_id(db, act.proposal_id).code
    door = Door(act.details["way"], zone)
    withdraw.withdraw(db, code, at=at, actor=act.actor, door=door)


def _redirect(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    _move(db, act, Status.REDIRECTED, at, zone)


def _close(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    _move(db, act, Status.CLOSED, at, zone)


def _move(db: Store, act: PendingAct, wanted: Status, at: int, zone: ZoneInfo) -> None:
    code = proposals.by_id(db, act.proposal_id).code
    said = {**act.details, "reason": act.reason}
    case_steps.move(
        db, code, wanted, actor=act.actor, at=at, zone=zone, details=said, seen=act.seen_status
    )


def _erase(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    said = act.details
    asked = ErasureRequest(
        Scope(said["scope"]), "asked", act.reason, act.actor, at, said["whole"], said["author_id"]
    )
    erase.erase(db, act.proposal_id, asked)


_WAYS: Mapping[Kind, Callable[[Store, PendingAct, int, ZoneInfo], None]] = {
    "withdraw": _withdraw,
    "redirect": _redirect,
    "close": _close,
    "erase": _erase,
}
