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
from shared.store.cases import authors, moves, pending_acts, proposals
from shared.store.cases.moves import MoveStale
from shared.store.cases.pending_acts import Kind, PendingAct
from shared.store.cases.proposals import Proposal
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import Door
from shared.store.privacy.erasures import Scope
from shared.workflows import case_steps, co_authors, erase, withdraw
from shared.workflows.co_authors import AuthorUnknown
from shared.workflows.erase import ErasureRequest

# How long an act waits (ms): a person who sees a button can take it back at once; whoever has a
# telephone alone gets a day.
WAIT = 10 * clock.MINUTE
WAIT_BY_DOOR = {"sms": clock.DAY}
# The steps of staff that wait, and what each is called while it does.
WAITING_STEPS: Mapping[Status, Kind] = {
    Status.REDIRECTED: "redirect",
    Status.CLOSED: "close",
    Status.WITHDRAWN: "withdraw",
}
_STEP_OF = {kind: status for status, kind in WAITING_STEPS.items()}

log = logging.getLogger("hienke")


class ActWaits(Exception):
    """Another act waits in this case: `act`."""

    def __init__(self, act: PendingAct) -> None:
        super().__init__(f"{act.kind} waits")
        self.act = act


def ask_to_move(
    db: Store, code: str, wanted: Status, *, actor: str, at: int,
    details: Mapping[str, str] | None = None, seen: Status | None = None,
) -> PendingAct:  # fmt: skip
    """Let a step of staff wait, one of WAITING_STEPS; the same step asked for twice by the same
    person waits once. A withdrawal needs the `way` and the `identity` of its sender among the
    details. Raises ActWaits, ProposalUnknown and what moves.check raises."""
    with writing(db):
        now, given = proposals.by_code(db, code), details or {}
        said = {name: text for name, text in given.items() if name != "reason"}
        asked = (WAITING_STEPS[wanted], actor, given.get("reason", ""), said)
        for act in pending_acts.waiting(db, now.id):
            if (act.kind, act.actor, act.reason, dict(act.details)) != asked:
                raise ActWaits(act)
            return act
        moves.check(db, now, wanted, actor=actor, details=details, seen=seen)
        kind, _, reason, said = asked
        return put(db, now, kind, actor=actor, at=at, reason=reason, details=said)


def ask_to_erase(
    db: Store, proposal_id: str, asked: ErasureRequest, *, request_id: str
) -> PendingAct:
    """Let the erasure that a request at the data desk asks for wait; the request is done with it.
    The same erasure asked for twice waits once. Raises ActWaits, ProposalUnknown."""
    details = {
        "scope": asked.scope, "whole": sorted(asked.whole), "author_id": asked.author_id,
        "request": request_id,
    }  # fmt: skip
    return _put_erasure(db, proposal_id, asked, details)


def ask_to_erase_co_author(
    db: Store, code: str, author_id: str, *, actor: str, at: int
) -> PendingAct | None:
    """Let the erasure of a further author wait; None if it is done. The same asked for twice waits
    once. Raises ActWaits, ProposalUnknown, AuthorUnknown."""
    here, who = co_authors.further(db, code, author_id)
    if who.erased_at is not None:
        return None
    asked = ErasureRequest(Scope.DETAILS, "asked", "", actor, at, author_id=author_id)
    return _put_erasure(db, here.id, asked, {"co_author": author_id})


def _put_erasure(
    db: Store, proposal_id: str, asked: ErasureRequest, details: Mapping[str, Any]
) -> PendingAct:
    with writing(db):
        now = proposals.by_id(db, proposal_id)
        for act in pending_acts.waiting(db, now.id):
            same = ("erase", asked.actor, asked.reason, details)
            if (act.kind, act.actor, act.reason, dict(act.details)) != same:
                raise ActWaits(act)
            return act
        return put(
            db, now, "erase", actor=asked.actor, at=asked.at, reason=asked.reason, details=details
        )


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


def take_consents_back(
    db: Store, proposal_id: str, taken: set[str], door: Door, *, at: int
) -> None:
    """Withdraw consents (of proposal.CONSENTS) as a sender does by themselves. What only reveals
    less is done and recorded at once; whoever is not to be kept is erased when that is due."""
    with writing(db):
        if withdraw.take_back(db, proposal_id, taken, actor=CITIZEN, at=at):
            data_requests.note_done(db, proposal_id, "consent", door, at=at)
        known = authors.of(db, proposal_id)
        if "store" in taken and known.erased_at is None and known.is_known:
            details = {"scope": Scope.DETAILS, "author_id": known.id, "way": door.way}
            wait = WAIT_BY_DOOR.get(door.way, WAIT)
            now = proposals.by_id(db, proposal_id)
            put(db, now, "erase", actor=CITIZEN, at=at, details=details, wait=wait)


