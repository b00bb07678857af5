"""Whose turn it is to be thanked or rewarded (R5), kept as ideas, their authors, letters, awards,
measures and merges change, so that the list of them reads one page and not every valid idea.

The cards of those tables ask `keeping` for the ideas that a written row may concern; `wrong`
works everything out anew.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from shared.db.card import Table, choice, ident, instant, number, tick
from shared.db.engines import Statement
from shared.db.rows import Row, Rows
from shared.db.sql import among, one_of
from shared.domain.honours import COLLECTIVE_TYPES, LETTER_TYPES, OFFICIAL_TYPES, VALID, Kind, State
from shared.domain.measures import Figures, shows_effect
from shared.domain.proposal import PUBLIC, Status, counted_as
from shared.store.cases import idea_counts, merges
from shared.store.cases.visibility import COUNTED, KIND_COLUMNS

# The groups in which one looks for a person, an organisation or a colleague.
GROUPS = ("individual", "collective", "official")
_WORKED_OUT = "worked out anew"

# An author whose turn it is: `since` (ms UTC) the idea was first taken for a valid one; `kind` is
# their group; `letter` and `award` say what can be proposed now, `needs_effect` that an award waits
# for figures before and after. `year` and `status` are the idea's.
AWARD_DUE: Table[Any] = Table(
    "award_due",
    None,
    {
        "proposal_id": ident(),
        "place": number(),
        "since": instant(),
        "year": number(),
        "kind": choice(GROUPS),
        "status": ident(),
        "letter": tick(),
        "award": tick(),
        "needs_effect": tick(),
    },
    key=("proposal_id", "place"),
    foreign={"proposal_id": "proposal"},
    indexes={
        "award_due_in_turn": "since, proposal_id, place",
        "award_due_of_kind": "kind, since, proposal_id, place",
        "award_due_of_year": "year, since, proposal_id, place",
        "award_due_of_status": "status, since, proposal_id, place",
    },
    left_out=_WORKED_OUT,
    not_archived=_WORKED_OUT,
)
# How many there are of each kind.
AWARD_COUNT: Table[Any] = Table(
    "award_count",
    None,
    {"year": number(), "kind": choice(GROUPS), "status": ident(), "count": number()},
    key=("year", "kind", "status"),
    left_out=_WORKED_OUT,
)
# What of an idea and of an author decides whether it is somebody's turn.
_OF_IDEA = (*KIND_COLUMNS, "status", "evaluation_year", "participant_type")
_OF_AUTHOR = ("participant_type", "erased_at")
COLUMNS = tuple(AWARD_DUE.columns)


class AwardTurn(NamedTuple):
    """A row of AWARD_DUE."""

    proposal_id: str
    place: int
    since: int
    year: int
    kind: str
    status: str
    letter: int
    award: int
    needs_effect: int

    @property
    def counted_as(self) -> tuple[int, str, str]:
        """Its key in AWARD_COUNT."""
        return self.year, self.kind, self.status


def group_of(participant_type: str) -> str:
    """Return which of GROUPS a sender belongs to."""
    if participant_type in OFFICIAL_TYPES:
        return "official"
    return "collective" if participant_type in COLLECTIVE_TYPES else "individual"


def of_idea(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what a written row of an idea makes due, or due no more; a new idea is not valid
    yet."""
    if before is None or not {before["status"], after["status"]} & {*VALID}:
        return []
    return [] if _is_same(_OF_IDEA, before, after) else keeping(db, [after["id"]])


