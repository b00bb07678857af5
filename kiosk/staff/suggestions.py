"""Cases that may be the same idea as one, each with the merge that the table allows."""

from dataclasses import dataclass

from kiosk.staff.access import DESK, me
from kiosk.web import store
from shared.proposal import Status, following
from shared.store import alike
from shared.store.alike import Suggestion
from shared.store.proposals import Proposal


@dataclass(frozen=True)
class Merge:
    """One tap: `code` is merged into `into`, the one that came first. `seen` is where `code`
    stands."""

    code: str
    into: str
    seen: Status


def suggested(here: Proposal) -> list[tuple[Suggestion, Merge | None]]:
    """Return what a case may be the same as, each with the merge that the table allows."""
    if me().role not in DESK or here.is_confidential or here.status is Status.MERGED:
        return []
    return [(one, _merge(here, one)) for one in alike.suggestions(store(), here, me().id)]


def _merge(here: Proposal, one: Suggestion) -> Merge | None:
    """Return the merge of the later of two cases into the earlier."""
    if here.received_at >= one.received_at:
        code, into, seen, before = here.code, one.code, here.status, here.merged_from
    else:
        code, into, seen, before = one.code, here.code, one.status, one.merged_from
    return Merge(code, into, seen) if Status.MERGED in following(seen, before) else None
