"""Blank paper forms: each is printed under the code that its idea will have, so a photograph of it
files itself, and whoever tears off its foot holds a receipt already."""

from dataclasses import dataclass

from shared.db import checksums
from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.store.cases import receipts


@dataclass(frozen=True)
class PaperForm:
    """One printed form; `mobiliser` is the code of whoever hands it out, or "". ms UTC."""

    code: str
    mobiliser: str
    printed_by: str
    printed_at: int


def issue(
    db: Store, count: int, *, mobiliser: str, actor: str, key: bytes, at: int
) -> list[PaperForm]:
    """Issue the codes of so many forms; `key` is the receipt key."""
    with writing(db):
        forms = [
            PaperForm(receipts.mint(db, key=key, at=at), mobiliser, actor, at) for _ in range(count)
        ]
        for form in forms:
            checksums.insert(db, "paper_form", dict(form.__dict__))
        note(db, "forms_printed", None, actor, at, count=count, mobiliser=mobiliser)
        return forms


def by_code(db: Store, code: str) -> PaperForm | None:
    """Return the form with this code, or None."""
    row = db.row(
        "SELECT code, mobiliser, printed_by, printed_at FROM paper_form"
        " WHERE commune_id = :commune_id AND code = :code",
        code=code,
    )
    return PaperForm(*row) if row else None
