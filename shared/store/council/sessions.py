"""Council sessions: who sits, what is judged, each member's own sheet, what was concluded.

Blindness is kept here: an idea's result is None until every present member who judges it has
handed in the sheet, and while the council has no quorum; no function gives one member's points to
another. A guest without a login is a name on the session: heard, and not counted.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared import texts
from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    day,
    ident,
    in_export,
    instant,
    number,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import has, new_id, note
from shared.domain import rubric
from shared.domain.council import (
    IN_FAVOUR,
    ScoreResult,
    ScoreSheet,
    VoteTally,
    carries,
    empty_sheet,
    is_quorate,
    is_same_name,
    result_of,
    tally_of,
)
from shared.domain.proposal import Status
from shared.domain.rubric import Rubric
from shared.store.cases import authors, proposals, redactions
from shared.store.cases.proposals import Proposal
from shared.store.cases.visibility import COUNTED
from shared.store.council import votes
from shared.store.office import campaigns

COUNCIL_SESSION: Table[Any] = Table(
    "council_session",
    None,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "year": number(exported=in_export()),
        "held_on": day(exported=in_export()),
        "place": text(Whose.STAFF, exported=in_export(head="where")),
        "chair_id": ident(exported=in_export("person")),
        "secretary_id": ident(exported=in_export("person")),
        "guests": text(Whose.STAFF, exported=in_export("name")),
        "rubric": text(Whose.STAFF),
        "opened_at": instant(exported=in_export()),
        "closed_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    foreign={"chair_id": "staff_member", "secretary_id": "staff_member"},
    sealed=True,
    sheet=ExportSheet("phien-hop"),
)


COUNCIL_SEAT: Table[Any] = Table(
    "council_seat",
    None,
    {
        "id": ident(),
        "session_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "state": choice(("present", "absent", "left"), exported=in_export()),
        "why": text(Whose.STAFF, exported=in_export()),
    },
    unique=(("session_id", "staff_id"),),
    foreign={"session_id": "council_session", "staff_id": "staff_member"},
    sealed=True,
    sheet=ExportSheet("thanh-vien"),
)


COUNCIL_ITEM: Table[Any] = Table(
    "council_item",
    None,
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
    indexes={"council_item_unsigned": "signed_at, concluded_at"},
    sealed=True,
    sheet=ExportSheet("ket-luan"),
)


COUNCIL_SHEET: Table[Any] = Table(
    "council_sheet",
    None,
    {
        "id": ident(),
        "item_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "sheet": text(Whose.OFFICE),
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


# The reader of redactions who is no case's assignee: the council, whoever sits in it.
NOBODY = ""


class SessionUnknown(Exception):
    """No session, or no idea of it, has that id."""


class SessionClosed(Exception):
    """The session is over."""


class NotAtCouncil(Exception):
    """The idea is not before the council, or is on another open session's list."""


class NotYours(Exception):
    """Who asks has no seat here, is not present, does not judge this idea, or is no secretary."""


class SheetLocked(Exception):
    """The sheet was handed in, or the idea is concluded."""


class SheetUnfinished(Exception):
    """A gate or a criterion is not judged yet."""


class NotDecidable(Exception):
    """Not every sheet is in, or the quorum is lost, or it was concluded already."""


class VotesWrong(Exception):
    """The votes counted are not those of all who are there and judge; `judges` is how many."""

    def __init__(self, judges: int) -> None:
        super().__init__(judges)
        self.judges = judges


class NotCarried(Exception):
    """The campaign asks for a vote, and there is none or too few agreed."""


@dataclass(frozen=True)
class NewSession:
    """What opening a session takes; `held_on` is YYYY-MM-DD, `guests` names without a login."""

    year: int
    held_on: str
    place: str
    chair_id: str
    secretary_id: str
    members: tuple[str, ...]
    guests: tuple[str, ...] = ()


@dataclass(frozen=True)
class CouncilSession:
    """A session as it stands. `rubric` is the campaign's of the day it was opened: a plan changed
    later changes no sheet. Instants are ms UTC."""

    id: str
    year: int
    held_on: str
    place: str
    chair_id: str
    secretary_id: str
    guests: tuple[str, ...]
    rubric: Rubric
    opened_at: int
    closed_at: int | None


