"""Blank paper forms: each is printed under the code that its idea will have. So a photograph of it
files itself, and a person who tears off its foot has a receipt already."""

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain.record import Record
from shared.store.cases import receipts


class PaperForm(Record):
    """One printed form; `mobiliser` is the code of the person who hands it out, or "". ms UTC."""

    code: str
    mobiliser: str
    printed_by: str
    printed_at: int


PAPER_FORM = Table(
    "paper_form",
    PaperForm,
    {
        "code": ident(exported=in_export("code")),
        "mobiliser": text(Whose.STAFF, exported=in_export()),
        "printed_by": ident(exported=in_export("person")),
        "printed_at": instant(exported=in_export()),
    },
    key=("code",),
    sealed=True,
    sheet=ExportSheet("phieu-giay", order="code"),
    not_archived="those that came back are ideas",
)


def issue(
    db: Store, count: int, *, mobiliser: str, actor: str, key: bytes, at: int
) -> list[PaperForm]:
    """Issue the codes of so many forms; `key` is the receipt key."""
    with writing(db):
        forms = [
            PaperForm(receipts.mint(db, key=key, at=at), mobiliser, actor, at) for _ in range(count)
        ]
        for form in forms:
            db.insert(PAPER_FORM, form)
        note(db, "forms_printed", None, actor, at, count=count, mobiliser=mobiliser)
        return forms


def by_code(db: Store, code: str) -> PaperForm | None:
    """Return the form with this code, or None."""
    return db.get(PAPER_FORM, "code = :code", code=code)
