"""Who should be thanked or rewarded next: authors of valid ideas for whom nobody has proposed
anything yet, the longest waiting first (R5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.db.connection import Store
from shared.db.rows import columns_of
from shared.db.sql import one_of
from shared.domain.honours import COLLECTIVE_TYPES, LETTER_TYPES, OFFICIAL_TYPES, VALID, Kind, State
from shared.domain.measures import Figures, shows_effect
from shared.domain.proposal import NOT_ASKED, PUBLIC, counted_as
from shared.store.cases import redactions
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.visibility import COUNTED

# The groups in which one looks for a person, an organisation or a colleague.
GROUPS = ("individual", "collective", "official")


@dataclass(frozen=True)
class AwardDue:
    """An author whose turn it is: `place` among the idea's authors and what they are, `since` (ms
    UTC) when the idea
    was first taken for one, `may` what can be proposed now; `needs_effect` says that an award
    waits for figures before and after, `is_known` that a name was left."""

    idea: Proposal
    place: int
    participant_type: str
    group: str
    since: int
    may: tuple[Kind, ...]
    needs_effect: bool
    is_known: bool

    @property
    def is_unasked(self) -> bool:
        """True if somebody must ask first who they are: they are on the list as a citizen."""
        return self.participant_type == NOT_ASKED


def group_of(participant_type: str) -> str:
    """Return which of GROUPS a sender belongs to."""
    if participant_type in OFFICIAL_TYPES:
        return "official"
    return "collective" if participant_type in COLLECTIVE_TYPES else "individual"


def due(db: Store) -> list[AwardDue]:
    """Return who is next. The ideas are as they came: call `as_read_by` before anybody reads
    them."""
    taken, effects = _taken(db), _with_effect(db)
    found: list[tuple[Proposal, int, str, int, bool]] = [
        (db.value(PROPOSAL, row[5:]), row[0], row[1], row[2], bool(row[3] or row[4]))
        for row in db.rows(
            "SELECT author.place, coalesce(author.participant_type, proposal.participant_type),"  # noqa: S608
            f" (SELECT min(at) FROM move"
            f"  WHERE move.commune_id = :commune_id AND move.proposal_id = proposal.id"
            f"  AND to_status {one_of(VALID)}), author.name, author.unit,"
            f" {columns_of(PROPOSAL, 'proposal')}"
            " FROM proposal JOIN author ON author.commune_id = proposal.commune_id"
            "  AND author.proposal_id = proposal.id"
            f" WHERE proposal.commune_id = :commune_id AND proposal.status {one_of(VALID)}"
            f" AND {COUNTED} AND author.erased_at IS NULL"
        )
    ]
    listed = [
        _due(idea, place, who, since or idea.received_at, is_known, taken[idea.id, place], effects)
        for idea, place, who, since, is_known in found
    ]
    return sorted(
        (one for one in listed if one), key=lambda one: (one.since, one.idea.id, one.place)
    )


def as_read_by(db: Store, found: Sequence[AwardDue], reader: str) -> list[AwardDue]:
    """Return them with the ideas as one member of staff may read them."""
    ideas = redactions.all_as_read_by(db, [one.idea for one in found], reader)
    return [replace(one, idea=idea) for one, idea in zip(found, ideas, strict=True)]


def count_by_group(found: Sequence[AwardDue]) -> dict[str, int]:
    """Return how many of each group wait."""
    return {group: sum(one.group == group for one in found) for group in GROUPS}


def _due(
    idea: Proposal,
    place: int,
    who: str,
    since: int,
    is_known: bool,
    taken: set[str],
    effects: set[str],
) -> AwardDue | None:
    has_effect = idea.id in effects
    may: list[Kind] = []
    thanked_by_letter = counted_as(who) in LETTER_TYPES
    if thanked_by_letter and "letter" not in taken:
        may.append("letter")
    if has_effect and "award" not in taken:
        may.append("award")
    # For an official the effect of a recognised idea comes first (A10).
    needs_effect = not has_effect and "award" not in taken and idea.status in PUBLIC
    is_due = may or (needs_effect and not thanked_by_letter)
    if not is_due:
        return None
    return AwardDue(idea, place, who, group_of(who), since, tuple(may), needs_effect, is_known)


def _taken(db: Store) -> dict[tuple[str, int], set[str]]:
    """Return which kinds were proposed for whom; a withdrawn one may be proposed again."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for proposal_id, place, kind in db.rows(
        "SELECT proposal_id, place, kind FROM honour"
        " WHERE commune_id = :commune_id AND state <> :withdrawn",
        withdrawn=State.WITHDRAWN,
    ):
        found[proposal_id, place].add(kind)
    return found


def _with_effect(db: Store) -> set[str]:
    """Return the ids of ideas with a figure that got better, and of those merged into them."""
    better = {
        proposal_id
        for proposal_id, kind, before, after in db.rows(
            "SELECT proposal_id, kind, before_value, after_value FROM measure"
            " WHERE commune_id = :commune_id AND struck_at IS NULL"
        )
        if shows_effect(Figures(kind, before, after))
    }
    into: dict[str, str] = dict(
        db.rows("SELECT proposal_id, into_id FROM merge WHERE commune_id = :commune_id")
    )
    return better | {one for one in into if _kept(one, into) in better}


def _kept(proposal_id: str, into: dict[str, str]) -> str:
    for _ in range(len(into)):
        if proposal_id not in into:
            break
        proposal_id = into[proposal_id]
    return proposal_id
