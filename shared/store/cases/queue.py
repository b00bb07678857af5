"""The staff's list of cases: filtered, searched, in one of three orders, a page at a time.

Pages continue after the last row seen (keyset), so page 400 costs the same as page 1. By what is
due, cases with a running clock come first, the most urgent at the top, and then all others, the
newest first: two stretches, and a page asks for the second only where the first ends.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from shared.db.connection import Store
from shared.db.sql import among, one_of
from shared.domain.proposal import NOT_ASKED, ON_THE_CLOCK, UNDECIDED, Status, in_order
from shared.domain.record import Record, replace
from shared.store.cases import idea_counts, queue_search, queue_walk
from shared.store.cases.proposals import Proposal
from shared.store.cases.queue_search import Find
from shared.store.cases.queue_walk import Stretch
from shared.store.cases.visibility import REDACTION, THEIRS_ALONE, VISIBLE

PAGE_SIZE = 25
# How many letters of a case's own words a line holds.
WORDS = 280
# Where nothing was decided anew for whoever asked for it.
_UNDECIDED = f"proposal.status {one_of(UNDECIDED)}"
ASKED_AGAIN = (
    "EXISTS (SELECT 1 FROM move WHERE move.commune_id = :commune_id"
    """ AND move.proposal_id = proposal.id AND move.details LIKE '%"asked_again": "yes"%')"""
)
# Statuses in which the office still owes an answer.
ON_CLOCK = f"proposal.status {one_of(ON_THE_CLOCK)}"
# Of those: their day is over before `:today` (a local day's first instant), or comes by `:soon`.
LATE = "proposal.due_at < :today"
SOON = "proposal.due_at BETWEEN :today AND :soon"
# Nobody was asked who sent it; of an erased sender nobody can be.
UNASKED = f"(proposal.participant_type = '{NOT_ASKED}' AND author.erased_at IS NULL)"
# A row, as a page's `after` names it: its stretch, its instant (ms UTC) and its id.
_MARK = re.compile(r"(r?)(-?[0-9]{1,14})~([0-9a-f-]{36})")


# A mark that was read: a stretch's letter, an instant (ms UTC) and an id.
_Place = tuple[str, int, str]
Due = Literal["late", "soon"]
Order = Literal["newest", "oldest", "due"]


class Days(Record):
    """The office's clock for this day: what is due before `today` (ms UTC, the local day's first
    instant) is late, what is due until `soon` is near its day."""

    today: int
    soon: int


class QueueFilter(Record):
    """What the list shows. `viewer` sees confidential cases only as their assignee; `again` are
    cases whose senders asked for another look, `free` those without an assignee that wait for
    something, `on_the_line` those of the cut-off day itself, `unasked` those whose sender must
    still be asked who they are; `due` are those that are late or near
    their day, `due_within` those whose day lies between two instants (ms UTC)."""

    viewer: str
    status: Status | None = None
    channel: str | None = None
    category: str | None = None
    mine: bool = False
    spam: bool = False
    again: bool = False
    free: bool = False
    on_the_line: bool = False
    unasked: bool = False
    due: Due | None = None
    due_within: tuple[int, int] | None = None
    words: str = ""
    order: Order = "newest"
    after: str | None = None


class QueueLine(NamedTuple):
    """A case as the list shows it to its reader, with the beginning of its first part that has
    words (`words`), the name of its kiosk ("") and its sender's number as it is stored, encrypted
    (E.164, None if none is kept). Instants are ms UTC."""

    id: str
    code: str
    status: str
    channel: str
    title: str
    title_is_own: int
    words: str
    category: str | None
    insider: int
    is_confidential: int
    received_at: int
    due_at: int
    kiosk: str
    unasked: int
    phone: str | None


class QueuePage(Record):
    """One page of cases; `after` asks for the next one, None at the end. On one that `is_cut` there
    may be fewer than the list goes on with: no more than `queue_walk.WALKED` were looked at."""

    cases: list[QueueLine]
    after: str | None
    is_cut: bool = False


class CaseCount(NamedTuple):
    """How many there are, or that there are more than so many."""

    number: int
    is_more: bool = False


# What has a place in the list.
Listed = QueueLine | Proposal


_STRETCHES: dict[Order, tuple[Stretch, ...]] = {
    "newest": (Stretch("1 = 1", "received_at", "DESC"),),
    "oldest": (Stretch("1 = 1", "received_at", "ASC"),),
    "due": (
        Stretch(ON_CLOCK, "due_at", "ASC"),
        Stretch(f"proposal.status NOT {one_of(ON_THE_CLOCK)}", "received_at", "DESC", "r"),
    ),
}


# Everybody except its assignee reads a redacted case in its redacted words (redactions.py). A line
# is read in one query, because this page is open all day.
_COLUMNS = (
    "SELECT proposal.id, proposal.code, proposal.status, proposal.channel,"
    " coalesce(redaction.title, proposal.title), proposal.title_is_own,"
    " CASE WHEN redaction.id IS NULL"
    f"  THEN substr(coalesce(nullif(proposal.current_state, ''), proposal.solution), 1, {WORDS})"
    "  ELSE substr(coalesce(nullif(redaction.current_state, ''), redaction.solution), 1,"
    f"  {WORDS}) END,"
    " proposal.category, proposal.insider, proposal.is_confidential, proposal.received_at,"
    f" proposal.due_at, coalesce(device.name, ''), {UNASKED}, author.phone"
)
_FROM = (
    " FROM proposal"
    f"{REDACTION}"
    " LEFT JOIN device ON device.commune_id = proposal.commune_id"
    "  AND device.id = proposal.device_id"
    " LEFT JOIN author ON author.commune_id = proposal.commune_id"
    "  AND author.proposal_id = proposal.id AND author.place = 1"
)


def page(db: Store, wanted: QueueFilter, days: Days | None = None) -> QueuePage:
    """Return one page of the wanted cases; `days` is needed if they are filtered by what is due."""
    return _page(db, wanted, days, wanted.after)


def page_from(db: Store, wanted: QueueFilter, days: Days | None, case: Listed) -> QueuePage:
    """Return the page of the wanted cases that begins with a case, or with the one after it where
    it is not among them."""
    return _page(db, wanted, days, mark_of(case, wanted.order), with_mark=True)


def _page(
    db: Store, wanted: QueueFilter, days: Days | None, mark: str | None, *, with_mark: bool = False
) -> QueuePage:
    found, cut = _lines(db, wanted, days, mark, with_mark=with_mark, most=PAGE_SIZE + 1, walk=True)
    if len(found) <= PAGE_SIZE:
        return QueuePage(found, cut, cut is not None)
    cases = found[:PAGE_SIZE]
    return QueuePage(cases, mark_of(cases[-1], wanted.order))


def first(db: Store, wanted: QueueFilter, days: Days | None, most: int) -> list[QueueLine]:
    """Return the first cases of a whole list, whatever page it shows."""
    return _lines(db, wanted, days, None, most=most)[0]


def count(db: Store, wanted: QueueFilter, days: Days | None, most: int) -> CaseCount:
    """Return how many cases a list has, whatever page it shows; not counted beyond `most`."""
    if wanted.words:
        return _up_to(most, len(queue_search.every(db, _sought(wanted, days))))
    conditions, params = _filtered(wanted, days)
    row = db.row(f"SELECT {_counting(conditions, most)}", **params)
    return _up_to(most, row[0] if row else 0)


def counts(
    db: Store, wanted: QueueFilter, days: Days | None, most: int
) -> dict[Status, CaseCount | None]:
    """Return how many cases of a list stand at each status, whatever status it shows. Those of
    everything are kept, and a search has few. Of another list those under way are counted, each not
    beyond `most`; the others are None, as they become more with the years."""
    whole = replace(wanted, status=None, after=None, order="newest")
    if whole == QueueFilter(wanted.viewer):
        return {one: CaseCount(number) for one, number in _kept_counts(db, wanted.viewer).items()}
    if wanted.words:
        found = Counter(one.status for one in queue_search.every(db, _sought(whole, days)))
        return {Status(status): CaseCount(number) for status, number in found.items()}
    conditions, params = _filtered(whole, days)
    open_ones = in_order(UNDECIDED)
    each = (_counting([*conditions, f"proposal.status {one_of({one})}"], most) for one in open_ones)
    numbers = db.row(f"SELECT {', '.join(each)}", **params) or ()
    counted = {one: _up_to(most, number) for one, number in zip(open_ones, numbers, strict=True)}
    return {one: counted.get(one) for one in Status}


def _kept_counts(db: Store, viewer: str) -> Counter[Status]:
    """Return how many cases a member may see at each status: those of everybody, as they are kept,
    and the confidential ones that are theirs."""
    found = Counter({Status(one): number for one, number in idea_counts.by_status(db).items()})
    for status, number in db.rows(
        "SELECT status, count(*) FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" AND {THEIRS_ALONE} AND proposal.is_spam = 0 GROUP BY status",
        viewer=viewer,
    ):
        found[Status(status)] += int(number)
    return found


def _counting(conditions: Sequence[str], most: int) -> str:
    return (
        f"(SELECT count(*) FROM (SELECT 1{_FROM} WHERE proposal.commune_id = :commune_id"  # noqa: S608
        f" AND {' AND '.join(conditions)} LIMIT {most + 1}) AS counted)"
    )


def _up_to(most: int, number: int) -> CaseCount:
    return CaseCount(min(number, most), is_more=number > most)


def next_after(
    db: Store, wanted: QueueFilter, days: Days | None, case: Listed
) -> tuple[str | None, str | None]:
    """Return the code of the wanted case that follows a case, whether or not that one is still
    among them, None at the end; where none is among as many as a page looks at, the mark after
    which the list goes on."""
    found, cut = _lines(db, wanted, days, mark_of(case, wanted.order), most=1, walk=True)
    return (found[0].code, None) if found else (None, cut)


def mark_of(case: Listed, order: Order) -> str:
    """Return what names a case's place in an order."""
    stretch = _STRETCHES[order][0]
    if order == "due" and case.status not in ON_THE_CLOCK:
        stretch = _STRETCHES[order][1]
    return f"{stretch.letter}{getattr(case, stretch.by)}~{case.id}"


