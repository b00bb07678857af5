"""Drafts that a machine made of a letter or a recording, until a person confirms one.

A draft is no word of the sender: nothing reads it but the page on which somebody compares it with
its picture or its sound. What they save there is the transcript, and the draft is deleted.
"""

from typing import Literal, get_args

from shared.db.card import Table, Whose, choice, ident, instant, text
from shared.db.connection import Store, writing
from shared.db.engines import WorkQueue
from shared.db.event_log import new_id, note
from shared.domain.record import Record

# `none`: the machine could not, `cause` says why.
State = Literal["waiting", "made", "none"]
# Printed or typed letters are read on this machine; sound is heard by the office's speech server.
HOW = ("read", "heard")


class TranscriptDraft(Record):
    """What a machine made of a file, for whom (a staff id). `how` is one of HOW, `cause` a key of
    `staff.draft.why.*`, or "". Instants are ms UTC."""

    id: str
    attachment_id: str
    how: str
    state: State
    text: str
    cause: str
    asked_by: str
    asked_at: int


TRANSCRIPT_DRAFT = Table(
    "transcript_draft",
    TranscriptDraft,
    {
        "id": ident(),
        "attachment_id": ident(),
        "how": choice(HOW),
        "state": choice(get_args(State)),
        "text": text(Whose.WORDS),
        "cause": ident(),
        "asked_by": ident(),
        "asked_at": instant(),
    },
    unique=(("attachment_id",),),
    foreign={"attachment_id": "attachment"},
    via="attachment_id",
    left_out="a machine's guess; what a person confirmed is the transcript",
    not_archived="a machine's guess; what a person confirmed is the transcript",
)

QUEUE = WorkQueue(TRANSCRIPT_DRAFT.name, "state = 'waiting'")


def ask(
    db: Store, proposal_id: str, attachment_id: str, how: str, *, actor: str, at: int
) -> TranscriptDraft:
    """Let a file of a case wait for its draft and return it; one that waits already is returned as
    it is."""
    with writing(db):
        known = of_file(db, attachment_id)
        if known is not None and known.state == "waiting":
            return known
        forget(db, attachment_id)
        new = TranscriptDraft(new_id(), attachment_id, how, "waiting", "", "", actor, at)
        db.insert(TRANSCRIPT_DRAFT, new)
        note(db, "draft_asked", proposal_id, actor, at, attachment=attachment_id, how=how)
        return new


def of_file(db: Store, attachment_id: str) -> TranscriptDraft | None:
    """Return the draft of a file, waiting or made, or None."""
    return db.get(TRANSCRIPT_DRAFT, "attachment_id = :id", id=attachment_id)


def next_one(db: Store) -> TranscriptDraft | None:
    """Return the draft that waits longest, or None."""
    return db.get(TRANSCRIPT_DRAFT, "state = 'waiting' ORDER BY asked_at, id LIMIT 1")


def settle(db: Store, draft_id: str, said: str, cause: str) -> None:
    """Keep what the machine made, or why it made nothing; if it was forgotten meanwhile, nothing is
    kept."""
    with writing(db):
        changes = {"state": "made" if said else "none", "text": said, "cause": cause}
        db.change(TRANSCRIPT_DRAFT, {"id": draft_id}, changes)


def confirm(db: Store, proposal_id: str, draft: TranscriptDraft, *, actor: str, at: int) -> None:
    """Record that a person compared a draft with its file and answers for what they saved; only
    inside `writing`."""
    note(
        db, "draft_confirmed", proposal_id, actor, at,
        attachment=draft.attachment_id, how=draft.how,
    )  # fmt: skip


def forget(db: Store, attachment_id: str) -> None:
    """Delete the draft of a file; only inside `writing`."""
    db.write(
        "DELETE FROM transcript_draft WHERE commune_id = :commune_id AND attachment_id = :id",
        id=attachment_id,
    )
