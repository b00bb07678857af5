"""The list of cases: the first page after logging in, its filters and its search."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff import bp
from kiosk.staff.access import ADMIN, DESK, READERS, me
from kiosk.staff.due import Due, due_of
from kiosk.web import language, say, settings, store
from shared import clock, codes, phone, texts
from shared.proposal import CATEGORIES, CHANNELS, Status
from shared.store import authors, devices, proposals, queue, receipts, redactions, staff
from shared.store.connection import Store
from shared.store.proposals import Proposal, ProposalUnknown

EXCERPT_LETTERS = 140
SEARCH_LETTERS = 200
# What the drawing shows beside the search; the others are in the filter form.
QUICK_CHANNELS = ("kiosk", "sms", "paper")


@dataclass(frozen=True)
class Row:
    """One case as the list shows it; every text is ready to be read."""

    code: str
    title: str
    is_own_title: bool
    excerpt: str
    place: str
    category: str | None
    status: str
    is_insider: bool
    is_confidential: bool
    on: str
    phone: str | None
    due: Due | None
    due_words: str


@dataclass(frozen=True)
class Link:
    """A filter that is one tap away."""

    text: str
    href: str
    is_on: bool
    count: int | None = None


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the queue to those who read cases; lead the others to their own desk."""
    if me().role in ADMIN:
        return redirect(url_for("staff.people"), 303)
    if me().role == "council":
        return redirect(url_for("staff.council_sessions"), 303)
    if me().role not in READERS:
        return redirect(url_for("staff.overview_page"), 303)
    typed = request.args.get("q", "").strip()[:SEARCH_LETTERS]
    code = _code_in(store(), typed) if typed else None
    if code is not None:
        return redirect(url_for("staff.case", code=code), 303)
    return _list_page(_wanted(request.args, typed), typed)


def rail(db: Store, wanted: queue.Wanted | None) -> list[Link]:
    """Return the left bar: each status with how many cases stand there."""
    counts = queue.counts(db)
    shown = wanted.status if wanted and not wanted.spam else None
    every = wanted is not None and shown is None and not (wanted.spam or wanted.again)
    return [
        *(
            Link(
                _status_name(status, language()),
                f"/?status={status}",
                status is shown,
                counts[status],
            )
            for status in Status
        ),
        Link(say("staff.rail.all"), "/", every, sum(counts.values())),
        Link(say("staff.rail.again"), "/?again=1", bool(wanted and wanted.again)),
        Link(say("staff.rail.spam"), "/?spam=1", bool(wanted and wanted.spam)),
    ]


def _status_name(status: Status, lang: str) -> str:
    key = "staff.rail.received" if status is Status.RECEIVED else f"status.{status}.label"
    return texts.load(lang).say(key)