def _lines(
    db: Store, wanted: QueueFilter, days: Days | None, mark: str | None, *,
    with_mark: bool = False, most: int, walk: bool = False,
) -> tuple[list[QueueLine], str | None]:  # fmt: skip
    """Return up to `most` of the wanted cases after a mark, or from it on; and on a `walk` that
    ended after so many cases, the mark of the last of these."""
    place = _read_mark(mark)
    if wanted.words:
        return _found_lines(db, wanted, days, place, with_mark=with_mark, most=most), None
    conditions, params = _filtered(wanted, days)
    letter, at, last = place or ("", None, "")
    found: list[QueueLine] = []
    for stretch in _STRETCHES[wanted.order]:
        if stretch.letter < letter or not _may_hold(stretch, wanted):
            continue
        after: list[str] = []
        if at is not None and stretch.letter == letter:
            sign = ("<" if stretch.direction == "DESC" else ">") + ("=" if with_mark else "")
            after = [f"(proposal.{stretch.by}, proposal.id) {sign} (:after_at, :after_id)"]
            params |= {"after_at": at, "after_id": last}
        here = conditions if _is_by_status(wanted) else [*conditions, stretch.condition]
        led = _led(wanted, stretch) if walk else None
        end = queue_walk.end(db, stretch, [*led, *after], params) if led is not None else None
        if led is not None:
            here = queue_walk.along(led, here)
        if end:
            sign = ">=" if stretch.direction == "DESC" else "<="
            after.append(f"(proposal.{stretch.by}, proposal.id) {sign} (:end_at, :end_id)")
            params |= {"end_at": end[0], "end_id": end[1]}
        rows = db.rows(
            f"{_COLUMNS}{_FROM} WHERE proposal.commune_id = :commune_id"
            f" AND {' AND '.join([*here, *after])} {stretch.order} LIMIT {most - len(found)}",
            **params,
        )
        found += map(QueueLine._make, rows)
        if len(found) == most:
            break
        if end:
            return found, f"{stretch.letter}{end[0]}~{end[1]}"
    return found, None


