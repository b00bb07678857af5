"""What of the council waits for one member: sessions, sheets, conclusions to sign or sent back."""

from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain.proposal import UNDECIDED, Status
from shared.domain.record import Record
from shared.store.cases.pending_acts import SIGNATURE_WAITS
from shared.store.cases.visibility import OPEN_TO_ALL


class WaitingSession(Record):
    """A session that is not over; `held_on` is YYYY-MM-DD, `sheets` how many the member still has
    to hand in."""

    id: str
    held_on: str
    place: str
    sheets: int = 0


class WaitingAnswers(Record):
    """A planned session and how many members' last answers say they come, that they cannot, and
    what only a person can read; `held_on` is YYYY-MM-DD."""

    id: str
    held_on: str
    place: str
    coming: int
    away: int
    said: int


class WaitingItem(Record):
    """A conclusion, with its idea as everybody reads it; `at` is when it was made (ms UTC),
    `reason` why it was sent back, "" if it was not."""

    session_id: str
    code: str
    title: str
    at: int
    reason: str = ""


# What one has to do with a session: leads the desk (`:leads`), or sits in it.
_THEIRS = (
    " AND (:leads = 1 OR :viewer IN (session.secretary_id, session.chair_id)"
    " OR EXISTS (SELECT 1 FROM council_seat WHERE council_seat.commune_id = :commune_id"
    " AND council_seat.session_id = session.id AND council_seat.staff_id = :viewer))"
)
_ITEMS = (
    "SELECT session_id, code, coalesce(redaction.title, proposal.title), concluded_at,"  # noqa: S608
    " returned_reason FROM council_item"
    # CROSS: SQLite then asks for the session and the case of the few items that wait.
    " CROSS JOIN council_session AS session JOIN proposal"
    " ON proposal.commune_id = :commune_id AND proposal.id = council_item.proposal_id"
    " LEFT JOIN redaction ON redaction.commune_id = :commune_id"
    " AND redaction.proposal_id = proposal.id"
    " WHERE council_item.commune_id = :commune_id AND session.commune_id = :commune_id"
    f" AND session.id = session_id AND {OPEN_TO_ALL}"
)


def sessions_of(db: Store, viewer: str, *, today: str, leads: bool) -> list[WaitingSession]:
    """Return the sessions that are held `today` (YYYY-MM-DD) or were not closed since, the oldest
    first: all for who `leads` the desk, their own for a member."""
    found = db.rows(
        "SELECT id, held_on, place FROM council_session AS session"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND closed_at IS NULL AND held_on <= :today{_THEIRS}"
        " ORDER BY held_on, id",
        viewer=viewer, today=today, leads=int(leads),
    )  # fmt: skip
    return [WaitingSession(*row) for row in found]


def sheets_of(db: Store, viewer: str) -> list[WaitingSession]:
    """Return the open sessions in which a member has sheets to hand in, the oldest first."""
    found = db.rows(
        "SELECT session.id, held_on, place, count(*) FROM council_session AS session"
        " JOIN council_seat ON council_seat.commune_id = :commune_id"
        " AND council_seat.session_id = session.id AND staff_id = :viewer"
        " JOIN council_item ON council_item.commune_id = :commune_id"
        " AND council_item.session_id = session.id AND concluded_at IS NULL"
        " JOIN proposal ON proposal.commune_id = :commune_id"
        " AND proposal.id = council_item.proposal_id AND proposal.status = :at_council"
        " WHERE session.commune_id = :commune_id AND closed_at IS NULL AND state = 'present'"
        " AND NOT EXISTS (SELECT 1 FROM council_sheet"
        " WHERE council_sheet.commune_id = :commune_id AND council_sheet.item_id = council_item.id"
        " AND council_sheet.staff_id = :viewer AND (submitted_at IS NOT NULL OR recused <> ''))"
        " GROUP BY session.id, held_on, place ORDER BY held_on, session.id",
        viewer=viewer, at_council=Status.AT_COUNCIL,
    )  # fmt: skip
    return [WaitingSession(*row) for row in found]


def answered(db: Store) -> list[WaitingAnswers]:
    """Return the planned sessions to whose invitations a member answered anything but to come, the
    first to be held first."""
    found = db.rows(
        "SELECT session.id, session.held_on, session.place,"
        " sum(CASE WHEN answer = 'coming' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN answer = 'away' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN answer = '' THEN 1 ELSE 0 END)"
        # CROSS, and a day for their index: SQLite then begins with the few that are not over.
        " FROM council_session AS session CROSS JOIN council_plan"
        " JOIN council_answer ON council_answer.commune_id = :commune_id"
        " AND council_answer.session_id = session.id"
        " WHERE session.commune_id = :commune_id AND session.closed_at IS NULL"
        " AND session.held_on > '' AND council_plan.commune_id = :commune_id"
        " AND council_plan.session_id = session.id"
        " AND begun_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM council_answer AS later"
        " WHERE later.commune_id = :commune_id AND later.session_id = council_answer.session_id"
        " AND later.staff_id = council_answer.staff_id AND later.id > council_answer.id)"
        " GROUP BY session.held_on, session.id, session.place"
        " HAVING sum(CASE WHEN answer = 'coming' THEN 0 ELSE 1 END) > 0"
        " ORDER BY session.held_on, session.id"
    )
    return [WaitingAnswers(*row) for row in found]


def unsigned(db: Store, *, limit: int) -> list[WaitingItem]:
    """Return the conclusions that wait for the chair, the oldest first; not those whose signature
    waits to be carried out."""
    found = db.rows(
        f"{_ITEMS} AND signed_at IS NULL AND concluded_at IS NOT NULL AND returned_reason = ''"
        f" AND proposal.status = :at_council AND NOT {SIGNATURE_WAITS}"
        f" ORDER BY concluded_at, council_item.id LIMIT {limit}",
        at_council=Status.AT_COUNCIL,
    )
    return [WaitingItem(*row) for row in found]


# A later session takes an idea up again, and a returned conclusion is settled with it.
_STILL_RETURNED = (
    # Of an expression: SQLite then finds the few that were sent back, of all that are not signed.
    " AND coalesce(signed_at, 0) = 0 AND returned_reason <> ''"
    " AND NOT EXISTS (SELECT 1 FROM council_item AS later"
    " WHERE later.commune_id = :commune_id AND later.proposal_id = council_item.proposal_id"
    " AND later.id > council_item.id)"
)


def returned(db: Store, viewer: str, *, leads: bool, limit: int) -> list[WaitingItem]:
    """Return the conclusions that the chair sent back and nobody took up again, the oldest first:
    all for who `leads` the desk, those of their own sessions for a member."""
    found = db.rows(
        f"{_ITEMS}{_STILL_RETURNED}{_THEIRS} AND proposal.status {one_of(UNDECIDED)}"
        f" ORDER BY concluded_at, council_item.id LIMIT {limit}",
        viewer=viewer,
        leads=int(leads),
    )
    return [WaitingItem(*row) for row in found]
