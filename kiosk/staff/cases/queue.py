"""The list of cases: its rows and its search.

Its filters are in queue_filters.py.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import dropwhile, islice
from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import scanning
from kiosk.pieces import macro, pieces
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases import batch, batch_acts, list_keys, queue_filters, queue_views
from kiosk.staff.cases.ready_words import sentences
from kiosk.staff.due import due_of
from kiosk.staff.page_head import ahead
from kiosk.staff.pending import waiting_now
from kiosk.staff.visibility import seen_case
from kiosk.web import language, settings, store
from shared import texts
from shared.db.connection import Store
from shared.domain import clock, codes, phone
from shared.domain.proposal import CATEGORIES, Status
from shared.domain.record import replace
from shared.domain.roles import ADMIN, COUNCIL_MEMBER, DESK, MEMBERS, ORGANISATION, READERS
from shared.store.cases import queue, queue_search, queue_walk, status_counts
from shared.store.cases.proposals import Proposal
from shared.store.cases.queue import QueueFilter, QueueLine
from shared.workflows import case_steps

EXCERPT_LETTERS = 140


class QueueRow(NamedTuple):
    """One case as the list shows it; every text is ready to read. `tone` is late, soon, fine, or ""
    if no answer is owed."""

    code: str
    title: str
    is_own_title: bool
    excerpt: str
    place: str
    category: str | None
    status: str
    is_insider: bool
    is_confidential: bool
    is_unasked: bool
    on: str
    phone: str | None
    tone: str
    due_words: str


@bp.get("/", allow=MEMBERS)
def home() -> ResponseReturnValue:
    """Show the queue to those who read cases; lead the others to their own desk."""
    if me().role in ADMIN:
        return redirect(url_for("staff.people"), 303)
    if me().role in COUNCIL_MEMBER:
        return redirect(url_for("staff.council_sessions"), 303)
    if me().role in ORGANISATION:
        return redirect(url_for("staff.organisation_home"), 303)
    if me().role not in READERS:
        return redirect(url_for("staff.overview_page"), 303)
    given = request.args.to_dict()  # a MultiDict makes an error of each name it lacks
    typed = given.get("q", "").strip()[: queue_filters.SEARCH_LETTERS]
    named = _named(typed) if typed else None
    if named is not None:
        return redirect(url_for("staff.case", code=named.code), 303)
    wanted = queue_filters.read(given, typed)
    if given.get("xem") in queue_views.VIEWS:
        return _view_page(wanted, given["xem"])
    return _list_page(wanted, typed)


def _view_page(wanted: QueueFilter, view: str) -> ResponseReturnValue:
    """Return the list as a board or a month."""
    queue_filters.remember(wanted)
    shown: dict[str, object] = {"view": view, "finder": queue_filters.finder(wanted, view)}
    if view == "bang":
        columns, others = queue_views.board(wanted)
        return render_template("staff/queue_board.html", columns=columns, others=others, **shown)
    month = queue_views.month(wanted, request.args.get("thang", ""))
    return render_template("staff/queue_month.html", month=month, **shown)


def _list_page(wanted: QueueFilter, typed: str) -> ResponseReturnValue:
    db, days, today = store(), queue_filters.days(), queue_filters.today()
    found, counts, waiting, *_ = db.at_once(
        lambda: queue.page(db, wanted, days),
        lambda: status_counts.all_of(db),
        waiting_now,
        *ahead(),
    )
    first = replace(wanted, after=None)
    may_choose = bool(found.cases) and me().role in DESK
    is_choosing = may_choose and request.args.get("chon") == "1"
    queue_filters.remember(wanted)
    by_number = bool(typed and queue_search.number_in(typed))
    if by_number and found.cases:
        ids = [line.id for line in found.cases]
        case_steps.note_found(db, ids, actor=me().id, at=clock.now())
    return render_template(
        "staff/queue.html",
        rows=_rows(found.cases, wanted, today),
        waiting_now=waiting,
        finder=queue_filters.finder(first),
        rail=queue_filters.rail(counts, wanted),
        typed=typed,
        is_noted=by_number and bool(found.cases),
        newest_looked=queue_search.newest_looked(typed, sum(counts.values())),
        saved=queue_filters.saved(),
        is_filtered=queue_filters.is_filtered(wanted),
        newer=queue_filters.href(first) if wanted.after else None,
        walked=queue_walk.WALKED if found.is_cut else 0,
        older=queue_filters.href(first, after=found.after) if found.after else None,
        has_keys=list_keys.are_on(),
        choose=queue_filters.href(first, after=wanted.after, chon="1") if may_choose else None,
        chosen=_choosing(db, found.cases, wanted, today) if is_choosing else None,
    )


def _choosing(db: Store, lines: list[QueueLine], wanted: QueueFilter, today: date) -> Markup:
    """Return the list as boxes to tick, with what can be done to the ticked ones or to all."""
    assignable = [(one.id, one.name) for one in batch_acts.assignable()]
    ticked = request.args.get("tich", "")
    return macro(
        "staff/bulk_choose.html",
        "bulk_choose",
        [_row(line, today) for line in lines],
        {
            "assignee": assignable,
            "category": _categories(language()),
            "reason": [(one, one) for one in sentences()["reason"]],
        },
        ticked if ticked in ("trang", "het") else "",
        _whole(db, wanted, len(lines)),
        queue_filters.href(wanted, after=wanted.after),
        queue_filters.query_of(wanted),
    )


def _whole(db: Store, wanted: QueueFilter, shown: int) -> tuple[str, int, int]:
    """Return in words how many cases a list has, how many of them are on no page yet that is
    shown, and how many are dealt with at once if it has more, 0 if not."""
    count = queue.count(db, wanted, queue_filters.days(), batch.MOST)
    most = batch.MOST if count.is_more else 0
    return queue_filters.in_words(count), count.number - shown, most


@cache
def _groups(lang: str) -> Mapping[str, str]:
    """Return the name of each category in a row."""
    words = texts.load(lang).say
    named = {name: words("staff.queue.category_pill", n=name) for name in CATEGORIES}
    return {**named, "other": words("staff.queue.category_other")}


@cache
def _categories(lang: str) -> tuple[tuple[str, str], ...]:
    """Return the categories for classifying several cases at once: (value, words)."""
    words = texts.load(lang).say
    return tuple((name, words(f"choice.category.{name}")) for name in CATEGORIES)


def _named(typed: str) -> Proposal | None:
    """Return the case that typed or scanned text names exactly, None if there is none or the member
    may not see it."""
    code = scanning.code_in(typed)
    return seen_case(code) if codes.is_code(code) else None


def beside(here: Proposal) -> dict[str, object]:
    """Return what a case's page shows of the list it belongs to: the page of the list that holds
    the case, if it is still in it, and the way to the next one."""
    db, wanted = store(), queue_filters.of_this_page()
    queue_filters.remember(wanted)
    days, today = queue_filters.days(), queue_filters.today()
    found = queue.page(db, wanted, days)
    if here.id not in {line.id for line in found.cases}:
        around = queue.page_from(db, wanted, days, here)
        if around.cases and around.cases[0].id == here.id:
            found = around
    behind = _after(found.cases, here)
    onward, further = (behind, None) if behind else queue.next_after(db, wanted, days, here)
    query = queue_filters.query_of(wanted)
    return {
        "list_rows": _rows(found.cases, wanted, today, here.code),
        "list_name": queue_filters.name_of(wanted),
        "list_href": queue_filters.href(wanted, after=wanted.after),
        "list_query": f"?{query}" if query else "",
        "next_href": _onward(wanted, onward, further),
        "list_views": queue_filters.views(wanted, "")[1:],
        "saved": queue_filters.saved(),
        "has_keys": list_keys.are_on(),
    }


def _after(lines: list[QueueLine], here: Proposal) -> str:
    """Return the code of the case that follows one in a page of its list, "" if the page ends with
    it or does not hold it."""
    behind = dropwhile(lambda line: line.id != here.id, lines)
    return next((line.code for line in islice(behind, 1, None)), "")


def next_code(here: Proposal) -> str | None:
    """Return the code of the case after this one in the list that the page belongs to."""
    return queue.next_after(store(), queue_filters.of_this_page(), queue_filters.days(), here)[0]


def _onward(wanted: QueueFilter, code: str | None, further: str | None) -> str:
    """Return the address of the next case, of the page of the list on which it may be, or ""."""
    if code is None:
        return queue_filters.href(wanted, after=further) if further else ""
    return queue_filters.case_href(code, wanted)


def _rows(lines: list[QueueLine], wanted: QueueFilter, today: date, here: str = "") -> Markup:
    """Return cases as rows that lead to their pages, each of which knows its list."""
    row, with_status = pieces(_drawn_row), wanted.status is None
    query = queue_filters.query_of(wanted)
    return Markup(  # noqa: S704 drawn
        "".join([row(line, today, with_status, query, line.code == here) for line in lines])
    )


def _drawn_row(
    line: QueueLine, today: date, with_status: bool, query: str, is_here: bool
) -> Markup:
    row = _row(line, today)
    return macro("components/case_row.html", "case_row", row, with_status, query, is_here)


def _row(line: QueueLine, today: date) -> QueueRow:
    zone, words = settings().office.zone, texts.load(language()).say
    due = due_of(Status(line.status), line.due_at, today, zone)
    return QueueRow(
        code=line.code,
        title=line.title or words("staff.case.no_title"),
        is_own_title=bool(line.title_is_own) or not line.title,
        excerpt=_excerpt(line.words),
        place=line.kiosk or words(f"choice.channel.{line.channel}"),
        category=_groups(language()).get(line.category or ""),
        status=words(f"status.{line.status}.label"),
        is_insider=bool(line.insider),
        is_confidential=bool(line.is_confidential),
        is_unasked=bool(line.unasked),
        on=f"{clock.to_local(line.received_at, zone):%d/%m}",
        phone=phone.masked(store().decrypt(line.phone)) if line.phone else None,
        tone=due.tone if due else "",
        due_words=words(due.key, n=due.days) if due else "",
    )


def _excerpt(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= EXCERPT_LETTERS else text[: EXCERPT_LETTERS - 1].rstrip() + "…"