def _is_by_status(wanted: QueueFilter) -> bool:
    """Say whether a list is of one status off the clock: the index by status has its order, and
    nothing else is met."""
    return wanted.status is not None and wanted.status not in ON_THE_CLOCK


def _led(wanted: QueueFilter, stretch: Stretch) -> list[str] | None:
    asked = {name for name in queue_walk.NARROWING if getattr(wanted, name)}
    if wanted.category == "none":
        asked = {*asked - {"category"}, "no category"}
    due = LATE if wanted.due == "late" else SOON
    is_whole = _is_by_status(wanted) or not stretch.letter
    return queue_walk.led(stretch, asked, due, is_whole=is_whole)


def _may_hold(stretch: Stretch, wanted: QueueFilter) -> bool:
    """Say whether a stretch can hold a wanted case: a list of one status is in one of them."""
    if wanted.order != "due" or wanted.status is None:
        return not (wanted.due and stretch.letter)
    return (wanted.status in ON_THE_CLOCK) is (stretch.letter == "")


def _found_lines(
    db: Store, wanted: QueueFilter, days: Days | None, place: _Place | None, *,
    with_mark: bool, most: int,
) -> list[QueueLine]:  # fmt: skip
    """Return up to `most` of the cases that a search finds after a place in the order, or from it
    on. Only the lines that are shown are read."""

    def is_after(one: Find) -> bool:
        here = (one.received_at, one.id)
        return place is None or here < place[1:] or (with_mark and here == place[1:])

    sought = _sought(wanted, days)
    if wanted.order == "newest":
        found = queue_search.newest(db, sought, is_after, most)
    else:
        found = queue_search.every(db, sought)
    ids = [one.id for one in _in_order(found, wanted.order, place, with_mark=with_mark)[:most]]
    these, values = among(ids)
    rows = db.rows(
        f"{_COLUMNS}{_FROM} WHERE proposal.commune_id = :commune_id AND proposal.id {these}",
        viewer=wanted.viewer,
        **values,
    )
    return sorted(map(QueueLine._make, rows), key=lambda line: ids.index(line.id))