def of_author(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for a row of an author."""
    is_same = before is not None and _is_same(_OF_AUTHOR, before, after)
    return [] if is_same else keeping(db, [after["proposal_id"]])


def of_honour(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for a letter or an award; a withdrawn one may be proposed again."""
    states = [one and one["state"] == State.WITHDRAWN for one in (before, after)]
    return [] if states[0] == states[1] else keeping(db, [after["proposal_id"]])


def of_measure(
    db: Rows, _before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for a figure, which speaks for the ideas merged into its own too."""
    its = after["proposal_id"]
    return keeping(db, [its, *merges.into(db, its)])


def refresh(db: Rows, proposal_ids: Collection[str]) -> None:
    """Keep anew whose turn it is among the authors of some ideas; only inside `writing`."""
    for sql, values in keeping(db, proposal_ids):
        db.conn.execute(sql, values)


def keeping(db: Rows, proposal_ids: Collection[str]) -> list[Statement]:
    """Return the statements, to be run in this order, after which the rows of these ideas' authors
    are what they must be."""
    if not proposal_ids:
        return []
    was = _kept(db, proposal_ids)
    ends = {one: merges.kept_instead(db, one) for one in proposal_ids}
    now = set(_found(db.rows, {one: end for one, end in ends.items() if end}, proposal_ids))
    gone = [
        db.statement(
            "DELETE FROM award_due WHERE commune_id = :commune_id AND proposal_id = :proposal_id"
            " AND place = :place",
            proposal_id=one.proposal_id,
            place=one.place,
        )
        for one in was - now
    ]
    come = [db.inserting(AWARD_DUE, one._asdict()) for one in sorted(now - was)]
    changed = Counter(one.counted_as for one in now)
    changed.subtract(one.counted_as for one in was)
    return [
        *gone, *come,
        *idea_counts.adding(db, AWARD_COUNT, {key: by for key, by in changed.items() if by}),
    ]  # fmt: skip


def work_out(ask: Callable[..., Iterable[Row]]) -> Iterator[AwardTurn]:
    """Yield whose turn it is in a whole unit; `ask` runs a query of it, as Rows.rows does."""
    return _found(ask, merges.ends(ask), None)


def wrong(db: Rows) -> Iterator[str]:
    """Yield each row that is not what the ideas themselves say."""
    right = set(work_out(db.rows))
    kept = {AwardTurn(*(row[name] for name in COLUMNS)) for row in db.each_raw(AWARD_DUE)}
    for one in sorted(right ^ kept):
        yield f"award_due {one.proposal_id} {one.place}"
    left = Counter(one.counted_as for one in right)
    left.subtract(
        {tuple(row[name] for name in AWARD_COUNT.key): row["count"]
         for row in db.each_raw(AWARD_COUNT)}
    )  # fmt: skip
    yield from (f"award_count {' '.join(map(str, key))}" for key, by in left.items() if by)


def _kept(db: Rows, proposal_ids: Collection[str]) -> set[AwardTurn]:
    these, ids = among(proposal_ids)
    found = db.rows(
        f"SELECT {', '.join(COLUMNS)} FROM award_due"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND proposal_id {these}",
        **ids,
    )
    return {AwardTurn(*row) for row in found}


def _found(
    ask: Callable[..., Iterable[Row]], kept: Mapping[str, str], only: Collection[str] | None
) -> Iterator[AwardTurn]:
    """Yield whose turn it is, of some ideas or (None) of all; `kept` names what is considered
    instead of a merged one."""
    effects, taken = _with_effect(ask, kept, only), _taken(ask, only)
    these, ids = _among("proposal.id", only)
    for idea, place, since, year, who, status in ask(
        "SELECT proposal.id, author.place,"  # noqa: S608 ours
        " coalesce((SELECT min(at) FROM move"
        "  WHERE move.commune_id = :commune_id AND move.proposal_id = proposal.id"
        f"  AND to_status {one_of(VALID)}), proposal.received_at), proposal.evaluation_year,"
        " coalesce(author.participant_type, proposal.participant_type), proposal.status"
        " FROM proposal JOIN author ON author.commune_id = proposal.commune_id"
        "  AND author.proposal_id = proposal.id"
        f" WHERE proposal.commune_id = :commune_id AND proposal.status {one_of(VALID)}"
        f" AND {COUNTED} AND author.erased_at IS NULL{these}",
        **ids,
    ):
        may = _may(who, taken[idea, place], status, has_effect=idea in effects)
        if may is not None:
            yield AwardTurn(idea, place, since, year, group_of(who), status, *may)


def _may(
    who: str, taken: Collection[Kind], status: str, *, has_effect: bool
) -> tuple[int, int, int] | None:
    """Return whether a letter and an award may be proposed now and whether an award waits for
    figures; None if it is not that author's turn."""
    thanked_by_letter = counted_as(who) in LETTER_TYPES
    letter = thanked_by_letter and "letter" not in taken
    award = has_effect and "award" not in taken
    # For an official the effect of a recognised idea comes first (A10).
    needs_effect = not has_effect and "award" not in taken and Status(status) in PUBLIC
    is_due = letter or award or (needs_effect and not thanked_by_letter)
    return (int(letter), int(award), int(needs_effect)) if is_due else None


def _taken(
    ask: Callable[..., Iterable[Row]], only: Collection[str] | None
) -> dict[tuple[str, int], set[Kind]]:
    """Return which kinds were proposed for whom; a withdrawn one may be proposed again."""
    these, ids = _among("proposal_id", only)
    found: dict[tuple[str, int], set[Kind]] = defaultdict(set)
    for proposal_id, place, kind in ask(
        "SELECT proposal_id, place, kind FROM honour"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND state <> :withdrawn{these}",
        withdrawn=str(State.WITHDRAWN),
        **ids,
    ):
        found[proposal_id, place].add(kind)
    return found


def _with_effect(
    ask: Callable[..., Iterable[Row]], kept: Mapping[str, str], only: Collection[str] | None
) -> set[str]:
    """Return the ids of ideas with a figure that got better, and of those merged into them."""
    these, ids = _among("proposal_id", None if only is None else {*only, *kept.values()})
    better = {
        proposal_id
        for proposal_id, kind, before, after in ask(
            "SELECT proposal_id, kind, before_value, after_value FROM measure"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND struck_at IS NULL{these}",
            **ids,
        )
        if shows_effect(Figures(kind, before, after))
    }
    return better | {one for one, end in kept.items() if end in better}


def _among(column: str, only: Collection[str] | None) -> tuple[str, dict[str, Any]]:
    if only is None:
        return "", {}
    these, ids = among(only)
    return f" AND {column} {these}", dict(ids)


def _is_same(names: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return all(before[name] == after[name] for name in names)
