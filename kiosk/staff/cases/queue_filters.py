"""The filters of the list of cases: read from the address, and drawn as links and a form.

A case's page says in its address which list it was opened from; where it does not, because a form
led back to it, a cookie does. Nothing here opens the store; the rows are in queue.py.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask import Response, after_this_request, request
from markupsafe import Markup

from kiosk.pieces import macro, pieces
from kiosk.staff.access import me
from kiosk.staff.due import SOON_DAYS
from kiosk.web import language, local_now, say, settings
from shared import texts
from shared.domain import clock, codes
from shared.domain.proposal import CATEGORIES, CHANNELS, Status
from shared.domain.record import Record, replace
from shared.store.cases.queue import CaseCount, Days, Order, QueueFilter

# The filters shown beside the search; the others are in the filter form.
QUICK_CHANNELS = ("kiosk", "sms", "paper")
ORDERS: tuple[Order, ...] = ("due", "newest", "oldest")
# The browser's last list, for as long as it is open.
_COOKIE = "list"
# Browsers drop a cookie of more than 4,096 bytes; no list of ours is that long.
_MOST_REMEMBERED = 3_500

SEARCH_LETTERS = 200

Choice = tuple[str, str]


class FilterLink(Record):
    """A filter that is one tap away."""

    text: str
    href: str
    is_on: bool
    count: int | None = None


def read(given: Mapping[str, str], typed: str) -> QueueFilter:
    """Return the filters in an address; an unknown one is ignored."""
    status, channel, category = (given.get(name) for name in ("status", "channel", "category"))
    due, order = given.get("due"), given.get("order")
    return QueueFilter(
        viewer=me().id,
        status=Status(status) if status in set(Status) else None,
        channel=channel if channel in CHANNELS else None,
        category=category if category in (*CATEGORIES, "none") else None,
        mine=given.get("mine") == "1",
        spam=given.get("spam") == "1",
        again=given.get("again") == "1",
        free=given.get("free") == "1",
        on_the_line=given.get("line") == "1",
        unasked=given.get("unasked") == "1",
        due="late" if due == "late" else "soon" if due == "soon" else None,
        words=typed,
        order=_order(order or "", typed),
        after=given.get("after"),
    )


def _order(said: str, words: str) -> Order:
    """Return the order that an address names; the most urgent come first, but of a search the
    newest."""
    for one in ORDERS:
        if said == one:
            return one
    return "newest" if words else "due"


def of_this_page() -> QueueFilter:
    """Return the list that a case's page belongs to: its address says so, or else it is the
    browser's last list."""
    given = request.args.to_dict()
    if not _NAMES & set(given):
        given = dict(parse_qsl(request.cookies.get(_COOKIE, "")))
    return read(given, given.get("q", "").strip()[:SEARCH_LETTERS])


def remember(wanted: QueueFilter) -> None:
    """Let the browser know its list, for the cases it opens next."""

    @after_this_request
    def _keep(answer: Response) -> Response:
        given = query_of(wanted)
        if given != request.cookies.get(_COOKIE, "") and len(given) <= _MOST_REMEMBERED:
            answer.set_cookie(
                _COOKIE, given, path="/", secure=request.is_secure, httponly=True,
                samesite="Strict",
            )  # fmt: skip
        return answer


def href(now: QueueFilter, **changes: str | None) -> str:
    """Return the address of this list with some filters changed."""
    given: dict[str, str | None] = {**_written_out(now), **changes}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/?{query}" if query else "/"


def query_of(now: QueueFilter) -> str:
    """Return a list as the address of its cases' pages names it, with the page it shows."""
    return href(now, after=now.after).partition("?")[2]


def case_href(code: str, now: QueueFilter, saved: str = "") -> str:
    """Return the address of a case as one of a list; `saved` is the code of the case that was dealt
    with before it, which the page then names."""
    query = "&".join(filter(None, (query_of(now), f"saved={saved}" if saved else "")))
    return f"/ho-so/{code}?{query}" if query else f"/ho-so/{code}"


def saved() -> str:
    """Return the code of the case that was just dealt with, as the address says it; "" if none
    was."""
    code = request.args.get("saved", "")
    return code if codes.is_code(code) else ""


def name_of(now: QueueFilter) -> str:
    """Return a list's name in words."""
    said = [f"“{now.words}”"] if now.words else []
    if now.status:
        said.append(status_name(now.status, language()))
    if now.channel:
        said.append(say(f"choice.channel.{now.channel}"))
    if now.category:
        said.append(say(f"choice.category_plain.{now.category}"))
    said += [
        say(key)
        for key, is_on in (
            ("staff.queue.mine", now.mine),
            ("staff.queue.free", now.free),
            ("staff.queue.late", now.due == "late"),
            ("staff.queue.soon", now.due == "soon"),
            ("staff.queue.line", now.on_the_line),
            ("staff.queue.unasked", now.unasked),
            ("staff.rail.again", now.again),
            ("staff.rail.spam", now.spam),
        )
        if is_on
    ]
    return " · ".join(said) or say("staff.rail.all")


def today() -> date:
    """Return the office's day."""
    return local_now().date()


def in_words(count: CaseCount) -> str:
    """Return how many there are, or that there are more than so many."""
    if count.is_more:
        return say("staff.queue.more_than", n=count.number)
    return str(count.number)


def days() -> Days:
    """Return the office's clock for today."""
    return days_of(today(), settings().office.zone)