def _in_order(
    found: Sequence[Find], order: Order, place: _Place | None, *, with_mark: bool
) -> list[Find]:
    """Return finds in an order, after a place in it or from it on."""
    letter, *mark = place or ("",)
    listed: list[Find] = []
    for stretch in _STRETCHES[order]:
        if stretch.letter < letter:
            continue
        is_down = stretch.direction == "DESC"
        these = [
            (getattr(one, stretch.by), one.id, one)
            for one in found
            if order != "due" or (one.status in ON_THE_CLOCK) is (stretch.letter == "")
        ]
        these.sort(reverse=is_down)
        if mark and stretch.letter == letter:
            at = tuple(mark)
            these = [
                one for one in these
                if (one[:2] < at if is_down else one[:2] > at) or (with_mark and one[:2] == at)
            ]  # fmt: skip
        listed += [one for *_, one in these]
    return listed


def _sought(wanted: QueueFilter, days: Days | None) -> queue_search.Sought:
    conditions, params = _filtered(wanted, days)
    return queue_search.Sought(wanted.words, _FROM, conditions, params)


def _filtered(wanted: QueueFilter, days: Days | None) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of a filter without its words, and their parameters."""
    conditions = ["proposal.is_spam = :spam", VISIBLE]
    params: dict[str, Any] = {"spam": int(wanted.spam), "viewer": wanted.viewer}
    for column in ("status", "channel", "category"):
        value = getattr(wanted, column)
        if value is not None and (column, value) != ("category", "none"):
            conditions.append(f"proposal.{column} = :{column}")
            params[column] = value
    if wanted.due and days:
        is_late = wanted.due == "late"
        conditions.append(LATE if is_late else SOON)
        params |= {"today": days.today} if is_late else {"today": days.today, "soon": days.soon}
    if wanted.due_within:
        conditions.append("proposal.due_at BETWEEN :due_from AND :due_to")
        params |= {"due_from": wanted.due_within[0], "due_to": wanted.due_within[1]}
    asked = {
        "proposal.category IS NULL": wanted.category == "none",
        _UNDECIDED: wanted.again or wanted.free,
        ASKED_AGAIN: wanted.again,
        "proposal.assignee_id IS NULL": wanted.free,
        "proposal.on_the_line = 1": wanted.on_the_line,
        UNASKED: wanted.unasked,
        ON_CLOCK: bool(wanted.due or wanted.due_within),
        "proposal.assignee_id = :viewer": wanted.mine,
    }
    conditions += [condition for condition, is_asked in asked.items() if is_asked]
    return conditions, params


def _read_mark(after: str | None) -> _Place | None:
    mark = _MARK.fullmatch(after or "")
    return (mark[1], int(mark[2]), mark[3]) if mark else None
