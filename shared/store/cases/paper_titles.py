"""The title that papers give an idea: accented and whole, set by staff beside the sender's own.

The sender's words stay as they sent them; only what the office signs and prints reads this one.
"""

from collections.abc import Sequence

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, note, salted
from shared.db.sql import among
from shared.domain.record import Record
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal

# More than so many are not named one by one: an engine takes so many values and no more, and few
# ideas have such a title.
_FEW = 500


class PaperTitle(Record):
    """The title of one idea on papers ("" for the sender's own again), who set it (a staff id) and
    when (ms UTC)."""

    proposal_id: str
    title: str
    actor: str
    at: int


PAPER_TITLE = Table(
    "paper_title",
    PaperTitle,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "title": text(
            Whose.ANSWER, spoken=True, exported=in_export("said", head="title_in_papers")
        ),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("ten-van-ban"),
)


def keep(db: Store, code: str, title: str, *, actor: str, at: int) -> None:
    """Keep the title of an idea on papers; "" goes back to the sender's own. Raises
    ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        known = kept(db, here.id)
        if title == (known.title if known else ""):
            return
        salt = new_salt()
        replaces = {} if known is None else {"replaces": _content_of(db, here.id)}
        said = {"title": title, "actor": actor, "at": at, "salt": salt}
        if known is None:
            db.insert(PAPER_TITLE, {"id": new_id(), "proposal_id": here.id, **said})
        else:
            db.change(PAPER_TITLE, {"proposal_id": here.id}, said)
        note(db, "paper_titled", here.id, actor, at, content=salted(salt, title), **replaces)


def kept(db: Store, proposal_id: str) -> PaperTitle | None:
    """Return what staff set for one idea, or None."""
    return db.get(PAPER_TITLE, "proposal_id = :proposal_id", proposal_id=proposal_id)


def of(db: Store, case: Proposal) -> str:
    """Return the title of an idea on papers: the one that staff set, or else that of `case`, which
    is the sender's own, or redacted where the caller read it so."""
    return all_of(db, [case])[case.id]


def all_of(db: Store, cases: Sequence[Proposal]) -> dict[str, str]:
    """Return the titles of ideas on papers, as `of`, by their ids."""
    these, ids = among(one.id for one in cases) if len(cases) <= _FEW else ("IS NOT NULL", {})
    found = db.all(PAPER_TITLE, f"proposal_id {these}", **ids)
    by_staff = {one.proposal_id: one.title for one in found}
    return {one.id: by_staff.get(one.id) or one.title for one in cases}


def _content_of(db: Store, proposal_id: str) -> str:
    [row] = db.raw(PAPER_TITLE, proposal_id=proposal_id)
    return salted(row["salt"], row["title"])
