"""Taking an idea back: what its sender may always ask, by themselves or through an officer."""

from shared.proposal import Status
from shared.store import erasures, proposals
from shared.store.connection import Store, writing
from shared.store.erasures import Asked, Scope
from shared.store.events import CITIZEN


def withdraw(db: Store, code: str, *, at: int, actor: str = CITIZEN) -> str:
    """Take a proposal back and erase who sent it.

    Returns the key of what to tell them: withdraw_ok, withdraw_late (it is recognised) or
    st_withdrawn (it already was). Raises ProposalUnknown.
    """
    with writing(db):
        now = proposals.by_code(db, code)
        if now.status is Status.WITHDRAWN:
            return "st_withdrawn"
        if now.status in (Status.RECOGNISED, Status.REPLICATED):
            return "withdraw_late"
        if now.status not in (Status.MERGED, Status.REDIRECTED):
            proposals.move(db, code, Status.WITHDRAWN, actor=actor, at=at)
        erasures.erase(db, now.id, Asked(Scope.DETAILS, "withdrawn", "", actor, at))
        return "withdraw_ok"
