"""The links at the top of every staff page: a row each, shown to whom `access.py` lets in.

A new desk adds its row here. Nothing else knows the list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import g, request, url_for

from kiosk.web import say, store
from shared import clock
from shared.store import call_backs
from shared.store.staff import StaffMember


@dataclass(frozen=True)
class Link:
    """One row: the key of its text, the endpoint it leads to (no blanks in its address) and, where
    something may wait there, a question to the store: `count(db, now=ms UTC)`, which must be one
    look into an index, as it is asked for every page. `counted` is the key of how the number is
    said, with its blank n."""

    text: str
    endpoint: str
    count: Callable[..., int] | None = None
    counted: str = "staff.nav.waiting"


@dataclass(frozen=True)
class Shown:
    """A link as the page draws it; `counted` is "" when nothing waits there."""

    text: str
    href: str
    is_here: bool
    counted: str


LINKS = (
    Link("staff.nav.cases", "staff.home"),
    Link("staff.call_backs.link", "staff.call_back_list", call_backs.count_waiting),
    Link("staff.people_link", "staff.people"),
    Link("staff.devices_link", "staff.devices"),
    Link("staff.phone_link", "staff.gateway_phone"),
)


def links_for(member: StaffMember, may_open: Callable[[StaffMember, str], bool]) -> list[Shown]:
    """Return the links of a member's pages, in order."""
    mine = [link for link in LINKS if may_open(member, link.endpoint)]
    counts = _counts(mine)
    return [
        Shown(
            text=say(link.text),
            href=url_for(link.endpoint),
            is_here=request.endpoint == link.endpoint,
            counted=say(link.counted, n=counts[link.endpoint]) if counts[link.endpoint] else "",
        )
        for link in mine
    ]


def _counts(links: list[Link]) -> dict[str, int]:
    """Return how much waits behind each link, asked once a request."""
    found: dict[str, int] | None = g.get("nav_counts")
    if found is None:
        # What the page of a fault shows when these very questions fail.
        found = g.nav_counts = dict.fromkeys((link.endpoint for link in links), 0)
        db, now = store(), clock.now()
        found.update(
            {link.endpoint: link.count(db, now=now) for link in links if link.count is not None}
        )
    return found
