"""Letters of commendation and awards: one row each, from the proposal to its end.

award_steps.py has the conditions of each step, printed_names.py the printed name. Days are local,
YYYY-MM-DD; instants ms UTC; money is đồng.
"""

from typing import Any

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
    tick,
)
from shared.db.connection import Store
from shared.db.event_log import new_id, note
from shared.db.pages import Page, page_of, read_mark
from shared.db.sql import one_of
from shared.domain import codes, numbering
from shared.domain.honours import FOR_THE_CHAIR, IN_PROGRESS, KINDS, Kind, State, is_in_force
from shared.domain.record import Record, asdict
from shared.store.cases import award_turns, receipts
from shared.store.cases.visibility import COUNTED

# What was given in a year is printed together: a page holds it all at most offices.
REGISTER_LINES = 50


class HonourUnknown(Exception):
    """There is none of that id."""


class Honour(Record):
    """A letter or an award. `place` is the author's among the idea's authors; `merit` what they
    did; `reason` what was last said when it was returned, refused or taken back; `book_number` is
    an award's place in the year's golden book, `code` checks whether a paper is genuine; both are
    None until it is valid. `version` grows with every change, so that a form notices a
    colleague."""

    id: str
    proposal_id: str
    place: int
    kind: Kind
    form: str
    is_collective: bool
    merit: str
    basis: str
    amount: int
    source: str
    state: State
    reason: str
    number: str
    day: str
    book_number: int | None
    code: str | None
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int | None
    changed_at: int
    version: int


HONOUR = Table(
    "honour",
    Honour,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "proposal_id": ident(exported=in_export()),
        "place": number(exported=in_export(head="turn")),
        "kind": choice(KINDS, exported=in_export()),
        "form": ident(exported=in_export()),
        "is_collective": tick(exported=in_export("tick")),
        "merit": text(Whose.DETAILS, exported=in_export("said")),
        "basis": text(Whose.OFFICE, exported=in_export()),
        "amount": number(check="{name} >= 0", exported=in_export("number")),
        "source": ident(exported=in_export()),
        "state": choice(State, read=State, exported=in_export()),
        "reason": text(Whose.ANSWER, exported=in_export("said")),
        "number": text(Whose.NOBODY, exported=in_export()),
        "day": day(exported=in_export("day")),
        "book_number": number(null=True, exported=in_export()),
        "code": ident(null=True),
        "proposed_by": ident(exported=in_export("person")),
        "proposed_at": instant(exported=in_export()),
        "decided_by": ident(exported=in_export("person")),
        "decided_at": instant(null=True, exported=in_export()),
        "changed_at": instant(),
        "version": number(),
    },
    unique=(("key",), ("code",)),
    foreign={"proposal_id": "proposal"},
    indexes={
        "honour_of_proposal": "proposal_id",
        "honour_by_state": "state",
        "honour_in_progress": f"id WHERE state {one_of(IN_PROGRESS)}",
        "honour_numbered": "day, id WHERE number <> ''",
    },
    sealed=True,
    sheet=ExportSheet("khen"),
    on_write=award_turns.of_honour,
)


class Content(Record):
    """What an officer writes of it: its form, what for, on what legal basis, how much and from
    which source. A letter has only a form and a merit."""

    form: str
    is_collective: bool
    merit: str
    basis: str = ""
    amount: int = 0
    source: str = ""


def add(
    db: Store, proposal_id: str, place: int, kind: Kind, content: Content, *, key: str,
    actor: str, at: int,
) -> str:  # fmt: skip
    """Keep a new proposal for a letter or an award and return its id; only inside `writing`."""
    honour_id = new_id()
    db.insert(
        HONOUR, content, id=honour_id, key=key, proposal_id=proposal_id, place=place, kind=kind,
        state=State.PROPOSED, reason="", number="", day="", proposed_by=actor, proposed_at=at,
        decided_by="", changed_at=at, version=1,
    )  # fmt: skip
    note(db, "honour_proposed", proposal_id, actor, at, honour=honour_id, what=kind)
    return honour_id


def rewrite(db: Store, honour: Honour, content: Content, *, actor: str, at: int) -> None:
    """Keep a new text of an officer; only inside `writing`."""
    changes = {**asdict(content), "changed_at": at, "version": honour.version + 1}
    db.change(HONOUR, {"id": honour.id}, changes)
    note(db, "honour_rewritten", honour.proposal_id, actor, at, honour=honour.id)


def set_state(
    db: Store, honour: Honour, state: State, *, actor: str, at: int, **more: Any
) -> Honour:
    """Move it to a state, with other changes; only inside `writing`."""
    changes = {"state": state, "changed_at": at, "version": honour.version + 1, **more}
    db.change(HONOUR, {"id": honour.id}, changes)
    note(
        db, "honour_moved", honour.proposal_id, actor, at, honour=honour.id, what=honour.kind,
        **{"from": honour.state, "to": state},
    )  # fmt: skip
    return by_id(db, honour.id)


