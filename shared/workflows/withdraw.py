"""Withdrawing an idea or a consent: what a sender may always ask, by themselves or through an
officer. What they do by themselves is recorded among the requests, as done."""

from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN
from shared.domain.proposal import NEXT, PUBLIC, Status
from shared.store.cases import consents, moves, proposals
from shared.store.cases.proposals import Proposal
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import Door, NewDataRequest
from shared.store.privacy.erasures import Scope
from shared.workflows import erase
from shared.workflows.erase import ErasureRequest


def withdraw(
    db: Store, code: str, *, at: int, actor: str = CITIZEN, door: Door | None = None
) -> str:
    """Withdraw a proposal and erase who sent it. `door` is how its sender asked, None where
    nobody asked (the demo).

    Return the key of what to tell them: withdraw_ok, withdraw_late (it is recognised: the desk has
    a request to answer now) or st_withdrawn (it already was). Raises ProposalUnknown.
    """
    with writing(db):
        now = proposals.by_code(db, code)
        if now.status is Status.WITHDRAWN:
            return "st_withdrawn"
        if now.status in PUBLIC:
            if door is not None:
                _ask_the_desk(db, now, door, at)
            return "withdraw_late"
        if door is not None:
            data_requests.note_done(db, now.id, "consent", door, at=at, actor=actor)
        if Status.WITHDRAWN in NEXT[now.status]:
            moves.move(db, code, Status.WITHDRAWN, actor=actor, at=at)
        erase.erase(db, now.id, ErasureRequest(Scope.DETAILS, "withdrawn", "", actor, at))
        return "withdraw_ok"


def take_back(db: Store, proposal_id: str, taken: set[str], *, actor: str, at: int) -> bool:
    """Withdraw the consents to be told and to be named that a sender gave, only this sender's;
    return whether there was one. No more notices and no more naming count from now on. Whoever is
    not to be kept at all is erased, and that waits (pending.py)."""
    return consents.take_back(
        db, proposal_id, sms="sms" in taken, name_me="name_me" in taken, actor=actor, at=at
    )


def _ask_the_desk(db: Store, now: Proposal, door: Door, at: int) -> None:
    """Keep that somebody wants to withdraw a recognised idea, once while that waits."""
    waits = any(
        one.is_open and one.kind == "erasure" for one in data_requests.of_proposal(db, now.id)
    )
    if not waits:
        new = NewDataRequest("erasure", door.way, now.id, identity=door.identity, is_answered=True)
        data_requests.add(db, new, key=f"late|{now.id}|{at}", zone=door.zone, at=at)
