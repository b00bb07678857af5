"""Which files of an idea the council may see and hear: only those that an officer marked.

The copy that our own encoder wrote is marked; an unreadable file can never be.
"""

from collections.abc import Iterable
from typing import Any

from shared.db.card import ExportSheet, Table, ident, in_export, instant
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.sql import among, one_of
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments
from shared.store.files.attachments import ATTACHMENT, Attachment

COUNCIL_FILE: Table[Any] = Table(
    "council_file",
    None,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "attachment_id": ident(exported=in_export()),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
        "taken_back_at": instant(null=True, exported=in_export()),
    },
    unique=(("attachment_id",),),
    foreign={"proposal_id": "proposal", "attachment_id": "attachment"},
    indexes={"council_file_of_proposal": "proposal_id"},
    sealed=True,
    sheet=ExportSheet("tep-hoi-dong"),
)


# Kinds that a page can show.
SHOWABLE = frozenset({"audio", "video", "image"})


class NotShowable(Exception):
    """The file cannot be shown, or its case is confidential."""


def show(db: Store, attachment_id: str, *, actor: str, at: int) -> None:
    """Let the council see a file; a second time changes nothing. Raises NotShowable."""
    with writing(db):
        found = attachments.by_id(db, attachment_id)
        if found is None or found.kind not in SHOWABLE:
            raise NotShowable(attachment_id)
        if not proposals.by_id(db, found.proposal_id).is_open_to_all:
            raise NotShowable(attachment_id)
        if attachment_id in marked(db, found.proposal_id):
            return
        key = {"attachment_id": attachment_id}
        said = {"actor": actor, "at": at, "taken_back_at": None}
        if not db.change(COUNCIL_FILE, key, said):
            row = {"id": new_id(), "proposal_id": found.proposal_id, **key, **said}
            db.insert(COUNCIL_FILE, row)
        note(db, "file_shown_to_council", found.proposal_id, actor, at, attachment=attachment_id)


def take_back(db: Store, attachment_id: str, *, actor: str, at: int) -> None:
    """Hide a file from the council again; a second time changes nothing."""
    with writing(db):
        found = attachments.by_id(db, attachment_id)
        if found is None or attachment_id not in marked(db, found.proposal_id):
            return
        db.change(COUNCIL_FILE, {"attachment_id": attachment_id}, {"taken_back_at": at})
        note(db, "file_kept_from_council", found.proposal_id, actor, at, attachment=attachment_id)


def marked(db: Store, proposal_id: str) -> frozenset[str]:
    """Return the ids of the files of a proposal that the council may see."""
    return frozenset(
        row[0]
        for row in db.rows(
            "SELECT attachment_id FROM council_file WHERE commune_id = :commune_id"
            " AND proposal_id = :proposal_id AND taken_back_at IS NULL",
            proposal_id=proposal_id,
        )
    )


def shown(db: Store, proposal_id: str) -> list[Attachment]:
    """Return the files of a proposal that the council may see, oldest first; none if it is
    confidential."""
    return shown_of_many(db, [proposals.by_id(db, proposal_id)]).get(proposal_id, [])


def shown_of_many(db: Store, ideas: Iterable[Proposal]) -> dict[str, list[Attachment]]:
    """Return the same for several proposals, by id, in one statement."""
    these, ids = among(idea.id for idea in ideas if idea.is_open_to_all)
    found: dict[str, list[Attachment]] = {}
    shown_ids = (
        "SELECT attachment_id FROM council_file WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" AND council_file.proposal_id {these} AND taken_back_at IS NULL"
    )
    wanted = f"proposal_id {these} AND kind {one_of(SHOWABLE)} AND id IN ({shown_ids}) ORDER BY id"
    for one in db.all(ATTACHMENT, wanted, **ids):
        found.setdefault(one.proposal_id, []).append(one)
    return found
