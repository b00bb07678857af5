"""What cannot be undone waits: an act is put, may be taken back, and is carried out when it is due.

Until then the case keeps its status, nothing is erased and nobody is told. When it is due, the step
and the record that it was done are one transaction: a program that is killed within it starts
again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN
from shared.domain import clock
from shared.domain.proposal import PUBLIC, DetailMissing, MoveRefused, Status
from shared.store.awards import decision_numbers
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import authors, moves, pending_acts, proposals
from shared.store.cases.moves import MoveStale
from shared.store.cases.pending_acts import Kind, PendingAct
from shared.store.cases.proposals import Proposal
from shared.store.files import originals
from shared.store.files.originals import Original
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import Door
from shared.store.privacy.erasures import Scope
from shared.workflows import case_steps, co_authors, erase, sign_off, withdraw
from shared.workflows.co_authors import AuthorUnknown, Honoured
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
    Status.RECOGNISED: "sign",
    Status.NOT_RECOGNISED: "refuse",
}
_STEP_OF = {kind: status for status, kind in WAITING_STEPS.items()}
# What a signature from the chair's folder holds besides what is said for its step.
_OF_FOLDER = ("item", "verdict", "batch", "many")

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
    details; the number of a decision is taken from now on. Raises ActWaits, ProposalUnknown,
    NumberTaken and what moves.check raises."""
    with writing(db):
        now, given = proposals.by_code(db, code), details or {}
        said = {name: text for name, text in given.items() if name != "reason"}
        asked = (WAITING_STEPS[wanted], actor, given.get("reason", ""), said)
        for act in pending_acts.waiting(db, now.id):
            if (act.kind, act.actor, act.reason, dict(act.details)) != asked:
                raise ActWaits(act)
            return act
        moves.check(db, now, wanted, actor=actor, details=details, seen=seen)
        if "decision_number" in said:
            decision_numbers.check(db, said["decision_number"], said["decision_date"])
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
    return _put_once(db, proposal_id, "erase", asked.actor, asked.at, asked.reason, details)


def ask_to_erase_co_author(
    db: Store, code: str, author_id: str, *, actor: str, at: int
) -> PendingAct | None:
    """Let the erasure of a further author wait; None if it is done. The same asked for twice waits
    once. Raises ActWaits, ProposalUnknown, AuthorUnknown."""
    here, who = co_authors.further(db, code, author_id)
    if who.erased_at is not None:
        return None
    return _put_once(db, here.id, "erase", actor, at, "", {"co_author": author_id})


def ask_to_take_off(
    db: Store, code: str, author_id: str, reason: str, *, actor: str, at: int
) -> PendingAct:
    """Let the removal of a further author who was noted by mistake wait. The same asked for twice
    waits once. Raises ActWaits, ProposalUnknown, AuthorUnknown, Honoured."""
    here, _ = co_authors.removable(db, code, author_id)
    return _put_once(db, here.id, "author", actor, at, reason, {"author": author_id})


def ask_to_let_go(
    db: Store, original: Original, reason: str, *, actor: str, at: int
) -> PendingAct:  # fmt: skip
    """Let the deletion of an original whose copy stays wait. The same asked for twice waits once.
    Raises ActWaits."""
    details = {"original": original.id}
    return _put_once(db, original.proposal_id, "original", actor, at, reason, details)


def _put_once(
    db: Store, proposal_id: str, kind: Kind, actor: str, at: int, reason: str,
    details: Mapping[str, Any],
) -> PendingAct:  # fmt: skip
    with writing(db):
        now = proposals.by_id(db, proposal_id)
        for act in pending_acts.waiting(db, now.id):
            if (act.kind, act.actor, act.reason, act.details) != (kind, actor, reason, details):
                raise ActWaits(act)
            return act
        return put(db, now, kind, actor=actor, at=at, reason=reason, details=details)


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
    """Take back an act of a case that waits or lapsed, and those that are done together with it;
    return False if it is done, or was taken back before."""
    with writing(db):
        act = pending_acts.that_is_open(db, act_id)
        if act is None or act.proposal_id != proposal_id:
            return False
        for one in pending_acts.together(db, act):
            pending_acts.taken_back(db, one, actor=actor, at=at)
        return True


def erasure_for(db: Store, proposal_id: str, request_id: str) -> PendingAct | None:
    """Return the erasure that waits in a case and answers this request at the data desk, or
    None."""
    waiting = pending_acts.waiting(db, proposal_id)
    return next((one for one in waiting if one.details.get("request") == request_id), None)


def put_again(db: Store, act_id: str, *, actor: str, at: int) -> PendingAct | None:
    """Let a lapsed act wait once more, from now on and as `actor`'s, with those that are done
    together with it; None if it is no longer lapsed. Raises ActWaits, and MoveRefused,
    DetailMissing or NumberTaken if a case does not allow it."""
    with writing(db):
        act = pending_acts.that_is_open(db, act_id)
        if act is None or act.state != "lapsed":
            return None
        acts = _all_of_it(db, act)
        _check_conclusions(db, acts)
        for one in acts:
            now = proposals.by_id(db, one.proposal_id)
            for other in pending_acts.waiting(db, now.id):
                raise ActWaits(other)
            _check_again(db, now, one, actor)
        again = [
            put(
                db, proposals.by_id(db, one.proposal_id), one.kind, actor=actor, at=at,
                reason=one.reason, details=one.details,
            )
            for one in acts
        ]  # fmt: skip
        return again[0]


