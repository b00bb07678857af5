"""What outreach brought in: ideas with an effort's code, and ideas around its day."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.db.sql import among
from shared.domain import clock
from shared.domain.outreach import WEEKS, BroughtIdeas
from shared.domain.record import Record
from shared.store.cases.visibility import COUNTED
from shared.store.office.outreach import Effort


class Around(Record):
    """How many ideas came to the whole commune in the seven days before an effort, and in the seven
    days from its first on, with any code or none."""

    before: int
    after: int


# The ideas of an effort's time, by the weeks after it began; SQLite begins with the effort's code.
_BY_WEEK = (
    f"SELECT {', '.join(f'count(*) FILTER (WHERE received_at < :end{n})' for n in range(WEEKS))},"  # noqa: S608 ours
    " count(*) FROM proposal WHERE commune_id = :commune_id AND lower(trim(mobiliser)) = :code"
    f" AND mobiliser <> '' AND {COUNTED} AND received_at >= :begins AND received_at < :ends"
)
# Ideas count to the latest effort with their code; of two on one day that is the later entry.
_NEXT = (
    "SELECT id, (SELECT later.begun_on FROM outreach AS later WHERE later.commune_id = :commune_id"
    " AND later.mobiliser = outreach.mobiliser AND later.mobiliser <> ''"
    " AND (later.begun_on, later.id) > (outreach.begun_on, outreach.id)"
    " AND later.struck_at IS NULL ORDER BY later.begun_on, later.id LIMIT 1)"
    " FROM outreach WHERE commune_id = :commune_id AND id {}"
)


def brought(db: Store, efforts: Iterable[Effort], zone: ZoneInfo) -> Mapping[str, BroughtIdeas]:
    """Return what each of these efforts that has a code brought in, by its id, without junk and
    confidential cases."""
    asked = {one.id: one for one in efforts if one.mobiliser}
    these, ids = among(asked)
    return {
        effort_id: _counted(db, asked[effort_id], until, zone)
        for effort_id, until in db.rows(_NEXT.format(these), **ids)
    }


def _counted(db: Store, effort: Effort, until: str | None, zone: ZoneInfo) -> BroughtIdeas:
    begun = date.fromisoformat(effort.begun_on)
    weeks = [
        clock.start_of_day(begun + timedelta(weeks=n), zone) for n in range(WEEKS + 1)
    ]  # fmt: skip
    ends = clock.start_of_day(date.fromisoformat(until or "9999-01-01"), zone)
    row = db.row(
        _BY_WEEK, code=effort.mobiliser, begins=weeks[0], ends=ends,
        **{f"end{n}": end for n, end in enumerate(weeks[1:])},
    )  # fmt: skip
    so_far = [int(count) for count in row or (0,) * (WEEKS + 1)]
    by_week = [count - before for before, count in zip((0, *so_far), so_far, strict=False)]
    return BroughtIdeas(tuple(by_week[:WEEKS]), by_week[WEEKS])


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
