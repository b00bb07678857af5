"""Which paper of the office was sent to whom, when, how and with what proof (R37).

Recipients are data: those of the campaign's list, or others that a clerk names. Days are local,
YYYY-MM-DD. A wrong line is struck out and written again; nothing is deleted.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

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
from shared.db.event_log import new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.sql import among
from shared.domain.record import Record, asdict
from shared.store.office import unsent_papers

# The state's document system, e-mail, by hand or post, Zalo, another way.
Way = Literal["edoc", "email", "paper", "zalo", "other"]


WAYS: tuple[Way, ...] = ("edoc", "email", "paper", "zalo", "other")


# One more than a page holds says that there is a next one.
_MORE = PAGE_LINES + 1


class SentAlready(Exception):
    """That paper was sent to that recipient on that day in that way already."""


class NewPaper(Record):
    """A paper to be sent: the campaign's year, what it is, its number ("" for none) and day."""

    year: int
    title: str
    number: str
    issued_on: str


class SentPaper(NewPaper):
    """A paper that was filed; `entered_by` is a staff id, `entered_at` ms UTC."""

    id: str
    entered_by: str
    entered_at: int


OUTGOING_PAPER = Table(
    "outgoing_paper",
    SentPaper,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "year": number(exported=in_export()),
        "title": text(Whose.NOBODY, exported=in_export(head="paper_title")),
        "number": text(Whose.NOBODY, exported=in_export()),
        "issued_on": day(exported=in_export()),
        "entered_by": ident(exported=in_export("person")),
        "entered_at": instant(exported=in_export()),
        "struck_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    indexes={"outgoing_paper_by_year": "year, id"},
    sealed=True,
    sheet=ExportSheet("van-ban-di"),
    on_write=unsent_papers.of_paper,
)


class UnsentPaper(Record):
    """A paper that recipients of its list (`missing`) have not got."""

    id: str
    title: str
    issued_on: str
    missing: tuple[str, ...]


class NewDispatch(Record):
    """One sending of a paper to one recipient; `sent_by` is a name, `proof` a number or a word."""

    recipient: str
    sent_on: str
    way: Way
    sent_by: str
    proof: str


class Dispatch(NewDispatch):
    """A valid sending; `confirmed_on` is "" until its arrival is known, `confirmed_how` is the
    proof; `noted_by` is a staff id, `noted_at` ms UTC."""

    id: str
    paper_id: str
    noted_by: str
    noted_at: int
    confirmed_on: str
    confirmed_how: str


