"""What the pages of the praise desk share: their tabs, and a letter or an award ready to read."""

from collections.abc import Iterable

from flask import abort

from kiosk.staff import navigation
from kiosk.staff.access import me
from kiosk.staff.navigation import NavigationLink, Shown
from kiosk.web import store
from shared.domain.record import Record
from shared.domain.vietnamese import initials
from shared.store.awards import awards, printed_names
from shared.store.awards.awards import Honour, HonourUnknown
from shared.store.awards.printed_names import PrintedName
from shared.store.cases import authors, proposals, redactions
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal

TABS = (
    NavigationLink("staff.honours.tab.due", "staff.praise_due"),
    NavigationLink("staff.honours.tab.open", "staff.open_honours", awards.count_for_the_chair),
    NavigationLink("staff.honours.tab.names", "staff.open_names", printed_names.count_open),
    NavigationLink("staff.honours.tab.register", "staff.honour_register"),
    NavigationLink("staff.honours.tab.conferences", "staff.conference_list"),
    NavigationLink("staff.honours.tab.rules", "staff.award_rules"),
)


class HonourRow(Record):
    """One letter or award in a list: the idea as this reader may see it, and whose it is: by name
    if they agreed or are an organisation, otherwise by initials."""

    honour: Honour
    idea: Proposal
    author: Author
    name: PrintedName
    whom: str

    @property
    def is_gone(self) -> bool:
        """True when the author's details were erased."""
        return self.author.erased_at is not None

    @property
    def is_ready(self) -> bool:
        """True when it may be given its number."""
        return self.name.is_settled and not self.is_gone


def tabs() -> list[Shown]:
    """Return the tabs of the desk that the member may open."""
    return navigation.draw(navigation.open_to(me(), TABS))


def rows_of(found: Iterable[Honour]) -> list[HonourRow]:
    """Return these as this reader may see them; those of confidential cases are left out."""
    db, listed = store(), list(found)
    names = printed_names.of_many(db, [one.id for one in listed])
    writers = authors.own_of(db, {one.proposal_id for one in listed})
    cases = list(proposals.by_ids(db, [one.proposal_id for one in listed]).values())
    ideas = {one.id: one for one in redactions.all_as_read_by(db, cases, me().id)}
    return [
        _row(one, idea, writers[one.proposal_id, one.place], names[one.id])
        for one in listed
        if (idea := ideas[one.proposal_id]).is_open_to(me().id)
    ]


def row_of(honour_id: str) -> HonourRow:
    """Return one, or answer 404."""
    try:
        [row] = rows_of([awards.by_id(store(), honour_id)])
    except (HonourUnknown, ValueError):
        abort(404)
    return row


def _row(honour: Honour, idea: Proposal, author: Author, name: PrintedName) -> HonourRow:
    is_open = honour.is_collective or author.consent_name
    return HonourRow(honour, idea, author, name, name.name if is_open else initials(name.name))
