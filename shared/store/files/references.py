"""Does any row speak of a file on disk? Only what nobody speaks of may be removed."""

from shared.db.connection import Store
from shared.store.files import attachments, office_files, originals, paper_templates, uploads


def is_spoken_of(db: Store, sha256: str) -> bool:
    """Say whether a file belongs to an idea, is on its way to one, or is the office's own: one of
    its doings, or a template of its papers."""
    return (
        attachments.holds(db, sha256)
        or originals.holds(db, sha256)
        or uploads.waits_for(db, sha256)
        or office_files.holds(db, sha256)
        or paper_templates.holds(db, sha256)
    )
