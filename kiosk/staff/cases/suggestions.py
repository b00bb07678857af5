"""Cases that may be the same idea, each with the merge that the table allows."""

from dataclasses import dataclass

from kiosk.staff.access import me
from kiosk.web import store
from shared.domain.proposal import NO_MERGE_INTO, Status, following
from shared.domain.roles import DESK
from shared.store.cases import similar
from shared.store.cases.proposals import Proposal
from shared.store.cases.similar import Suggestion


@dataclass(frozen=True)
class Merge:
    """One tap: `code` is merged into `into`, which came first. `seen` is the status of `code`."""

    code: str
    into: str
    seen: Status


def suggested(here: Proposal) -> list[tuple[Suggestion, Merge | None]]:
    """Return the cases that may be the same, each with the merge that the table allows."""
    if me().role not in DESK or not here.is_open_to_all or here.status is Status.MERGED:
        return []
    return [(one, _merge(here, one)) for one in similar.suggestions(store(), here, me().id)]


def _merge(here: Proposal, one: Suggestion) -> Merge | None:
    """Return the merge of the later of two cases into the earlier."""
    later: Proposal | Suggestion
    earlier: Proposal | Suggestion
    later, earlier = (here, one) if here.received_at >= one.received_at else (one, here)
    may = Status.MERGED in following(later.status, later.merged_from)
    if not may or earlier.status in NO_MERGE_INTO:
        return None
    return Merge(later.code, earlier.code, later.status)
