"""Which ideas are here already, for whoever is about to send one like them."""

from shared.db.connection import Store
from shared.domain.hints import Known
from shared.domain.proposal import Status

# Those that the register shows to everybody (title and all).
PUBLIC = (Status.RECOGNISED, Status.REPLICATED)
# Of the others as many as are compared in a few milliseconds, the latest.
MOST = 1000


def ideas(db: Store) -> list[Known]:
    """Return the titles of recognised and replicated ideas, and of the latest others that are
    neither spam, nor confidential, nor taken back or sent elsewhere."""
    return [
        Known(title, status in PUBLIC)
        for title, status in (
            *db.rows(
                "SELECT title, status FROM proposal WHERE commune_id = :commune_id"
                " AND status IN ('recognised', 'replicated') AND is_spam = 0"
                " AND is_confidential = 0 AND title <> ''"
            ),
            *db.rows(
                "SELECT title, status FROM proposal WHERE commune_id = :commune_id"
                " AND status NOT IN ('recognised', 'replicated', 'withdrawn', 'redirected')"
                " AND is_spam = 0 AND is_confidential = 0 AND title <> ''"
                " ORDER BY received_at DESC, id DESC LIMIT :most",
                most=MOST,
            ),
        )
    ]
