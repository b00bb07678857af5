"""The notice board: the public codes that may hang on a wall, and where their cases stand."""

from shared.db.connection import Store
from shared.db.pages import Page, page_of, read_mark
from shared.db.sql import one_of
from shared.domain.proposal import UNDER_WAY, Status
from shared.domain.record import Record
from shared.store.cases.visibility import COUNTED

# How many codes a sheet of the notice board holds.
SHEET_LINES = 100


class Posted(Record):
    """A line of the notice board: a public code, its status and since when (ms UTC)."""

    code: str
    status: Status
    since: int


def board(db: Store, since: int, after: str) -> Page[Posted]:
    """Return a sheet of what may hang on a wall, by code: cases in progress, and those that ended
    since an instant (ms UTC). Neither spam nor confidential or withdrawn ones. The first sheet, or
    the one after a mark."""
    (code,) = read_mark(after, str) or ("",)
    found = [
        Posted(code, Status(status), at)
        for code, status, at in db.rows(
            "SELECT code, status, status_since FROM proposal"  # noqa: S608 statuses are ours
            f" WHERE commune_id = :commune_id AND code > :code AND {COUNTED}"
            f" AND status <> :withdrawn AND (status {one_of(UNDER_WAY)} OR status_since >= :since)"
            f" ORDER BY code LIMIT {SHEET_LINES + 1}",
            withdrawn=Status.WITHDRAWN,
            since=since,
            code=code,
        )
    ]
    return page_of(found, lambda one: (one.code,), SHEET_LINES)
