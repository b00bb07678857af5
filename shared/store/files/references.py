"""Which files do rows mention? Only a file that no row mentions may be deleted."""

from collections.abc import Iterator

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


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every file the store mentions: "<table> <id>" of the row, and the file's SHA-256."""
    for attachment_id, sha256 in attachments.files(db):
        yield f"attachment {attachment_id}", sha256
    for original_id, sha256 in originals.files(db):
        yield f"original_file {original_id}", sha256
    for file_id, sha256 in office_files.files(db):
        yield f"office_file {file_id}", sha256
    for template_id, sha256 in paper_templates.files(db):
        yield f"paper_template {template_id}", sha256
    for upload_id, sha256 in uploads.files(db):
        yield f"upload {upload_id}", sha256
