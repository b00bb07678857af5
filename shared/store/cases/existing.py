"""The ideas that are here already, to compare with one that is about to be sent."""

from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain.hints import KnownIdea
from shared.domain.proposal import GONE, PUBLIC
from shared.store.cases.visibility import COUNTED

# How many of the others, the latest, can be compared in a few milliseconds.
MOST_COMPARED = 1000


def ideas(db: Store) -> list[KnownIdea]:
    """Return the titles of recognised and replicated ideas, and of the latest others that are
    neither spam, nor confidential, nor withdrawn or sent elsewhere."""
    return [
        KnownIdea(title, status in PUBLIC)
        for title, status in (
            *db.rows(
                "SELECT title, status FROM proposal"  # noqa: S608 conditions are ours
                f" WHERE commune_id = :commune_id AND {COUNTED} AND title <> ''"
                f" AND status {one_of(PUBLIC)}"
            ),
            *db.rows(
                "SELECT title, status FROM proposal"  # noqa: S608 conditions are ours
                f" WHERE commune_id = :commune_id AND {COUNTED} AND title <> ''"
                f" AND status NOT {one_of(PUBLIC | GONE)}"
                f" ORDER BY received_at DESC, id DESC LIMIT {MOST_COMPARED}",
            ),
        )
    ]