def put(
    db: Store, now: Proposal, kind: Kind, *, actor: str, at: int, reason: str = "",
    details: Mapping[str, Any] | None = None, wait: int = WAIT,
) -> PendingAct:  # fmt: skip
    """Let an act on a case wait for `wait` ms; if one of its kind waits already, return that one.
    A lapsed one of its kind is over with it."""
    with writing(db):
        for old in pending_acts.of_proposal(db, now.id):
            if (old.kind, old.state) == (kind, "lapsed"):
                pending_acts.taken_back(db, old, actor=actor, at=at)
        return pending_acts.put(
            db,
            PendingAct(
                pending_acts.new_act_id(), now.id, kind, now.status, actor, at, at + wait, reason,
                details or {},
            ),
        )  # fmt: skip


def take_back(db: Store, proposal_id: str, act_id: str, *, actor: str, at: int) -> bool:
    """Take back an act of a case that waits or lapsed; return False if it is done, or was taken
    back before."""
    with writing(db):
        act = pending_acts.that_is_open(db, act_id)
        if act is None or act.proposal_id != proposal_id:
            return False
        pending_acts.taken_back(db, act, actor=actor, at=at)
        return True


def erasure_for(db: Store, proposal_id: str, request_id: str) -> PendingAct | None:
    """Return the erasure that waits in a case and answers this request at the data desk, or
    None."""
    waiting = pending_acts.waiting(db, proposal_id)
    return next((one for one in waiting if one.details.get("request") == request_id), None)


def put_again(db: Store, act_id: str, *, actor: str, at: int) -> PendingAct | None:
    """Let a lapsed act wait once more, from now on and as `actor`'s; None if it is no longer
    lapsed. Raises ActWaits, and MoveRefused or DetailMissing if the case does not allow it."""
    with writing(db):
        act = pending_acts.that_is_open(db, act_id)
        if act is None or act.state != "lapsed":
            return None
        now = proposals.by_id(db, act.proposal_id)
        for other in pending_acts.waiting(db, now.id):
            raise ActWaits(other)
        if not act.details and act.kind != "close":
            raise MoveRefused("what it needs was erased")
        if act.kind == "withdraw" and (now.status is Status.WITHDRAWN or now.status in PUBLIC):
            raise MoveRefused(f"{now.status} is not withdrawn")
        if act.kind in ("redirect", "close"):
            said = {**act.details, "reason": act.reason}
            moves.check(db, now, _STEP_OF[act.kind], actor=actor, details=said)
        return put(db, now, act.kind, actor=actor, at=at, reason=act.reason, details=act.details)


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
    except (MoveStale, MoveRefused, DetailMissing, AuthorUnknown) as fault:
        log.info("act_lapsed act=%s reason=%s", act_id, type(fault).__name__)
        with writing(db):
            act = pending_acts.that_waits(db, act_id)
            if act is not None:
                pending_acts.lapsed(db, act, at=at)
        return False
    return True


def _withdraw(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    code = proposals.by_id(db, act.proposal_id).code
    if not act.details:
        raise MoveRefused("what it needs was erased")
    door = Door(act.details["way"], zone, act.details.get("identity", ""))
    withdraw.withdraw(db, code, at=at, actor=act.actor, door=door)


def _move(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    wanted = _STEP_OF[act.kind]
    code = proposals.by_id(db, act.proposal_id).code
    said = {**act.details, "reason": act.reason}
    case_steps.move(
        db, code, wanted, actor=act.actor, at=at, zone=zone, details=said, seen=act.seen_status
    )


def _erase(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    said = act.details
    if not said:
        raise MoveRefused("what it needs was erased")
    request = said.get("request", "")
    if request and not data_requests.finish(db, request, "done", "", actor=act.actor, at=at):
        raise MoveRefused("the request was answered otherwise")
    if "co_author" in said:
        code = proposals.by_id(db, act.proposal_id).code
        co_authors.erase(db, code, said["co_author"], actor=act.actor, at=at)
        return
    if "way" in said:
        door = Door(said["way"], zone)
        data_requests.note_done(db, act.proposal_id, "consent", door, at=at, actor=act.actor)
    asked = ErasureRequest(
        Scope(said["scope"]), "asked", act.reason, act.actor, at, said.get("whole", ()),
        said["author_id"],
    )  # fmt: skip
    erase.erase(db, act.proposal_id, asked)


_WAYS: Mapping[Kind, Callable[[Store, PendingAct, int, ZoneInfo], None]] = {
    "withdraw": _withdraw,
    "redirect": _move,
    "close": _move,
    "erase": _erase,
}