DISPATCH = Table(
    "dispatch",
    Dispatch,
    {
        "id": ident(),
        "key": ident(),
        "paper_id": ident(exported=in_export()),
        "recipient": text(Whose.OTHER, exported=in_export()),
        "sent_on": day(exported=in_export()),
        "way": choice(get_args(Way), exported=in_export("choice", words="staff.sending.ways")),
        "sent_by": ident(exported=in_export()),
        "proof": text(Whose.OTHER, exported=in_export()),
        "noted_by": ident(exported=in_export("person")),
        "noted_at": instant(exported=in_export()),
        "confirmed_on": day(exported=in_export()),
        "confirmed_how": text(Whose.OTHER, exported=in_export()),
        "struck_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    foreign={"paper_id": "outgoing_paper"},
    indexes={"dispatch_of_paper": "paper_id, id"},
    sealed=True,
    sheet=ExportSheet("lan-gui"),
    on_write=unsent_papers.of_sending,
)


# LEFT: whoever only counts them reads no more than their own index.
_UNSENT = (
    "SELECT paper.id, paper.title, paper.issued_on, campaign.distribution"
    " FROM unsent_paper AS unsent"
    " LEFT JOIN outgoing_paper AS paper ON paper.commune_id = :commune_id"
    " AND paper.id = unsent.paper_id"
    " LEFT JOIN campaign ON campaign.commune_id = :commune_id AND campaign.year = unsent.year"
    " WHERE unsent.commune_id = :commune_id AND unsent.year >= :year"
    " ORDER BY unsent.year, unsent.paper_id"
)


def add_paper(db: Store, new: NewPaper, *, key: str, actor: str, at: int) -> str:
    """File a paper and return its id; the same key again returns the first one."""
    with writing(db):
        known = db.row(
            "SELECT id FROM outgoing_paper WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known is not None:
            return str(known[0])
        row = {
            "id": new_id(), "key": key, **asdict(new), "entered_by": actor, "entered_at": at,
            "struck_at": None,
        }  # fmt: skip
        db.insert(OUTGOING_PAPER, row)
        note(db, "paper_put_down", None, actor, at, paper=row["id"], year=new.year)
        return str(row["id"])


def strike_paper(db: Store, paper_id: str, reason: str, *, actor: str, at: int) -> bool:
    """Strike out a paper that was filed by mistake; return whether it existed and was sent to
    nobody."""
    with writing(db):
        if paper(db, paper_id) is None or of_paper(db, paper_id):
            return False
        db.change(OUTGOING_PAPER, {"id": paper_id}, {"struck_at": at})
        note(db, "paper_struck", None, actor, at, paper=paper_id, reason=reason)
        return True


def bring_paper_back(db: Store, paper_id: str, *, actor: str, at: int) -> bool:
    """Let a paper that was struck out be valid again; return whether there is one."""
    with writing(db):
        if db.get(OUTGOING_PAPER, "id = :id AND struck_at IS NOT NULL", id=paper_id) is None:
            return False
        db.change(OUTGOING_PAPER, {"id": paper_id}, {"struck_at": None})
        note(db, "paper_brought_back", None, actor, at, paper=paper_id)
        return True


def struck_papers(db: Store, year: int) -> list[SentPaper]:
    """Return the papers of a year that were struck out, the newest first."""
    return db.all(
        OUTGOING_PAPER, "year = :year AND struck_at IS NOT NULL ORDER BY id DESC", year=year
    )  # fmt: skip


def paper(db: Store, paper_id: str) -> SentPaper | None:
    """Return a valid paper, or None."""
    return db.get(OUTGOING_PAPER, "id = :id AND struck_at IS NULL", id=paper_id)


def papers(db: Store, year: int) -> list[SentPaper]:
    """Return a campaign's papers, the latest first."""
    return db.all(OUTGOING_PAPER, "year = :year AND struck_at IS NULL ORDER BY id DESC", year=year)


def page_of_papers(db: Store, year: int, after: str) -> Page[SentPaper]:
    """Return one page of them: the first, or the one after a mark."""
    [before] = read_mark(after, str) or ("~",)  # behind every id
    which = f"year = :year AND struck_at IS NULL AND id < :id ORDER BY id DESC LIMIT {_MORE}"
    found = db.all(OUTGOING_PAPER, which, year=year, id=before)
    return page_of(found, lambda one: (one.id,))


def not_everywhere(db: Store, *, since: int, limit: int) -> list[UnsentPaper]:
    """Return the first papers of campaigns `since` that year that somebody on their list has not
    got, the oldest first."""
    found = db.rows(f"{_UNSENT} LIMIT {limit}", year=since)
    sent = of_papers(db, [paper_id for paper_id, *_ in found]) if found else {}
    return [
        UnsentPaper(
            paper_id, title, issued_on,
            tuple(missing(listed.splitlines(), sent.get(paper_id, []))),
        )
        for paper_id, title, issued_on, listed in found
    ]  # fmt: skip


def send(
    db: Store, paper_id: str, new: NewDispatch, *, key: str, actor: str, at: int
) -> bool:  # fmt: skip
    """Keep a sending; return False when `key` had kept it already. Raises SentAlready."""
    with writing(db):
        if db.row("SELECT 1 FROM dispatch WHERE commune_id = :commune_id AND key = :key", key=key):
            return False
        if _alike(new) in map(_alike, of_paper(db, paper_id)):
            raise SentAlready(new.recipient)
        row = {
            "id": new_id(), "key": key, "paper_id": paper_id, **asdict(new), "noted_by": actor,
            "noted_at": at, "confirmed_on": "", "confirmed_how": "", "struck_at": None,
        }  # fmt: skip
        db.insert(DISPATCH, row)
        note(db, "paper_sent", None, actor, at, paper=paper_id, dispatch=row["id"], way=new.way)
        return True


def confirm(
    db: Store, dispatch_id: str, day: str, how: str, *, actor: str, at: int
) -> bool:  # fmt: skip
    """Record that a paper arrived; return whether its sending is valid."""
    with writing(db):
        if by_id(db, dispatch_id) is None:
            return False
        changes = {"confirmed_on": day, "confirmed_how": how}
        db.change(DISPATCH, {"id": dispatch_id}, changes)
        note(db, "paper_confirmed", None, actor, at, dispatch=dispatch_id, on=day)
        return True


def strike(db: Store, dispatch_id: str, reason: str, *, actor: str, at: int) -> bool:
    """Strike out a sending that never happened; return whether it was valid."""
    with writing(db):
        if by_id(db, dispatch_id) is None:
            return False
        db.change(DISPATCH, {"id": dispatch_id}, {"struck_at": at})
        note(db, "dispatch_struck", None, actor, at, dispatch=dispatch_id, reason=reason)
        return True


def bring_back(db: Store, paper_id: str, dispatch_id: str, *, actor: str, at: int) -> bool:
    """Let a sending of a paper that was struck out be valid again; return whether there is one.
    Raises SentAlready if the paper was sent there again since."""
    with writing(db):
        found = db.get(
            DISPATCH, "id = :id AND paper_id = :paper_id AND struck_at IS NOT NULL",
            id=dispatch_id, paper_id=paper_id,
        )  # fmt: skip
        if found is None:
            return False
        if found.recipient in {one.recipient for one in of_paper(db, paper_id)}:
            raise SentAlready(found.recipient)
        db.change(DISPATCH, {"id": dispatch_id}, {"struck_at": None})
        note(db, "dispatch_brought_back", None, actor, at, dispatch=dispatch_id)
        return True


def struck_of(db: Store, paper_id: str) -> list[Dispatch]:
    """Return a paper's sendings that were struck out, in the order they were recorded."""
    return db.all(
        DISPATCH, "paper_id = :paper_id AND struck_at IS NOT NULL ORDER BY id", paper_id=paper_id
    )  # fmt: skip


def by_id(db: Store, dispatch_id: str) -> Dispatch | None:
    """Return a valid sending, or None."""
    return db.get(DISPATCH, "id = :id AND struck_at IS NULL", id=dispatch_id)


def of_paper(db: Store, paper_id: str) -> list[Dispatch]:
    """Return a paper's sendings in the order they were recorded."""
    return db.all(
        DISPATCH, "paper_id = :paper_id AND struck_at IS NULL ORDER BY id", paper_id=paper_id
    )


def of_papers(db: Store, paper_ids: Iterable[str]) -> dict[str, list[Dispatch]]:
    """Return the sendings of some papers in the order they were recorded, by the paper's id."""
    these, ids = among(paper_ids)
    found: dict[str, list[Dispatch]] = {}
    for one in db.all(DISPATCH, f"paper_id {these} AND struck_at IS NULL ORDER BY id", **ids):
        found.setdefault(one.paper_id, []).append(one)
    return found


def missing(recipients: Sequence[str], sent: list[Dispatch]) -> list[str]:
    """Return the recipients of a list that a paper was not sent to, in the list's order."""
    return unsent_papers.without(recipients, [one.recipient for one in sent])


def _alike(one: NewDispatch) -> tuple[str, str, str]:
    return unsent_papers.bare(one.recipient), one.sent_on, one.way