def _check_again(db: Store, now: Proposal, act: PendingAct, actor: str) -> None:
    """Raise MoveRefused, DetailMissing or NumberTaken unless a case allows a lapsed act."""
    _check_whole(act)
    if act.kind == "withdraw" and (now.status is Status.WITHDRAWN or now.status in PUBLIC):
        raise MoveRefused(f"{now.status} is not withdrawn")
    if act.kind in _STEP_OF and act.kind != "withdraw":
        moves.check(db, now, step_of(act), actor=actor, details=said_of(act))
    if number := act.details.get("decision_number"):
        decision_numbers.check(db, number, act.details["decision_date"])


def _check_whole(act: PendingAct) -> None:
    """Raise MoveRefused if what an act needs was erased since; a closing needs its reason alone."""
    if not act.details and act.kind != "close":
        raise MoveRefused("what it needs was erased")


def do_due(db: Store, *, at: int, zone: ZoneInfo) -> int:
    """Carry out what is due at an instant (ms UTC), each act by itself or with its batch; return
    how many were."""
    return sum(_do(db, act_id, at, zone) for act_id in pending_acts.due(db, at=at))


def _do(db: Store, act_id: str, at: int, zone: ZoneInfo) -> int:
    try:
        with writing(db):
            act = pending_acts.that_waits(db, act_id)
            if act is None:  # taken back since, or done with its batch
                return 0
            acts = _all_of_it(db, act)
            _check_whole(act)
            _WAYS[act.kind](db, act, at, zone)
            for one in acts:
                pending_acts.done(db, one, at=at)
            return len(acts)
    except (MoveStale, MoveRefused, DetailMissing, AuthorUnknown, Honoured, NumberTaken) as fault:
        log.info("act_lapsed act=%s reason=%s", act_id, type(fault).__name__)
        with writing(db):
            act = pending_acts.that_waits(db, act_id)
            for one in pending_acts.together(db, act) if act else ():
                pending_acts.lapsed(db, one, at=at)
        return 0


def _all_of_it(db: Store, act: PendingAct) -> list[PendingAct]:
    """Return an act and those that are done together with it. Raises MoveRefused if one of them is
    no longer there: all are done, or none."""
    acts = pending_acts.together(db, act)
    if act.batch and len(acts) != int(act.details["many"]):
        raise MoveRefused("not all of them are there")
    return acts


def step_of(act: PendingAct) -> Status:
    """Return the status that a step of staff leads to when it is carried out."""
    verdict = act.details.get("verdict")
    return sign_off.STEP_OF[verdict] if verdict else _STEP_OF[act.kind]


def said_of(act: PendingAct) -> dict[str, str]:
    """Return what was said for a step of staff, as the step keeps it."""
    kept = {name: text for name, text in act.details.items() if name not in _OF_FOLDER}
    return kept if step_of(act) is Status.ON_TRIAL else {**kept, "reason": act.reason}


def _withdraw(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    code = proposals.by_id(db, act.proposal_id).code
    door = Door(act.details["way"], zone, act.details.get("identity", ""))
    withdraw.withdraw(db, code, at=at, actor=act.actor, door=door)


def _move(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    code = proposals.by_id(db, act.proposal_id).code
    case_steps.move(
        db, code, step_of(act), actor=act.actor, at=at, zone=zone, details=said_of(act),
        seen=act.seen_status,
    )  # fmt: skip


def _sign(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    if not act.batch:
        _move(db, act, at, zone)
        return
    acts = pending_acts.together(db, act)
    _check_conclusions(db, acts)
    said = {name: text for name, text in said_of(act).items() if name != "reason"}
    reasons = {one.details["item"]: one.reason for one in acts}
    sign_off.sign(db, [*reasons], said, reasons, actor=act.actor, at=at, zone=zone)


def _check_conclusions(db: Store, acts: Sequence[PendingAct]) -> None:
    """Raise Signed unless the conclusions of a batch stand as they were signed."""
    sign_off.check(db, {one.details["item"]: one.details["verdict"] for one in acts if one.batch})


def _erase(db: Store, act: PendingAct, at: int, zone: ZoneInfo) -> None:
    said = act.details
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


def _take_off(db: Store, act: PendingAct, at: int, _zone: ZoneInfo) -> None:
    code = proposals.by_id(db, act.proposal_id).code
    co_authors.take_off(db, code, act.details["author"], actor=act.actor, at=at)


def _let_go(db: Store, act: PendingAct, at: int, _zone: ZoneInfo) -> None:
    originals.let_go(db, act.details["original"], actor=act.actor, at=at)


_WAYS: Mapping[Kind, Callable[[Store, PendingAct, int, ZoneInfo], None]] = {
    "withdraw": _withdraw,
    "redirect": _move,
    "close": _move,
    "erase": _erase,
    "sign": _sign,
    "refuse": _sign,
    "author": _take_off,
    "original": _let_go,
}