def mint(db: Store) -> str:
    """Return a code that nothing of ours has yet; only inside `writing`."""
    while True:
        code = codes.new_code()
        if receipts.issued_at(db, code) is None and by_code(db, code) is None:
            return code


def by_id(db: Store, honour_id: str) -> Honour:
    """Return the one of this id. Raises HonourUnknown."""
    found = db.get(HONOUR, "id = :id", id=honour_id)
    if found is None:
        raise HonourUnknown(honour_id)
    return found


def by_code(db: Store, code: str) -> Honour | None:
    """Return the one with this code, or None."""
    return db.get(HONOUR, "code = :code", code=code)


def by_key(db: Store, key: str) -> Honour | None:
    """Return the one that a sending kept, or None."""
    return db.get(HONOUR, "key = :key", key=key)


def of_proposal(db: Store, proposal_id: str) -> list[Honour]:
    """Return all of an idea's, the oldest first."""
    return db.all(HONOUR, "proposal_id = :id ORDER BY id", id=proposal_id)


def in_progress(db: Store) -> list[Honour]:
    """Return those in IN_PROGRESS, the oldest first."""
    return db.all(HONOUR, f"state {one_of(IN_PROGRESS)} ORDER BY id")


def every(db: Store) -> list[Honour]:
    """Return all there are, the oldest first."""
    return db.all(HONOUR, "ORDER BY id")


def last_at(db: Store, kind: Kind, state: State) -> Honour | None:
    """Return the one of a kind at a state that was proposed last, or None."""
    at_state = "state = :state AND kind = :kind ORDER BY id DESC LIMIT 1"
    return db.get(HONOUR, at_state, kind=kind, state=state)


def years(db: Store) -> list[str]:
    """Return the years (YYYY) in which a number was given, the latest first."""
    numbered = "FROM honour WHERE honour.commune_id = :commune_id AND number <> ''"
    found = db.rows(
        # From year to year by the index, however many were given in each.
        f"WITH RECURSIVE latest (day) AS (SELECT max(day) {numbered} UNION ALL"  # noqa: S608 ours
        f" SELECT (SELECT max(honour.day) {numbered} AND honour.day < substr(latest.day, 1, 4))"
        " FROM latest WHERE latest.day IS NOT NULL)"
        " SELECT substr(day, 1, 4) FROM latest WHERE day IS NOT NULL"
    )
    return [str(year) for (year,) in found]


def page_given_in(db: Store, year: str, after: str) -> Page[Honour]:
    """Return one page of those whose number was given in a year (YYYY), the latest first: the first
    page, or the one after a mark."""
    day, honour_id = read_mark(after, str, str) or ("9999", "")  # behind every day
    which = (
        "number <> '' AND day >= :first AND day <= :last AND (day, id) < (:day, :id)"
        f" ORDER BY day DESC, id DESC LIMIT {REGISTER_LINES + 1}"
    )
    first, last = f"{year}-01-01", f"{year}-12-31"
    found = db.all(HONOUR, which, first=first, last=last, day=day, id=honour_id)
    return page_of(found, lambda one: (one.day, one.id), REGISTER_LINES)


def numbered(db: Store, kind: Kind, number: str, year: str) -> list[Honour]:
    """Return those of a kind with this number in a year (YYYY), withdrawn ones too: a number is
    given once."""
    return [
        one
        for one in db.all(
            HONOUR,
            "kind = :kind AND number <> '' AND day LIKE :year ORDER BY id",
            kind=kind,
            year=f"{year}-%",
        )
        if numbering.is_same(one.number, number)
    ]


def count_called_by(db: Store, mobiliser: str, year: int) -> dict[Kind, int]:
    """Return how many letters and awards are valid for the ideas that have somebody's code and
    count to a year."""
    found: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    for kind, state in db.rows(
        "SELECT honour.kind, honour.state FROM honour"  # noqa: S608 the condition is ours
        " JOIN proposal ON proposal.commune_id = honour.commune_id"
        " AND proposal.id = honour.proposal_id WHERE honour.commune_id = :commune_id"
        " AND proposal.mobiliser = :mobiliser AND proposal.evaluation_year = :year"
        f" AND {COUNTED}",
        mobiliser=mobiliser,
        year=year,
    ):
        found[kind] += is_in_force(kind, State(state))
    return found


def next_book_number(db: Store, year: str) -> int:
    """Return the next place in the golden book of a year (YYYY)."""
    row = db.row(
        "SELECT max(book_number) FROM honour WHERE commune_id = :commune_id AND kind = 'award'"
        " AND day LIKE :year",
        year=f"{year}-%",
    )
    return int(row[0] or 0) + 1 if row else 1


def count_for_the_chair(db: Store, *, now: int) -> int:
    """Return how many wait for the chair; `now` is not needed."""
    row = db.row(
        "SELECT count(*) FROM honour WHERE commune_id = :commune_id"
        " AND state IN (:letter, :award) AND (kind = 'letter') = (state = :letter)",
        **FOR_THE_CHAIR,
    )
    return int(row[0]) if row else 0
