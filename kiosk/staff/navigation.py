"""The links at the top of every staff page: one row each, shown to those whom its route lets in.

What a role does every day is shown by itself, the rest in groups under one word. What waits is
counted once, on "today" (today/kinds.py). A new desk adds its row here. Nothing else knows the list.
"""  # noqa: E501

from collections.abc import Callable, Iterable
from functools import cache

from flask import current_app, g, request, url_for
from markupsafe import Markup

from kiosk.pieces import macro
from kiosk.staff.today import kinds as today
from kiosk.web import say, store
from shared.domain.record import Record
from shared.runtime.guarded import allowed
from shared.store.people.staff import StaffMember

Count = Callable[..., int]


class NavigationLink(Record):
    """One row: the key of its text, the endpoint it leads to (no blanks in its address) and, where
    a number stands beside it, a question to the store: `count(db, now=ms UTC)`. That must be quick,
    because every page asks it: it counts up to today.MOST_COUNTED, and one more for all beyond.

    A link is shown to those whom its route lets in. `needs` names another route that must let them
    in too. People who may open one of the routes in `unless` find the way from there, and need no
    link of its own here."""

    text: str
    endpoint: str
    count: Count | None = None
    needs: str = ""
    unless: tuple[str, ...] = ()


class Shown(Record):
    """A link as the page draws it; `counted` is "" if nothing waits there."""

    text: str
    href: str
    is_here: bool
    counted: str


class Group(Record):
    """Links under a common name."""

    name: str
    links: list[Shown]

    @property
    def is_here(self) -> bool:
        """True when the page that is shown is one of them."""
        return any(link.is_here for link in self.links)


# All links in groups, for those who do not need them every day.
GROUPS: dict[str, tuple[NavigationLink, ...]] = {
    "staff.nav.group.intake": (
        NavigationLink("staff.today.link", "staff.today", today.count),
        # Other roles have another list of cases among these.
        NavigationLink("staff.nav.cases", "staff.home", needs="staff.case"),
        NavigationLink("staff.entry.link", "staff.entry"),
        NavigationLink("staff.rings.link", "staff.ring_list"),
        NavigationLink("staff.call_backs.link", "staff.call_back_list"),
        NavigationLink("staff.sms.link", "staff.sms"),
        NavigationLink("staff.sms.tab.quarantine", "staff.sms_quarantine"),
        NavigationLink("staff.data.link", "staff.data_request_list"),
        NavigationLink("staff.paper.link", "staff.paper"),
        NavigationLink("staff.printer.link", "staff.printer"),
    ),
    "staff.nav.group.judging": (
        NavigationLink("staff.council.link", "staff.council_sessions"),
        NavigationLink("staff.sign.link", "staff.sign_off_queue"),
        NavigationLink("staff.models.link", "staff.spreading"),
        NavigationLink("staff.appraisal.link", "staff.roadmaps"),
        NavigationLink("staff.honours.link", "staff.praise_due"),
        NavigationLink(
            "staff.honours.link_names",
            "staff.open_names",
            unless=("staff.praise_due",),
        ),
        NavigationLink("staff.honours.link", "staff.honour_register", unless=("staff.open_names",)),
    ),
    "staff.nav.group.reporting": (
        NavigationLink("staff.overview.title", "staff.overview_page"),
        NavigationLink("staff.reports.link", "staff.reports"),
        NavigationLink("staff.sending.link", "staff.distribution"),
        NavigationLink("staff.record.link", "staff.year_record_page"),
        NavigationLink("staff.outreach.link", "staff.outreach_log"),
        NavigationLink(
            "staff.paper.poster", "staff.poster", unless=("staff.paper", "staff.organisation_home")
        ),
        NavigationLink("staff.group.link", "staff.organisation_home"),
    ),
    "staff.nav.group.keeping": (
        NavigationLink("staff.campaign.link", "staff.campaigns"),
        NavigationLink("staff.office.link", "staff.office_profile"),
        NavigationLink("staff.ready.title", "staff.ready_sentences"),
        NavigationLink("staff.procedures.link", "staff.procedure_list"),
        NavigationLink("staff.daily.link", "staff.daily_check"),
        NavigationLink("staff.opening.link", "staff.emergency_accesses"),
        NavigationLink("staff.people_link", "staff.people"),
        NavigationLink("staff.devices_link", "staff.devices"),
        NavigationLink("staff.backup.link", "staff.backup_page", unless=("staff.case",)),
        NavigationLink("staff.phone_link", "staff.gateway_phone"),
        NavigationLink("staff.sms.tab.gateways", "staff.sms_gateways", unless=("staff.sms",)),
    ),
}
LINKS = tuple(link for links in GROUPS.values() for link in links)
# What a role does every day, in the order at the top; everything else it may open is under "other
# work". A role that is not named here has so few links that all of them are shown.
DAILY: dict[str, tuple[str, ...]] = {
    "receptionist": (
        "staff.today", "staff.home", "staff.entry", "staff.sms", "staff.call_back_list",
        "staff.printer",
    ),
    "officer": (
        "staff.today", "staff.home", "staff.entry", "staff.sms", "staff.council_sessions",
        "staff.praise_due",
    ),
    "chair": (
        "staff.today", "staff.home", "staff.sign_off_queue", "staff.council_sessions",
        "staff.praise_due", "staff.reports",
    ),
    "admin": (
        "staff.today", "staff.daily_check", "staff.people", "staff.devices", "staff.backup_page",
        "staff.gateway_phone",
    ),
}  # fmt: skip


