"""Which ideas wait for the council, and adding them to a session's list."""

from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.proposal import Status
from shared.store.cases import proposals, redactions
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.visibility import COUNTED
from shared.store.council import votes
from shared.store.council.items import COUNCIL_ITEM, TAKEN, Item, items_of
from shared.store.council.sessions import still_open
from shared.store.council.sheets import NotAtCouncil, recuse_namesakes

# The reader of redactions who is no case's assignee: the council, whoever is in it.
NOBODY = ""


def waiting(db: Store) -> list[Proposal]:
    """Return the ideas before the council that are on no open session's list, oldest first."""
    taken = (
        "SELECT proposal_id FROM council_item"  # noqa: S608 ours
        f" WHERE council_item.commune_id = :commune_id AND {TAKEN}"
    )
    free = f"status = :status AND {COUNTED} AND id NOT IN ({taken}) ORDER BY received_at, id"
    found = db.all(PROPOSAL, free, status=Status.AT_COUNCIL)
    return redactions.all_as_read_by(db, found, NOBODY)


def list_ideas(db: Store, session_id: str, codes: tuple[str, ...], *, actor: str, at: int) -> None:
    """Put ideas on a session's list; a member with the name of an author does not judge them.
    Raises SessionUnknown, SessionClosed, NotAtCouncil, ProposalUnknown."""
    with writing(db):
        still_open(db, session_id)
        free = {one.code: one for one in waiting(db)}
        listed = {item.proposal_id: item for item in items_of(db, session_id)}
        for code in codes:
            idea = free.get(code)
            if idea is None:
                if proposals.by_code(db, code).id in listed:
                    continue
                raise NotAtCouncil(code)
            if idea.id in listed:  # the chair sent it back while the session goes on
                _take_up_again(db, listed[idea.id])
                continue
            row = Item(new_id(), session_id, idea.id, "", "", None, "", None)
            db.insert(COUNCIL_ITEM, row)
            note(db, "council_listed", idea.id, actor, at, session=session_id)
            recuse_namesakes(db, idea.id, actor=actor, at=at)


def _take_up_again(db: Store, item: Item) -> None:
    changes = {"verdict": "", "reason": "", "concluded_at": None, "returned_reason": ""}
    db.change(COUNCIL_ITEM, {"id": item.id}, changes)
    votes.clear(db, item.id)
