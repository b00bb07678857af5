"""Whether each unit still uses an idea and who says so, never which person."""

from shared.db.connection import Store
from shared.domain.record import Record
from shared.store.models import follow_up, lasting_questions


class LastingStanding(Record):
    """The latest that is known `days` after a unit began: `outcome` is lasts, partly or stopped,
    `by` the office, the unit or the author; `at` is ms UTC."""

    days: int
    outcome: str
    by: str
    at: int


# Whose word counts more, where several speak of the same day.
_ORDER = {"author": 0, "unit": 1, "office": 2}


def of_units(db: Store, proposal_id: str) -> dict[str, LastingStanding]:
    """Return what is known of an idea's units, by the id of their adoption."""
    known = [
        (one.adoption_id, LastingStanding(one.days, one.outcome, "office", one.at))
        for one in follow_up.of_proposal(db, proposal_id)
    ] + [
        (one.adoption_id, LastingStanding(one.days, one.outcome, one.kind, one.answered_at or 0))
        for one in lasting_questions.of_proposal(db, proposal_id)
        if one.outcome
    ]
    return dict(sorted(known, key=lambda one: (one[1].days, _ORDER[one[1].by])))
