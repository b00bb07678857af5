"""Who was invited to a council's session by SMS and to what, and what they answered.

The words of an invitation are the outbox's, those of an answer the incoming message's; a row here
says to which session and member they belong.
"""

from typing import Any, Literal

from shared.db.card import ExportSheet, Table, Whose, choice, day, ident, in_export, instant, text
from shared.db.connection import Store
from shared.db.event_log import new_id
from shared.domain.record import Record

# What an answer says; "" for what only a person can read out of it.
ANSWERS = ("coming", "away", "")
Answer = Literal["coming", "away", ""]


class InvitationSent(Record):
    """An SMS (`message_id` in the outbox) that invited a member to a session as it was planned
    then: its day (YYYY-MM-DD), hour ("14:05", "" for none) and place. `at` is ms UTC."""

    session_id: str
    staff_id: str
    held_on: str
    begins: str
    place: str
    message_id: str
    actor: str
    at: int


COUNCIL_INVITATION = Table(
    "council_invitation",
    InvitationSent,
    {
        "id": ident(),
        "session_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "held_on": day(exported=in_export()),
        "begins": text(Whose.NOBODY, exported=in_export()),
        "place": text(Whose.STAFF, exported=in_export(head="where")),
        "message_id": ident(),
        "actor": ident(exported=in_export("person")),
        "at": instant(exported=in_export("moment")),
    },
    unique=(("message_id",),),
    foreign={
        "session_id": "council_session", "staff_id": "staff_member", "message_id": "outbox",
    },
    indexes={"council_invitation_of_session": "session_id"},
    sealed=True,
    sheet=ExportSheet("moi-hop"),
)  # fmt: skip


class MemberAnswer(Record):
    """What a member answered: `said` is their SMS (`message_id`), "" once it is forgotten;
    `is_idea`: the desk took it for an idea, too. `at` is ms UTC."""

    staff_id: str
    answer: Answer
    message_id: str
    said: str
    is_idea: bool
    at: int


COUNCIL_ANSWER: Table[Any] = Table(
    "council_answer",
    None,
    {
        "id": ident(),
        "session_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "message_id": ident(),
        "answer": choice(ANSWERS, exported=in_export()),
        "at": instant(exported=in_export("moment")),
    },
    unique=(("message_id",),),
    foreign={
        "session_id": "council_session", "staff_id": "staff_member", "message_id": "message_in",
    },
    indexes={"council_answer_of_session": "session_id"},
    sealed=True,
    sheet=ExportSheet("tra-loi-moi"),
)  # fmt: skip


def keep(db: Store, sent: InvitationSent) -> None:
    """Keep that an SMS invites a member; only inside `writing`."""
    db.insert(COUNCIL_INVITATION, sent, id=new_id())


def of_session(db: Store, session_id: str) -> list[InvitationSent]:
    """Return every invitation to a session, the oldest first."""
    return db.all(COUNCIL_INVITATION, "session_id = :session_id ORDER BY id", session_id=session_id)


def keep_answer(
    db: Store, session_id: str, staff_id: str, message_id: str, answer: Answer, *, at: int
) -> None:
    """Keep that an incoming SMS answers an invitation; only inside `writing`."""
    row = {
        "id": new_id(), "session_id": session_id, "staff_id": staff_id, "message_id": message_id,
        "answer": answer, "at": at,
    }  # fmt: skip
    db.insert(COUNCIL_ANSWER, row)


def answers_of(db: Store, session_id: str) -> list[MemberAnswer]:
    """Return what members answered to the invitations to a session, the oldest first."""
    return [
        MemberAnswer(who, answer, message_id, said, idea is not None, at)
        for who, answer, message_id, said, idea, at in db.rows(
            "SELECT staff_id, answer, message_id, message_in.text,"
            " message_in.proposal_id, council_answer.at"
            " FROM council_answer JOIN message_in ON message_in.commune_id = :commune_id"
            " AND message_in.id = council_answer.message_id"
            " WHERE council_answer.commune_id = :commune_id AND session_id = :session_id"
            " ORDER BY council_answer.id",
            session_id=session_id,
        )
    ]
