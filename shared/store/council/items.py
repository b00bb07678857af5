"""Ideas on the list of a council's session, and the conclusion about each."""

from collections.abc import Collection

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    text,
)
from shared.db.connection import Store
from shared.db.sql import among
from shared.domain.record import Record
from shared.store.council.sessions import CouncilSession, SessionUnknown, still_open


class Item(Record):
    """An idea on a session's list. `returned_reason` is the chair's, if it was sent back."""

    id: str
    session_id: str
    proposal_id: str
    verdict: str
    reason: str
    concluded_at: int | None
    returned_reason: str
    signed_at: int | None


COUNCIL_ITEM = Table(
    "council_item",
    Item,
    {
        "id": ident(exported=in_export()),
        "session_id": ident(exported=in_export()),
        "proposal_id": ident(exported=in_export()),
        "verdict": choice(
            ("", "recognise", "replicate", "trial", "refuse"),
            exported=in_export("choice", words="staff.council.verdict"),
        ),
        "reason": text(Whose.OFFICE, exported=in_export("said")),
        "concluded_at": instant(null=True, exported=in_export()),
        "returned_reason": text(Whose.OFFICE, exported=in_export("said")),
        "signed_at": instant(null=True, exported=in_export()),
    },
    unique=(("session_id", "proposal_id"),),
    foreign={"session_id": "council_session", "proposal_id": "proposal"},
    indexes={
        "council_item_unsigned": "signed_at, concluded_at",
        "council_item_of_proposal": "proposal_id, id",
        "council_item_returned": "concluded_at, id WHERE returned_reason <> ''",
    },
    sealed=True,
    sheet=ExportSheet("ket-luan"),
)

# Such an item keeps its idea from other sessions: in an open session, or concluded and not sent
# back.
TAKEN = (
    "council_item.commune_id = :commune_id AND returned_reason = '' AND (concluded_at IS NOT NULL"
    " AND signed_at IS NULL OR session_id IN (SELECT id FROM council_session"
    " WHERE council_session.commune_id = :commune_id AND closed_at IS NULL))"
)


def item(db: Store, item_id: str) -> Item:
    """Return an idea of any session. Raises SessionUnknown."""
    found = db.get(COUNCIL_ITEM, "id = :id", id=item_id)
    if found is None:
        raise SessionUnknown(item_id)
    return found


def items_of(db: Store, session_id: str) -> list[Item]:
    """Return the ideas of a session, in the order they were listed."""
    return db.all(COUNCIL_ITEM, "session_id = :id ORDER BY id", id=session_id)


def of_proposal(db: Store, proposal_id: str) -> list[Item]:
    """Return an idea's places on the lists of sessions, oldest first."""
    return db.all(
        COUNCIL_ITEM, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id
    )  # fmt: skip


def sessions_that_list(db: Store, proposal_ids: Collection[str]) -> list[str]:
    """Return the ids of the sessions on whose list one of these ideas stands, the latest first."""
    these, ids = among(proposal_ids)
    found = db.rows(
        "SELECT DISTINCT held_on, council_session.id FROM council_item JOIN council_session"  # noqa: S608 ours
        " ON council_session.commune_id = :commune_id AND council_session.id = session_id"
        f" WHERE council_item.commune_id = :commune_id AND proposal_id {these}"
        " ORDER BY held_on DESC, council_session.id DESC",
        **ids,
    )
    return [session_id for _, session_id in found]


def signed_verdicts(db: Store, proposal_id: str) -> set[str]:
    """Return the conclusions about an idea that the chair signed."""
    found = db.rows(
        "SELECT verdict FROM council_item WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id AND signed_at IS NOT NULL AND returned_reason = ''",
        proposal_id=proposal_id,
    )
    return {str(row[0]) for row in found}


def returned_reason(db: Store, proposal_id: str) -> str:
    """Return why the chair sent back the last conclusion about an idea; "" if they did not."""
    row = db.row(
        "SELECT returned_reason FROM council_item WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id ORDER BY id DESC LIMIT 1",
        proposal_id=proposal_id,
    )
    return str(row[0]) if row else ""


def item_of_open(db: Store, item_id: str) -> tuple[Item, CouncilSession]:
    """Return an idea and its session, which must be open. Raises SessionUnknown, SessionClosed."""
    found = item(db, item_id)
    return found, still_open(db, found.session_id)