@cache
def _choices(lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return what the filter form offers, by field: (value, words)."""
    words = texts.load(lang).say
    every = [("", words("staff.queue.any"))]
    return {
        "status": every + [(status, _status_name(status, lang)) for status in Status],
        "channel": every + [(name, words(f"choice.channel.{name}")) for name in CHANNELS],
        "category": every
        + [(name, words(f"choice.category_plain.{name}")) for name in (*CATEGORIES, "none")],
        "order": [(name, words(f"staff.queue.{name}")) for name in ("newest", "oldest")],
    }


@cache
def _groups(lang: str) -> dict[str, str]:
    """Return how a row names each category."""
    words = texts.load(lang).say
    named = {name: words("staff.queue.category_pill", n=name) for name in CATEGORIES}
    return {**named, "other": words("staff.queue.category_other")}


@cache
def _categories(lang: str) -> list[tuple[str, str]]:
    """Return what several cases can be classified as at once: (value, words)."""
    words = texts.load(lang).say
    return [(name, words(f"choice.category_plain.{name}")) for name in CATEGORIES]


def _assignable(db: Store) -> list[tuple[str, str]]:
    """Return to whom cases are given: (id, name)."""
    return [
        (person.id, person.name)
        for person in staff.everyone(db)
        if person.is_active and person.role in DESK
    ]


def _code_in(db: Store, typed: str) -> str | None:
    """Return the case a person's or a scanner's keystrokes name outright, or None."""
    secret = codes.scanned_secret(typed)
    if secret is not None:
        found = receipts.code_behind(db, secret)
        if found is not None:
            return found
    code = codes.tidy(typed)
    if not codes.is_code(code):
        return None
    try:
        return proposals.by_code(db, code).code
    except ProposalUnknown:
        return None


def _wanted(given: Mapping[str, str], typed: str) -> queue.Wanted:
    """Return what the address asks for; a filter nobody offers is no filter."""
    status, channel, category = (given.get(name) for name in ("status", "channel", "category"))
    return queue.Wanted(
        viewer=me().id,
        status=Status(status) if status in set(Status) else None,
        channel=channel if channel in CHANNELS else None,
        category=category if category in (*CATEGORIES, "none") else None,
        mine=given.get("mine") == "1",
        spam=given.get("spam") == "1",
        again=given.get("again") == "1",
        words=typed,
        order="oldest" if given.get("order") == "oldest" else "newest",
        after=given.get("after"),
    )


def _list_page(wanted: queue.Wanted, typed: str) -> ResponseReturnValue:
    db = store()
    page = queue.page(db, wanted)
    first = replace(wanted, after=None)
    return render_template(
        "staff/queue.html",
        rows=_rows(db, page.cases),
        rail=rail(db, wanted),
        quick=_quick(first),
        wanted=wanted,
        typed=typed,
        shown_status=_status_name(wanted.status, language()) if wanted.status else "",
        choices=_choices(language()),
        assignable=_assignable(db),
        categories=_categories(language()),
        is_filtered=first != queue.Wanted(viewer=wanted.viewer),
        newer=_href(first) if wanted.after else None,
        older=_href(first, after=page.after) if page.after else None,
    )


def _quick(now: queue.Wanted) -> list[Link]:
    """Return the chips: mine, and the channels most ideas come by."""
    mine = Link(say("staff.queue.mine"), _href(now, mine=None if now.mine else "1"), now.mine)
    return [mine] + [
        Link(
            say(f"choice.channel.{channel}"),
            _href(now, channel=None if now.channel == channel else channel),
            now.channel == channel,
        )
        for channel in QUICK_CHANNELS
    ]


def _href(now: queue.Wanted, **changes: str | None) -> str:
    """Return the address of a list like this one with some filters changed."""
    given = {
        "q": now.words,
        "status": now.status,
        "channel": now.channel,
        "category": now.category,
        "mine": "1" if now.mine else None,
        "spam": "1" if now.spam else None,
        "again": "1" if now.again else None,
        "order": "oldest" if now.order == "oldest" else None,
        **changes,
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/?{query}" if query else "/"


def _rows(db: Store, cases: list[Proposal]) -> list[Row]:
    cases = redactions.all_as_read_by(db, cases, me().id)
    phones = authors.phones_of(db, [case.id for case in cases])
    names = {device.id: device.name for device in devices.everyone(db)}
    zone, at = settings().office.zone, clock.now()
    today = clock.to_local(at, zone).date()
    # One look at the texts, not eight a row: this is the page that is opened all day.
    words, groups = texts.load(language()).say, _groups(language())
    return [
        Row(
            code=case.code,
            title=case.title or words("staff.case.no_title"),
            is_own_title=case.title_is_own or not case.title,
            excerpt=_excerpt(case),
            place=names.get(case.device_id or "") or words(f"choice.channel.{case.channel}"),
            category=groups.get(case.category or ""),
            status=words(f"status.{case.status}.label"),
            is_insider=case.insider,
            is_confidential=case.is_confidential,
            on=f"{clock.to_local(case.received_at, zone):%d/%m}",
            phone=phone.masked(phones[case.id]) if case.id in phones else None,
            due=due,
            due_words=words(due.key, n=due.days) if due else "",
        )
        for case, due in ((case, due_of(case, today, zone)) for case in cases)
    ]


def _excerpt(case: Proposal) -> str:
    text = " ".join((case.current_state or case.solution)[: EXCERPT_LETTERS * 2].split())
    return text if len(text) <= EXCERPT_LETTERS else text[: EXCERPT_LETTERS - 1].rstrip() + "…"
