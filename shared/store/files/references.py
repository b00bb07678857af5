"""Does any row mention a file on disk? Only a file that no row mentions may be deleted."""

from shared.db.connection import Store
from shared.store.files import attachments, office_files, originals, paper_templates, uploads


def is_spoken_of(db: Store, sha256: str) -> bool:
    """Say whether a file belongs to an idea, is on its way to one, or is the office's own, a
    template included."""
    return (
        attachments.holds(db, sha256)
        or originals.holds(db, sha256)
        or uploads.waits_for(db, sha256)
        or office_files.holds(db, sha256)
        or paper_templates.holds(db, sha256)
    )