@dataclass(frozen=True)
class Seat:
    """A member's seat; `why` says why it is empty."""

    staff_id: str
    name: str
    state: str
    why: str


@dataclass(frozen=True)
class Item:
    """An idea on a session's list. `returned_reason` is the chair's, when it was sent back."""

    id: str
    session_id: str
    proposal_id: str
    verdict: str
    reason: str
    concluded_at: int | None
    returned_reason: str
    signed_at: int | None


@dataclass(frozen=True)
class Judged:
    """An idea of a session: who handed in, who is waited for, who does not judge and why (staff
    ids), and the result, None as long as nobody may see it. `judges` are there and judge it,
    `voted` of them put in a ballot; `tally` is None until every one has, or hands were counted."""

    item: Item
    proposal: Proposal
    handed_in: tuple[str, ...]
    waited_for: tuple[str, ...]
    recused: dict[str, str]
    result: ScoreResult | None
    judges: tuple[str, ...]
    voted: tuple[str, ...]
    tally: VoteTally | None


@dataclass(frozen=True)
class OwnSheet:
    """What a member wrote of an idea so far; `recused` is why not, "" for who judges; `entered_by`
    is the secretary who typed it from paper, None for the member's own."""

    sheet: ScoreSheet
    saved_at: int | None
    submitted_at: int | None
    recused: str
    entered_by: str | None = None


@dataclass(frozen=True)
class Whole:
    """All of a session: what its screen, its minutes and its papers are made of."""

    session: CouncilSession
    seats: tuple[Seat, ...]
    judged: tuple[Judged, ...]
    council_name: str
    present: int
    is_quorate: bool

    @property
    def shown(self) -> tuple[Judged, ...]:
        """The ideas that the session's screens and papers show: none that became confidential."""
        return tuple(one for one in self.judged if one.proposal.is_open_to_all)


_SESSION = "id, year, held_on, place, chair_id, secretary_id, guests, rubric, opened_at, closed_at"
_ITEM = "id, session_id, proposal_id, verdict, reason, concluded_at, returned_reason, signed_at"