def open_to(member: StaffMember, links: Iterable[NavigationLink]) -> list[NavigationLink]:
    """Return the links that this member may open and should see."""
    return [link for link in links if _is_shown(link, member.role)]


def _is_shown(link: NavigationLink, role: str) -> bool:
    def may_open(endpoint: str) -> bool:
        return role in allowed(endpoint)

    return (
        may_open(link.endpoint)
        and may_open(link.needs or link.endpoint)
        and not any(may_open(endpoint) for endpoint in link.unless)
    )


def counts(role: str) -> tuple[int, ...]:
    """Return how much waits behind each link of a role's, 0 where nothing is counted."""
    return tuple(count for _, count in _counted(_of_role(role)))


def drawn(role: str, counts: tuple[int, ...], here: str | None) -> Markup:
    """Return the links for a role, as the head of the page of an endpoint shows them; nothing of
    the request is asked."""
    counted = list(zip(_of_role(role), counts, strict=True))
    daily = DAILY.get(role, tuple(link.endpoint for link, _ in counted))
    at_hand = sorted(
        (one for one in counted if one[0].endpoint in daily),
        key=lambda one: daily.index(one[0].endpoint),
    )
    other = [one for one in counted if one[0].endpoint not in daily]
    return macro(
        "components/desks.html",
        "desks",
        [_shown(*one, here) for one in at_hand],
        _grouped(other, here),
    )


def _grouped(counted: list[tuple[NavigationLink, int]], here: str | None) -> list[Group]:
    """Return links under the names of their groups; empty groups are left out."""
    groups = [
        Group(say(name), [_shown(*one, here) for one in counted if one[0] in links])
        for name, links in GROUPS.items()
    ]
    return [group for group in groups if group.links]


def _of_role(role: str) -> tuple[NavigationLink, ...]:
    """Return a role's links: found once, because the routes stay as they are."""
    known: dict[str, tuple[NavigationLink, ...]] = current_app.extensions.setdefault("links", {})
    if role not in known:
        known[role] = tuple(link for link in LINKS if _is_shown(link, role))
    return known[role]


def draw(links: Iterable[NavigationLink]) -> list[Shown]:
    """Return links as a page shows them, in order."""
    return [_shown(link, count, request.endpoint) for link, count in _counted(links)]


def _shown(link: NavigationLink, count: int, here: str | None) -> Shown:
    return Shown(say(link.text), _address(link.endpoint), here == link.endpoint, _in_words(count))


def _in_words(count: int) -> str:
    if count > today.MOST_COUNTED:
        return say("staff.nav.waiting_more", n=today.MOST_COUNTED)
    return say("staff.nav.waiting", n=count) if count else ""


@cache
def _address(endpoint: str) -> str:
    """Return the address of a page without blanks: needed on every page, and always the same."""
    return url_for(endpoint)


def _counted(links: Iterable[NavigationLink]) -> list[tuple[NavigationLink, int]]:
    """Return how much waits behind each link; each question is asked once a request."""
    counts: dict[Count, int] = g.setdefault("nav_counts", {})
    links = tuple(links)
    for link in links:
        if link.count is not None and link.count not in counts:
            try:
                counts[link.count] = link.count(store(), now=today.this_moment())
            except Exception:
                counts[link.count] = 0  # for the error page
                raise
    return [(link, counts[link.count] if link.count else 0) for link in links]
