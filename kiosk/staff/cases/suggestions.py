"""Cases that may be the same idea, and the merge that the table allows of two."""

from kiosk.staff.access import me
from kiosk.web import store
from shared.domain.proposal import NO_MERGE_INTO, Status, following
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.store.cases import similar
from shared.store.cases.beside import Beside
from shared.store.cases.proposals import Proposal
from shared.store.cases.similar import Suggestion


class Merge(Record):
    """`code` is merged into `into`, which came first where the table allows that. `seen` is the
    status of `code`."""

    code: str
    into: str
    seen: Status


def suggested(here: Proposal, beside: Beside | None = None) -> list[Suggestion]:
    """Return the cases that may be the same, of those that can be merged with it; `beside` is what
    there is of it, where that was read."""
    if me().role not in DESK or not here.is_open_to_all or here.status is Status.MERGED:
        return []
    found = similar.suggestions(store(), here, me().id, beside)
    return [one for one in found if merge_of(here, one)]


def merge_of(here: Proposal | Suggestion, other: Proposal | Suggestion) -> Merge | None:
    """Return the merge of the later of two cases into the earlier; the other way round where the
    table allows only that, None where it allows neither."""
    later, earlier = (here, other) if here.received_at >= other.received_at else (other, here)
    return _into(later, earlier) or _into(earlier, later)


def _into(one: Proposal | Suggestion, kept: Proposal | Suggestion) -> Merge | None:
    may = Status.MERGED in following(one.status, one.merged_from)
    if not may or kept.status in NO_MERGE_INTO:
        return None
    return Merge(one.code, kept.code, one.status)
