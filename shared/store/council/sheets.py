"""Each council member's own sheet of an idea: written, handed in, returned, or not theirs to write.

No function gives one member's scores to another, except to the session's secretary after all are in
(judging.py).
"""

import json
from collections.abc import Iterable
from typing import Any

from shared import texts
from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    ident,
    in_export,
    instant,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import has, new_id, note
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.council import (
    ScoreSheet,
    empty_sheet,
    is_same_name,
)
from shared.domain.proposal import Status
from shared.domain.record import Record, asdict, replace
from shared.store.cases import authors, proposals
from shared.store.council import sessions
from shared.store.council.items import item, item_of_open
from shared.store.council.sessions import NotYours, seat_of, seats_of


class NotAtCouncil(Exception):
    """The idea is not before the council, or is on another open session's list."""


class SheetLocked(Exception):
    """The sheet was handed in, or the idea is concluded."""


class SheetUnfinished(Exception):
    """A gate or a criterion is not judged yet."""


class OwnSheet(Record):
    """What a member has written about an idea; `recused` is why they do not judge, "" if they do;
    `entered_by` is the secretary who typed it from paper, None for the member's own."""

    sheet: ScoreSheet
    saved_at: int | None
    submitted_at: int | None
    recused: str
    entered_by: str | None = None


def _sheet(text: str) -> ScoreSheet:
    kept = json.loads(text)
    return ScoreSheet(tuple(kept["gates"]), tuple(kept["points"]), tuple(kept["remarks"]))


def _written(sheet: ScoreSheet) -> str:
    return json.dumps(asdict(sheet), ensure_ascii=False)


COUNCIL_SHEET = Table(
    "council_sheet",
    OwnSheet,
    {
        "id": ident(),
        "item_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "sheet": text(Whose.OFFICE, read=_sheet, write=_written),
        "recused": text(Whose.OFFICE, exported=in_export("said")),
        "saved_at": instant(exported=in_export()),
        "submitted_at": instant(null=True, exported=in_export()),
        "entered_by": ident(null=True),
    },
    unique=(("item_id", "staff_id"),),
    foreign={"item_id": "council_item", "staff_id": "staff_member"},
    sealed=True,
    via="item_id",
    sheet=ExportSheet("phieu-cham"),
)


COUNCIL_SENDING: Table[Any] = Table(
    "council_sending",
    None,
    {
        "id": ident(),
        "item_id": ident(),
        "staff_id": ident(),
        "key": ident(),
        "at": instant(),
    },
    unique=(("key",),),
    foreign={"item_id": "council_item", "staff_id": "staff_member"},
    via="item_id",
    left_out="the keys of forms, which identify a second sending",
    not_archived="the keys of forms, which identify a second sending",
)


def own_sheet(db: Store, item_id: str, staff_id: str) -> OwnSheet:
    """Return what this member wrote about an idea; an empty sheet before the first save. Raises
    SessionUnknown."""
    found = db.get(
        COUNCIL_SHEET, "item_id = :item_id AND staff_id = :staff_id",
        item_id=item_id, staff_id=staff_id,
    )  # fmt: skip
    if found is None:
        rules = sessions.by_id(db, item(db, item_id).session_id).rubric
        return OwnSheet(empty_sheet(rules), None, None, "")
    return found


def score(
    db: Store, item_id: str, staff_id: str, sheet: ScoreSheet, *, hand_in: bool, at: int,
    key: str = "",
) -> None:  # fmt: skip
    """Keep a member's sheet as it is and, with `hand_in`, lock it. Handing in the same sheet twice
    does it once, and so does the `key` of one sending, even after the secretary returned the sheet.
    Raises SessionUnknown, SessionClosed, NotYours, NotAtCouncil, SheetLocked, SheetUnfinished."""
    with writing(db):
        if hand_in and _was_sent(db, item_id, staff_id, key):
            return
        item, session = item_of_open(db, item_id)
        before = own_sheet(db, item_id, staff_id)
        _check_may_judge(db, session.id, staff_id, before)
        if before.submitted_at is not None and hand_in and before.sheet == sheet:
            return
        if before.submitted_at is not None or item.concluded_at is not None:
            raise SheetLocked(item_id)
        if proposals.by_id(db, item.proposal_id).status is not Status.AT_COUNCIL:
            raise NotAtCouncil(item_id)
        done = hand_in and sheet.is_filled
        _keep(db, item_id, staff_id, OwnSheet(sheet, at, at if done else None, ""), at)
        if done:
            _note_sending(db, item_id, staff_id, key, at)
            note(db, "council_scored", item.proposal_id, staff_id, at, session=session.id)
    if hand_in and not sheet.is_filled:  # what is there was kept all the same
        raise SheetUnfinished(item_id)


def enter(
    db: Store, item_id: str, staff_id: str, sheet: ScoreSheet, *, actor: str, at: int
) -> None:
    """Hand in a sheet that a member filled in on paper, as the session's secretary, which the sheet
    says; exactly the same again changes nothing. Raises SessionUnknown, SessionClosed, NotYours,
    NotAtCouncil, SheetLocked, SheetUnfinished."""
    with writing(db):
        item, session = item_of_open(db, item_id)
        if actor != session.secretary_id:
            raise NotYours(item_id)
        before = own_sheet(db, item_id, staff_id)
        _check_may_judge(db, session.id, staff_id, before)
        if before.submitted_at is not None and before.sheet == sheet:
            return
        if before.submitted_at is not None or item.concluded_at is not None:
            raise SheetLocked(item_id)
        if proposals.by_id(db, item.proposal_id).status is not Status.AT_COUNCIL:
            raise NotAtCouncil(item_id)
        if not sheet.is_filled:
            raise SheetUnfinished(item_id)
        _keep(db, item_id, staff_id, OwnSheet(sheet, at, at, "", actor), at)
        note(db, "council_sheet_entered", item.proposal_id, actor, at, staff=staff_id)


