"""The chair signs what the council concluded: the signature waits before it is carried out, all
ideas of one decision together (shared/workflows/pending.py)."""

from collections.abc import Mapping, Sequence

from shared.db.connection import Store, writing
from shared.domain.proposal import Status
from shared.store.awards import decision_numbers
from shared.store.cases import moves, pending_acts, proposals
from shared.store.cases.pending_acts import PendingAct, new_act_id
from shared.store.council import items as council_items
from shared.workflows import pending, sign_off
from shared.workflows.pending import ActWaits
from shared.workflows.sign_off import WaitingConclusion


def ask_to_sign(
    db: Store, item_ids: Sequence[str], details: Mapping[str, str], reasons: Mapping[str, str], *,
    actor: str, at: int,
) -> None:  # fmt: skip
    """Let the signature of conclusions wait: all of them by one decision, or none. `reasons` are by
    item; without one the council's counts. What the same person signed so already is left. The
    number is theirs from now on. Raises SessionUnknown, Signed, ActWaits, NumberTaken,
    DetailMissing, MoveRefused."""
    with writing(db):
        found = {one.item_id: one for one in sign_off.find(db, item_ids)}
        for item_id in item_ids:
            if item_id not in found:
                _check_is_asked(db, item_id, details, actor)
        if details.get("decision_number"):
            decision_numbers.check(db, details["decision_number"], details["decision_date"])
        together = {"batch": new_act_id(), "many": str(len(found))}
        for one in found.values():
            said = sign_off.said_of(one, details, reasons)
            _put(db, one, said, together, actor=actor, at=at)


def waiting_signature(db: Store, item_ids: Sequence[str]) -> PendingAct | None:
    """Return a signature that waits for one of these conclusions, None if there is none: until it
    is taken back, neither they nor their session are changed."""
    found = (_signature(db, item_id) for item_id in item_ids)
    return next((act for act in found if act is not None), None)


def _put(
    db: Store, one: WaitingConclusion, said: Mapping[str, str], together: Mapping[str, str], *,
    actor: str, at: int,
) -> None:  # fmt: skip
    now = proposals.by_id(db, one.proposal.id)
    for act in pending_acts.waiting(db, now.id):
        raise ActWaits(act)
    moves.check(db, now, one.step, actor=actor, details=said, seen=Status.AT_COUNCIL)
    kept = {name: text for name, text in said.items() if name != "reason"}
    kept |= {"item": one.item_id, "verdict": one.verdict, **together}
    kind = pending.WAITING_STEPS.get(one.step, "sign")
    pending.put(db, now, kind, actor=actor, at=at, reason=said.get("reason", ""), details=kept)


def _check_is_asked(db: Store, item_id: str, details: Mapping[str, str], actor: str) -> None:
    """Raise Signed or ActWaits unless this very signature waits or is kept already: a button
    pressed twice."""
    act = _signature(db, item_id)
    if act is None:
        sign_off.check_is_signed(db, item_id, details, actor)
    elif act.actor != actor or not details.items() <= act.details.items():
        raise ActWaits(act)


def _signature(db: Store, item_id: str) -> PendingAct | None:
    idea = council_items.item(db, item_id).proposal_id
    waiting = pending_acts.waiting(db, idea)
    return next((act for act in waiting if act.kind in pending_acts.SIGNED), None)
