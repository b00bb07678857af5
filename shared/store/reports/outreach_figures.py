"""What outreach brought in: ideas with an effort's code, and ideas around its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock
from shared.domain.outreach import BroughtIdeas, brought_in
from shared.store.cases.visibility import COUNTED
from shared.store.office import outreach


@dataclass(frozen=True)
class Around:
    """How many ideas came to the whole commune in the seven days before an effort, and in the seven
    days from its first on, with any code or none."""

    before: int
    after: int


def brought(db: Store, zone: ZoneInfo) -> Mapping[str, BroughtIdeas]:
    """Return what each effort of every year brought in, by its id, without junk and confidential
    cases."""
    efforts = [
        (one.id, one.mobiliser, date.fromisoformat(one.begun_on)) for one in outreach.every(db)
    ]
    ideas = (
        (code, clock.to_local(received_at, zone).date())
        for code, received_at in db.rows(
            "SELECT lower(trim(mobiliser)), received_at FROM proposal"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND mobiliser <> '' AND {COUNTED}"
        )
    )
    return brought_in(efforts, ideas)


def around(db: Store, begun_on: str, zone: ZoneInfo) -> Around:
    """Return how many ideas came in the week before a day and in the week from it on."""
    day = date.fromisoformat(begun_on)
    begins = clock.start_of_day(day, zone)
    row = db.row(
        "SELECT count(*) FILTER (WHERE received_at < :begins),"
        " count(*) FILTER (WHERE received_at >= :begins)"
        " FROM proposal WHERE commune_id = :commune_id AND received_at >= :since"
        " AND received_at < :until AND is_spam = 0",
        begins=begins,
        since=begins - 7 * clock.DAY,
        until=begins + 7 * clock.DAY,
    )
    return Around(*(row or (0, 0)))