def reopen(db: Store, item_id: str, staff_id: str, reason: str, *, actor: str, at: int) -> None:
    """Return a handed-in sheet to its member; only the session's secretary, with a reason. Raises
    SessionUnknown, SessionClosed, NotYours, SheetLocked."""
    with writing(db):
        item, session = item_of_open(db, item_id)
        if actor != session.secretary_id:
            raise NotYours(item_id)
        if item.concluded_at is not None:
            raise SheetLocked(item_id)
        key = {"item_id": item_id, "staff_id": staff_id}
        if db.change(COUNCIL_SHEET, key, {"submitted_at": None}):
            note(
                db, "council_sheet_reopened", item.proposal_id, actor, at,
                staff=staff_id, reason=reason,
            )  # fmt: skip


def recuse(db: Store, item_id: str, staff_id: str, why: str, *, actor: str, at: int) -> None:
    """Record that a member is an author or concerned, and does not judge; with "" that they judge
    after all, which only somebody else may say. Raises SessionUnknown, SessionClosed, NotYours,
    SheetLocked."""
    with writing(db):
        item, session = item_of_open(db, item_id)
        seat_of(db, session.id, staff_id)
        if item.concluded_at is not None:
            raise SheetLocked(item_id)
        if not why and actor == staff_id:
            raise NotYours(item_id)
        before = own_sheet(db, item_id, staff_id)
        _keep(db, item_id, staff_id, replace(before, recused=why, submitted_at=None), at)
        kind = "council_recused" if why else "council_judges_again"
        note(db, kind, item.proposal_id, actor, at, staff=staff_id)


def recuse_namesakes(db: Store, proposal_id: str, *, actor: str, at: int) -> None:
    """Record that every member with the name of an author of an idea does not judge it, wherever it
    is still judged; somebody else may say that they do (`recuse`)."""
    names = [one.name for one in authors.of_idea(db, proposal_id)]
    reason = texts.load("papers.vi").say("council.same_name")
    with writing(db):
        for item_id, session_id in db.rows(
            "SELECT council_item.id, session_id FROM council_item JOIN council_session"
            " ON council_session.commune_id = :commune_id AND council_session.id = session_id"
            " WHERE council_item.commune_id = :commune_id AND proposal_id = :proposal_id"
            " AND concluded_at IS NULL AND closed_at IS NULL",
            proposal_id=proposal_id,
        ):
            for seat in seats_of(db, session_id):
                is_one = any(is_same_name(name, seat.name) for name in names)
                if is_one and not _was_asked(db, item_id, seat.staff_id):
                    recuse(db, item_id, seat.staff_id, reason, actor=actor, at=at)


def sheets_of_many(db: Store, item_ids: Iterable[str]) -> dict[str, dict[str, OwnSheet]]:
    """Return every sheet of some ideas, by the id of the item and of the member, in the order they
    were begun. The caller must keep them from the members (judging.py)."""
    these, ids = among(item_ids)
    found: dict[str, dict[str, OwnSheet]] = {}
    for item_id, staff_id, *row in db.rows(
        f"SELECT item_id, staff_id, {columns_of(COUNCIL_SHEET)} FROM council_sheet"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND item_id {these} ORDER BY id",
        **ids,
    ):
        found.setdefault(item_id, {})[staff_id] = db.value(COUNCIL_SHEET, row)
    return found


def _keep(db: Store, item_id: str, staff_id: str, own: OwnSheet, at: int) -> None:
    changes = {
        "sheet": own.sheet, "recused": own.recused,
        "saved_at": at, "submitted_at": own.submitted_at, "entered_by": own.entered_by,
    }  # fmt: skip
    key = {"item_id": item_id, "staff_id": staff_id}
    if not db.change(COUNCIL_SHEET, key, changes):
        db.insert(COUNCIL_SHEET, {"id": new_id(), **key, **changes})


def _was_sent(db: Store, item_id: str, staff_id: str, key: str) -> bool:
    return (
        db.row(
            "SELECT 1 FROM council_sending WHERE commune_id = :commune_id AND key = :key"
            " AND item_id = :item_id AND staff_id = :staff_id",
            key=key, item_id=item_id, staff_id=staff_id,
        )
        is not None
    )  # fmt: skip


def _note_sending(db: Store, item_id: str, staff_id: str, key: str, at: int) -> None:
    if key:
        row = {"item_id": item_id, "staff_id": staff_id, "key": key, "at": at}
        db.insert(COUNCIL_SENDING, {"id": new_id(), **row})


def _was_asked(db: Store, item_id: str, staff_id: str) -> bool:
    """Say whether it was settled before whether a member judges an idea."""
    if own_sheet(db, item_id, staff_id).recused:
        return True
    proposal_id = item(db, item_id).proposal_id
    return has(db, proposal_id, "council_judges_again", staff=staff_id)


def _check_may_judge(db: Store, session_id: str, staff_id: str, own: OwnSheet) -> None:
    if seat_of(db, session_id, staff_id).state != "present" or own.recused:
        raise NotYours(staff_id)
