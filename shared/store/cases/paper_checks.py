"""The month's end: which ideas entered in a month have a paper that belongs in the binder, and what
a clerk found there.

A clerk who looks again writes a new reconciliation beside the former; none is changed.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

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
from shared.db.sql import among
from shared.domain.record import Record, asdict
from shared.store.cases.visibility import REDACTION, VISIBLE

# In which state the paper of an idea is.
PAPER_STATES = ("found", "missing", "extra")

RECONCILIATION_PAPER: Table[Any] = Table(
    "reconciliation_paper",
    None,
    {
        "id": ident(),
        "reconciliation_id": ident(exported=in_export()),
        "code": ident(exported=in_export("code")),
        "state": choice(
            PAPER_STATES,
            exported=in_export("choice", head="in_binder", words="staff.reconcile.states"),
        ),
    },
    unique=(("reconciliation_id", "code"),),
    foreign={"reconciliation_id": "reconciliation"},
    sealed=True,
    sheet=ExportSheet("tap-giay"),
)


class PaperLine(NamedTuple):
    """An idea in the month's list: `paper` says how its paper is known ("form": its photograph
    filed itself; "by_hand", "by_post"; "twin": printed here for its sender to sign; "" for none),
    `pictures` how many photographs of paper it has. A case that the viewer may not see has no
    title. `registered_at` is ms UTC."""

    code: str
    title: str
    channel: str
    registered_at: int
    paper: str
    pictures: int
    is_closed: int


class BinderCheck(Record):
    """That a clerk (`actor`) checked the binder of a month (YYYY-MM), in which the papers of so
    many ideas were `expected`. `at` is ms UTC."""

    id: str
    month: str
    expected: int
    note: str
    actor: str
    at: int


RECONCILIATION = Table(
    "reconciliation",
    BinderCheck,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "month": day(check="length({name}) = 7", exported=in_export()),
        "expected": number(exported=in_export("number", head="on_paper")),
        "note": text(Whose.STAFF, exported=in_export()),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("key",),),
    indexes={"reconciliation_by_month": "month, id"},
    sealed=True,
    sheet=ExportSheet("doi-chieu"),
    year_of="month",
)


class Reconciliation(BinderCheck):
    """A check with what was found: the codes of the month's ideas whose papers were there (`found`)
    or not (`missing`), and codes of papers that were there and do not belong to the month
    (`extra`)."""

    found: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """True where paper and screen are the same."""
        return not (self.missing or self.extra)


class MonthList(Record):
    """The ideas of a month: those with a `paper`, and of the `count` without one the first and
    those that were asked for."""

    papers: list[PaperLine]
    others: list[PaperLine]
    count: int

    @property
    def lines(self) -> list[PaperLine]:
        """All of them that are listed, in their order."""
        return sorted([*self.papers, *self.others], key=lambda one: (one.registered_at, one.code))


# How many ideas without a paper are listed: who finds the paper of another one types its code.
MOST_OTHERS = 50
_OF_MONTH = "proposal.registered_at >= :since AND proposal.registered_at < :until"
_LINES = (
    f"SELECT proposal.code, CASE WHEN {VISIBLE}"  # noqa: S608 conditions are ours
    "  THEN coalesce(redaction.title, proposal.title) ELSE '' END,"
    " proposal.channel, proposal.registered_at,"
    " CASE WHEN entry.way IN ('by_hand', 'by_post') THEN entry.way"
    "  WHEN proposal.channel = 'paper' AND entry.id IS NULL THEN 'form'"
    "  WHEN EXISTS (SELECT 1 FROM event WHERE event.commune_id = proposal.commune_id"
    "   AND event.proposal_id = proposal.id AND event.kind = 'twin_printed') THEN 'twin'"
    "  ELSE '' END AS paper,"
    " (SELECT count(*) FROM attachment WHERE attachment.commune_id = proposal.commune_id"
    "  AND attachment.proposal_id = proposal.id AND attachment.source = 'staff'"
    "  AND attachment.kind = 'image'),"
    f" NOT {VISIBLE} FROM proposal"
    " LEFT JOIN entry ON entry.commune_id = proposal.commune_id"
    "  AND entry.proposal_id = proposal.id"
    f"{REDACTION}"
    f" WHERE proposal.commune_id = :commune_id AND {_OF_MONTH}{{}}"
    " ORDER BY proposal.registered_at, proposal.id"
)
_LISTED = "SELECT * FROM ({}) AS line WHERE paper {} ''"
_PAPERS = _LISTED.format(_LINES.format(""), "<>")
_OTHERS = _LISTED.format(_LINES.format(""), "=") + f" LIMIT {MOST_OTHERS}"


def month_list(
    db: Store, since: int, until: int, *, viewer: str, asked: Collection[str] = ()
) -> MonthList:
    """Return the ideas that were entered from `since` to before `until` (ms UTC), in that order, as
    a member of staff (`viewer`, a staff id) may see them; `asked` are codes of those without a
    paper that are listed in any case."""
    its = {"since": since, "until": until, "viewer": viewer}
    papers = [PaperLine(*row) for row in db.rows(_PAPERS, **its)]
    others = {row[0]: PaperLine(*row) for row in db.rows(_OTHERS, **its)}
    these, codes = among(set(asked) - others.keys())
    asked_for = _LISTED.format(_LINES.format(f" AND proposal.code {these}"), "=")
    others |= {row[0]: PaperLine(*row) for row in db.rows(asked_for, **its, **codes)}
    [(count,)] = db.rows(
        f"SELECT count(*) FROM proposal WHERE commune_id = :commune_id AND {_OF_MONTH}",  # noqa: S608
        since=since,
        until=until,
    )
    return MonthList(papers, list(others.values()), count - len(papers))


def of_month(db: Store, codes: Iterable[str], since: int, until: int) -> set[str]:
    """Return which of these codes belong to ideas that were entered in that time."""
    these, ids = among(codes)
    found = db.rows(
        "SELECT code FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" AND {_OF_MONTH} AND code {these}",
        since=since, until=until, **ids,
    )  # fmt: skip
    return {str(code) for (code,) in found}


def keep(
    db: Store,
    month: str,
    expected: Collection[str],
    found: Collection[str],
    extra: Collection[str],
    remark: str,
    *,
    key: str,
    actor: str,
    at: int,
) -> None:
    """Keep what was found in the binder of a month (YYYY-MM) in which the papers of `expected` must
    be: the codes `found` of its ideas, and `extra` ones; once per `key`."""
    with writing(db):
        if db.row(
            "SELECT 1 FROM reconciliation WHERE commune_id = :commune_id AND key = :key", key=key
        ):
            return
        check = BinderCheck(new_id(), month, len(expected), remark, actor, at)
        db.insert(RECONCILIATION, check, key=key)
        states = dict.fromkeys(expected, "missing")
        states |= dict.fromkeys(sorted(found), "found") | dict.fromkeys(sorted(extra), "extra")
        for code, state in states.items():
            db.insert(RECONCILIATION_PAPER,
                {"id": new_id(), "reconciliation_id": check.id, "code": code, "state": state},
            )  # fmt: skip
        note(
            db, "paper_reconciled", None, actor, at, reconciliation=check.id, month=month,
            found=len(found),
        )  # fmt: skip


def latest(db: Store, month: str) -> list[Reconciliation]:
    """Return the reconciliations of a month (YYYY-MM), the latest first."""
    checks = db.all(RECONCILIATION, "month = :month ORDER BY id DESC", month=month)
    return [_with_papers(db, check) for check in checks]


def _with_papers(db: Store, check: BinderCheck) -> Reconciliation:
    papers = db.rows(
        "SELECT state, code FROM reconciliation_paper"
        " WHERE commune_id = :commune_id AND reconciliation_id = :check_id ORDER BY id",
        check_id=check.id,
    )
    found, missing, extra = (
        tuple(code for state, code in papers if state == wanted) for wanted in PAPER_STATES
    )
    return Reconciliation(**asdict(check), found=found, missing=missing, extra=extra)