def open_session(db: Store, new: NewSession, *, key: str, actor: str, at: int) -> str:
    """Open a session and return its id; the same key again gives back the first one."""
    with writing(db):
        known = db.row(
            "SELECT id FROM council_session WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known is not None:
            return str(known[0])
        session_id = new_id()
        rules = campaigns.campaign_of(db, new.year).rubric
        row = {
            "id": session_id, "key": key, "year": new.year, "held_on": new.held_on,
            "place": new.place, "chair_id": new.chair_id, "secretary_id": new.secretary_id,
            "guests": "\n".join(new.guests), "rubric": rubric.to_json(rules), "opened_at": at,
            "closed_at": None,
        }  # fmt: skip
        db.insert(COUNCIL_SESSION, row)
        for staff_id in dict.fromkeys(new.members):
            seat = {"session_id": session_id, "staff_id": staff_id, "state": "present", "why": ""}
            db.insert(COUNCIL_SEAT, {"id": new_id(), **seat})
        note(db, "council_opened", None, actor, at, session=session_id)
        return session_id


def sessions(db: Store, *, of: str | None = None) -> list[CouncilSession]:
    """Return the sessions, the latest first; with `of` (a staff id) those where they sit."""
    return [
        _session(row)
        for row in db.rows(
            f"SELECT {_SESSION} FROM council_session"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND (:of IS NULL OR id IN (SELECT session_id"
            "  FROM council_seat WHERE commune_id = :commune_id AND staff_id = :of))"
            " ORDER BY held_on DESC, id DESC",
            of=of,
        )
    ]


def whole(db: Store, session_id: str) -> Whole:
    """Return all of a session. Raises SessionUnknown."""
    session, seats = _by_id(db, session_id), _seats(db, session_id)
    present = sum(seat.state == "present" for seat in seats)
    quorate = is_quorate(session.rubric, present, len(seats))
    judged = tuple(_judge(db, session, seats, item, quorate) for item in _items(db, session_id))
    name = campaigns.campaign_of(db, session.year).council_name
    return Whole(session, tuple(seats), judged, name, present, quorate)


def last_judged(db: Store) -> dict[str, Judged]:
    """Return how each idea was judged last, by proposal id, of those whose result may be seen."""
    found: dict[str, Judged] = {}
    for session in sessions(db):
        for one in whole(db, session.id).judged:
            if one.result is not None:
                found.setdefault(one.proposal.id, one)
    return found


def waiting(db: Store) -> list[Proposal]:
    """Return the ideas before the council that are on no open session's list, oldest first."""
    found = [
        proposals.by_id(db, row[0])
        for row in db.rows(
            "SELECT id FROM proposal WHERE commune_id = :commune_id AND status = :status"  # noqa: S608
            f" AND {COUNTED} AND id NOT IN"
            f" (SELECT proposal_id FROM council_item WHERE {_TAKEN})"
            " ORDER BY received_at, id",
            status=Status.AT_COUNCIL,
        )
    ]
    return redactions.all_as_read_by(db, found, NOBODY)


def list_ideas(db: Store, session_id: str, codes: tuple[str, ...], *, actor: str, at: int) -> None:
    """Put ideas on a session's list; who bears the name of an author does not judge them. Raises
    SessionUnknown, SessionClosed, NotAtCouncil, ProposalUnknown."""
    with writing(db):
        _open(db, session_id)
        free = {one.code: one for one in waiting(db)}
        listed = {item.proposal_id: item for item in _items(db, session_id)}
        for code in codes:
            idea = free.get(code)
            if idea is None:
                if proposals.by_code(db, code).id in listed:
                    continue
                raise NotAtCouncil(code)
            if idea.id in listed:  # the chair sent it back while the session goes on
                _take_up_again(db, listed[idea.id])
                continue
            item_id = new_id()
            row = {
                "session_id": session_id, "proposal_id": idea.id, "verdict": "", "reason": "",
                "concluded_at": None, "returned_reason": "", "signed_at": None,
            }  # fmt: skip
            db.insert(COUNCIL_ITEM, {"id": item_id, **row})
            note(db, "council_listed", idea.id, actor, at, session=session_id)
            recuse_namesakes(db, idea.id, actor=actor, at=at)


def seat(
    db: Store, session_id: str, staff_id: str, state: str, why: str, *, actor: str, at: int
) -> None:
    """Note that a member came, stays away or left. Raises SessionUnknown, SessionClosed."""
    with writing(db):
        _open(db, session_id)
        key = {"session_id": session_id, "staff_id": staff_id}
        if not db.change(COUNCIL_SEAT, key, {"state": state, "why": why}):
            raise SessionUnknown(staff_id)
        note(db, "council_seat_changed", None, actor, at, staff=staff_id, state=state)


def recuse(db: Store, item_id: str, staff_id: str, why: str, *, actor: str, at: int) -> None:
    """Note that a member is an author or concerned, and does not judge; with "" that he does
    after all, which only another than himself may say. Raises SessionUnknown, SessionClosed,
    NotYours, SheetLocked."""
    with writing(db):
        item, session = _item_open(db, item_id)
        _check_seat(db, session.id, staff_id)
        if item.concluded_at is not None:
            raise SheetLocked(item_id)
        if not why and actor == staff_id:
            raise NotYours(item_id)
        before = own_sheet(db, item_id, staff_id)
        _keep(db, item_id, staff_id, replace(before, recused=why, submitted_at=None), at)
        kind = "council_recused" if why else "council_judges_again"
        note(db, kind, item.proposal_id, actor, at, staff=staff_id)


def recuse_namesakes(db: Store, proposal_id: str, *, actor: str, at: int) -> None:
    """Note of every member who bears the name of an author of an idea that they do not judge it,
    wherever it is still judged; who judges all the same is another's to say (`recuse`)."""
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
            for seat in _seats(db, session_id):
                is_one = any(is_same_name(name, seat.name) for name in names)
                if is_one and not _was_asked(db, item_id, seat.staff_id):
                    recuse(db, item_id, seat.staff_id, reason, actor=actor, at=at)


def own_sheet(db: Store, item_id: str, staff_id: str) -> OwnSheet:
    """Return what this member wrote of an idea; an empty sheet before the first save. Raises
    SessionUnknown."""
    row = db.row(
        "SELECT sheet, saved_at, submitted_at, recused, entered_by FROM council_sheet"
        " WHERE commune_id = :commune_id AND item_id = :item_id AND staff_id = :staff_id",
        item_id=item_id, staff_id=staff_id,
    )  # fmt: skip
    if row is None:
        rules = _by_id(db, item(db, item_id).session_id).rubric
        return OwnSheet(empty_sheet(rules), None, None, "")
    return OwnSheet(_sheet(row[0]), *row[1:])


def score(
    db: Store, item_id: str, staff_id: str, sheet: ScoreSheet, *, hand_in: bool, at: int
) -> None:
    """Keep a member's sheet as it stands and, with `hand_in`, lock it. Handing in the same sheet
    twice does it once. Raises SessionUnknown, SessionClosed, NotYours, NotAtCouncil, SheetLocked,
    SheetUnfinished."""
    with writing(db):
        item, session = _item_open(db, item_id)
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
            note(db, "council_scored", item.proposal_id, staff_id, at, session=session.id)
    if hand_in and not sheet.is_filled:  # what is there is kept all the same
        raise SheetUnfinished(item_id)


def enter(
    db: Store, item_id: str, staff_id: str, sheet: ScoreSheet, *, actor: str, at: int
) -> None:
    """Hand in a sheet that a member filled in on paper, as the session's secretary, which is noted
    on it; the very same again is once. Raises SessionUnknown, SessionClosed, NotYours,
    NotAtCouncil, SheetLocked, SheetUnfinished."""
    with writing(db):
        item, session = _item_open(db, item_id)
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


def handed_in_sheets(db: Store, item_id: str, *, actor: str) -> dict[str, OwnSheet]:
    """Return every sheet of an idea by staff id, to the session's secretary alone and once all are
    in. Raises SessionUnknown, NotYours, NotDecidable."""
    found = item(db, item_id)
    session = _by_id(db, found.session_id)
    if actor != session.secretary_id:
        raise NotYours(item_id)
    judged = _judged(db, session, found)
    if judged.result is None:
        raise NotDecidable(item_id)
    return {who: own_sheet(db, item_id, who) for who in judged.handed_in}


def count_hands(db: Store, item_id: str, tally: VoteTally, *, actor: str, at: int) -> None:
    """Write down the votes counted at a show of hands, of all who are there and judge. Raises
    SessionUnknown, SessionClosed, NotDecidable, VotesWrong."""
    with writing(db):
        item, session = _item_open(db, item_id)
        judged = _judged(db, session, item)
        if judged.result is None or item.concluded_at is not None:
            raise NotDecidable(item_id)
        if min(tally.agree, tally.against, tally.blank) < 0 or tally.cast != len(judged.judges):
            raise VotesWrong(len(judged.judges))
        if votes.counted(db, item_id) != tally:
            votes.write_down(db, item_id, tally, actor=actor, at=at)
            note(db, "council_voted", item.proposal_id, actor, at, **asdict(tally))


def cast(db: Store, item_id: str, staff_id: str, choice: str, *, at: int) -> None:
    """Put in a member's ballot, which they may change until the last one is in. Raises
    SessionUnknown, SessionClosed, NotYours, NotDecidable, SheetLocked."""
    with writing(db):
        item, session = _item_open(db, item_id)
        judged = _judged(db, session, item)
        if staff_id not in judged.judges:
            raise NotYours(item_id)
        if judged.result is None:
            raise NotDecidable(item_id)
        if votes.ballots(db, item_id).get(staff_id) == choice:
            return
        if judged.tally is not None or item.concluded_at is not None:
            raise SheetLocked(item_id)
        votes.put_in(db, item_id, staff_id, choice, at=at)
        note(db, "council_ballot_cast", item.proposal_id, staff_id, at)


def reopen(db: Store, item_id: str, staff_id: str, reason: str, *, actor: str, at: int) -> None:
    """Give a handed-in sheet back to its member; the session's secretary alone, with a reason.
    Raises SessionUnknown, SessionClosed, NotYours, SheetLocked."""
    with writing(db):
        item, session = _item_open(db, item_id)
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


def conclude(db: Store, item_id: str, verdict: str, reason: str, *, actor: str, at: int) -> None:
    """Record what the council concluded of an idea; the chair of the commune signs it later.
    The same conclusion twice is one. Raises SessionUnknown, SessionClosed, NotDecidable,
    NotAtCouncil, NotCarried."""
    with writing(db):
        item, session = _item_open(db, item_id)
        if (item.verdict, item.reason) == (verdict, reason) and item.concluded_at is not None:
            return
        judged = _judged(db, session, item)
        if judged.proposal.status is not Status.AT_COUNCIL:
            raise NotAtCouncil(item_id)
        if item.concluded_at is not None or judged.result is None:
            raise NotDecidable(item_id)
        if verdict in IN_FAVOUR and not carries(session.rubric, judged.tally):
            raise NotCarried(item_id)
        if judged.tally is not None:  # who leaves later takes no vote along
            votes.write_down(db, item_id, judged.tally, actor=actor, at=at)
        changes = {
            "verdict": verdict, "reason": reason, "concluded_at": at, "returned_reason": "",
        }  # fmt: skip
        db.change(COUNCIL_ITEM, {"id": item_id}, changes)
        note(db, "council_concluded", item.proposal_id, actor, at, verdict=verdict)


def close(db: Store, session_id: str, *, actor: str, at: int) -> None:
    """End a session; what is not concluded waits for another one. Closing twice is once. Raises
    SessionUnknown."""
    with writing(db):
        if _by_id(db, session_id).closed_at is None:
            db.change(COUNCIL_SESSION, {"id": session_id}, {"closed_at": at})
            note(db, "council_closed", None, actor, at, session=session_id)


def item(db: Store, item_id: str) -> Item:
    """Return an idea of any session. Raises SessionUnknown."""
    row = db.row(
        f"SELECT {_ITEM} FROM council_item"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND id = :item_id",
        item_id=item_id,
    )
    if row is None:
        raise SessionUnknown(item_id)
    return Item(*row)


def signed_verdicts(db: Store, proposal_id: str) -> set[str]:
    """Return what councils concluded of an idea and the chair signed."""
    found = db.rows(
        "SELECT verdict FROM council_item WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id AND signed_at IS NOT NULL AND returned_reason = ''",
        proposal_id=proposal_id,
    )
    return {str(row[0]) for row in found}


def item_of(db: Store, session_id: str, item_id: str) -> Item:
    """Return an idea of that very session. Raises SessionUnknown."""
    found = item(db, item_id)
    if found.session_id != session_id:
        raise SessionUnknown(item_id)
    return found


# An item that keeps its idea from other sessions: of an open session, or concluded and not back.
_TAKEN = (
    "council_item.commune_id = :commune_id AND returned_reason = '' AND (concluded_at IS NOT NULL"
    " AND signed_at IS NULL OR session_id IN (SELECT id FROM council_session"
    " WHERE council_session.commune_id = :commune_id AND closed_at IS NULL))"
)


def _judge(
    db: Store, session: CouncilSession, seats: list[Seat], item: Item, quorate: bool
) -> Judged:
    sheets = {
        row[0]: OwnSheet(_sheet(row[1]), *row[2:])
        for row in db.rows(
            "SELECT staff_id, sheet, saved_at, submitted_at, recused, entered_by FROM council_sheet"
            " WHERE commune_id = :commune_id AND item_id = :item_id ORDER BY id",
            item_id=item.id,
        )
    }
    recused = {who: own.recused for who, own in sheets.items() if own.recused}
    handed_in = tuple(
        who for who, own in sheets.items() if own.submitted_at is not None and who not in recused
    )
    judges = tuple(
        seat.staff_id for seat in seats if seat.state == "present" and seat.staff_id not in recused
    )
    waited_for = tuple(who for who in judges if who not in handed_in)
    is_final = item.concluded_at is not None
    may_see = bool(handed_in) and (is_final or (quorate and not waited_for))
    result = (
        result_of(session.rubric, [sheets[who].sheet for who in handed_in]) if may_see else None
    )
    idea = redactions.as_read_by(db, proposals.by_id(db, item.proposal_id), NOBODY)
    ballots = {
        who: choice for who, choice in votes.ballots(db, item.id).items() if who not in recused
    }
    tally = votes.counted(db, item.id)
    if tally is None and result is not None and judges and ballots.keys() >= set(judges):
        tally = tally_of(ballots.values())
    return Judged(
        item, idea, handed_in, () if is_final else waited_for, recused, result, judges,
        tuple(ballots), tally,
    )  # fmt: skip


def _judged(db: Store, session: CouncilSession, item: Item) -> Judged:
    seats = _seats(db, session.id)
    present = sum(seat.state == "present" for seat in seats)
    return _judge(db, session, seats, item, is_quorate(session.rubric, present, len(seats)))


def _take_up_again(db: Store, item: Item) -> None:
    changes = {"verdict": "", "reason": "", "concluded_at": None, "returned_reason": ""}
    db.change(COUNCIL_ITEM, {"id": item.id}, changes)
    votes.clear(db, item.id)


def _keep(db: Store, item_id: str, staff_id: str, own: OwnSheet, at: int) -> None:
    changes = {
        "sheet": json.dumps(asdict(own.sheet), ensure_ascii=False), "recused": own.recused,
        "saved_at": at, "submitted_at": own.submitted_at, "entered_by": own.entered_by,
    }  # fmt: skip
    key = {"item_id": item_id, "staff_id": staff_id}
    if not db.change(COUNCIL_SHEET, key, changes):
        db.insert(COUNCIL_SHEET, {"id": new_id(), **key, **changes})


def _was_asked(db: Store, item_id: str, staff_id: str) -> bool:
    """Say whether it was settled before that a member does or does not judge an idea."""
    if own_sheet(db, item_id, staff_id).recused:
        return True
    proposal_id = item(db, item_id).proposal_id
    return has(db, proposal_id, "council_judges_again", staff=staff_id)


def _check_seat(db: Store, session_id: str, staff_id: str) -> Seat:
    for one in _seats(db, session_id):
        if one.staff_id == staff_id:
            return one
    raise NotYours(staff_id)


def _check_may_judge(db: Store, session_id: str, staff_id: str, own: OwnSheet) -> None:
    if _check_seat(db, session_id, staff_id).state != "present" or own.recused:
        raise NotYours(staff_id)


def _item_open(db: Store, item_id: str) -> tuple[Item, CouncilSession]:
    found = item(db, item_id)
    return found, _open(db, found.session_id)


def _open(db: Store, session_id: str) -> CouncilSession:
    session = _by_id(db, session_id)
    if session.closed_at is not None:
        raise SessionClosed(session_id)
    return session


def _by_id(db: Store, session_id: str) -> CouncilSession:
    row = db.row(
        f"SELECT {_SESSION} FROM council_session"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND id = :session_id",
        session_id=session_id,
    )
    if row is None:
        raise SessionUnknown(session_id)
    return _session(row)


def _seats(db: Store, session_id: str) -> list[Seat]:
    return [
        Seat(*row)
        for row in db.rows(
            "SELECT staff_id, name, state, why FROM council_seat JOIN staff_member"
            " ON staff_member.commune_id = :commune_id AND staff_member.id = staff_id"
            " WHERE council_seat.commune_id = :commune_id AND session_id = :session_id"
            " ORDER BY council_seat.id",
            session_id=session_id,
        )
    ]


def _items(db: Store, session_id: str) -> list[Item]:
    return [
        Item(*row)
        for row in db.rows(
            f"SELECT {_ITEM} FROM council_item"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND session_id = :session_id ORDER BY id",
            session_id=session_id,
        )
    ]


def _session(row: tuple[object, ...]) -> CouncilSession:
    values = list(row)
    values[6], values[7] = tuple(str(values[6]).splitlines()), rubric.from_json(str(values[7]))
    return CouncilSession(*values)  # type: ignore[arg-type]


def _sheet(text: str) -> ScoreSheet:
    kept = json.loads(text)
    return ScoreSheet(tuple(kept["gates"]), tuple(kept["points"]), tuple(kept["remarks"]))