def days_of(today: date, zone: ZoneInfo) -> Days:
    """Return the office's clock on a local day, for the colours (due.py)."""
    soon = clock.end_of_day(today + timedelta(days=SOON_DAYS), zone)
    return Days(clock.start_of_day(today, zone), soon)


def rail(counts: Mapping[Status, int], wanted: QueueFilter) -> Markup:
    """Return the left bar: each status with how many cases stand there."""
    shown = None if wanted.spam else wanted.status
    every = shown is None and not (wanted.spam or wanted.again)
    return pieces(_drawn_rail)(tuple(counts.values()), shown, every, wanted.spam, wanted.again)


def _drawn_rail(
    counts: tuple[int, ...], shown: Status | None, every: bool, spam: bool, again: bool
) -> Markup:
    links = [
        FilterLink(status_name(status, language()), f"/?status={status}", status is shown, count)
        for status, count in zip(Status, counts, strict=True)
    ]
    links += [
        FilterLink(say("staff.rail.all"), "/", every, sum(counts)),
        FilterLink(say("staff.rail.again"), "/?again=1", again),
        FilterLink(say("staff.rail.spam"), "/?spam=1", spam),
    ]
    return macro("components/rail.html", "rail", links)


def finder(now: QueueFilter, view: str = "") -> Markup:
    """Return the search, the ways to see the list, the chips and the filter form. `view` is how
    the list is seen ("" as a list): filters keep it."""
    return pieces(_drawn_finder)(replace(now, viewer="", after=None), view)


def _drawn_finder(now: QueueFilter, view: str) -> Markup:
    kept = [(name, value) for name, value in _written_out(now).items() if name not in _IN_THE_FORM]
    shown = status_name(now.status, language()) if now.status else ""
    is_open = bool(now.channel or now.category or now.order != _order("", now.words))
    chosen = (now.status or "", now.channel or "", now.category or "", now.order)
    return macro(
        "staff/queue_finder.html", "queue_finder",
        now.words, views(now, view), _quick(now, view or None), _choices(language()), chosen,
        [*kept, *([("xem", view)] if view else [])], shown, is_open,
    )  # fmt: skip


@cache
def status_name(status: Status, lang: str) -> str:
    """Return the name of a status in the list."""
    key = "staff.rail.received" if status is Status.RECEIVED else f"status.{status}.label"
    return texts.load(lang).say(key)


def views(now: QueueFilter, view: str) -> list[FilterLink]:
    """Return the ways to see a list; it is seen as `view` now, "" as a list."""
    return [
        FilterLink(say(f"staff.queue.view.{name or 'list'}"), href(now, xem=name), name == view)
        for name in ("", "bang", "lich")
    ]


def _quick(now: QueueFilter, view: str | None) -> list[FilterLink]:
    """Return the chips: where a day's work begins, and the channels most ideas come by."""

    def chip(key: str, name: str, value: str, is_on: bool) -> FilterLink:
        change = {name: None if is_on else value}
        return FilterLink(say(key), href(now, **change, xem=view), is_on)

    return [
        chip("staff.queue.mine", "mine", "1", now.mine),
        chip("staff.queue.free", "free", "1", now.free),
        chip("staff.queue.late", "due", "late", now.due == "late"),
        chip("staff.queue.soon", "due", "soon", now.due == "soon"),
        chip("staff.queue.line", "line", "1", now.on_the_line),
        chip("staff.queue.unasked", "unasked", "1", now.unasked),
        *(
            chip(f"choice.channel.{one}", "channel", one, now.channel == one)
            for one in QUICK_CHANNELS
        ),
    ]


@cache
def _choices(lang: str) -> tuple[tuple[Choice, ...], ...]:
    """Return the choices of the filter form, (value, words): status, channel, category, order."""
    words = texts.load(lang).say
    every = ("", words("staff.queue.any"))
    return (
        (every, *((status, status_name(status, lang)) for status in Status)),
        (every, *((name, words(f"choice.channel.{name}")) for name in CHANNELS)),
        (
            every,
            *(
                (name, words(f"choice.category.{name}"))
                for name in (*CATEGORIES, "none")
            ),
        ),
        tuple((name, words(f"staff.queue.{name}")) for name in ORDERS),
    )  # fmt: skip


# What an address of the list may hold.
_NAMES = frozenset(
    {"q", "status", "channel", "category", "mine", "free", "due", "line", "unasked", "spam"}
    | {"again", "order", "after"}
)
# The filters that the form itself sends; it passes the others on.
_IN_THE_FORM = frozenset({"status", "channel", "category", "order"})


def _written_out(now: QueueFilter) -> dict[str, str]:
    """Return a list's filters as they stand in its address, without the page."""
    given = {
        "q": now.words,
        "status": now.status or "",
        "channel": now.channel or "",
        "category": now.category or "",
        "mine": "1" if now.mine else "",
        "free": "1" if now.free else "",
        "due": now.due or "",
        "line": "1" if now.on_the_line else "",
        "unasked": "1" if now.unasked else "",
        "spam": "1" if now.spam else "",
        "again": "1" if now.again else "",
        "order": "" if now.order == _order("", now.words) else now.order,
    }
    return {name: value for name, value in given.items() if value}


def is_filtered(now: QueueFilter) -> bool:
    """Say whether a list shows less than everything."""
    return replace(now, after=None, order="newest") != QueueFilter(viewer=now.viewer)
