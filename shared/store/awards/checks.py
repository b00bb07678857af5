"""The check before an award: is discipline or a complaint pending? (Luật Thi đua, khen thưởng 2022:
nobody is awarded meanwhile.) Every answer is kept; the latest counts."""

from shared.db.card import ExportSheet, Table, Whose, choice, day, ident, in_export, instant, text
from shared.db.connection import Store
from shared.db.event_log import new_id
from shared.domain.record import Record


class AwardCheck(Record):
    """An answer: `answer` is clear or pending, `answered_by` the person or organisation asked,
    `answered_on` a local day, `actor` who recorded it (a staff id), `at` ms UTC."""

    answer: str
    answered_by: str
    answered_on: str
    note: str
    actor: str
    at: int


AWARD_CHECK = Table(
    "award_check",
    AwardCheck,
    {
        "id": ident(),
        "honour_id": ident(exported=in_export()),
        "answer": choice(("clear", "pending"), exported=in_export("name")),
        "answered_by": ident(exported=in_export("name")),
        "answered_on": day(exported=in_export()),
        "note": text(Whose.DETAILS, exported=in_export("name")),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    foreign={"honour_id": "honour"},
    indexes={"award_check_of_honour": "honour_id"},
    sealed=True,
    via="honour_id",
    sheet=ExportSheet("kiem-tra-khen"),
)


def add(db: Store, honour_id: str, check: AwardCheck) -> None:
    """Keep an answer; only inside `writing`."""
    db.insert(AWARD_CHECK, check, id=new_id(), honour_id=honour_id)


def of(db: Store, honour_id: str) -> list[AwardCheck]:
    """Return all answers of one award, the latest first."""
    return db.all(
        AWARD_CHECK,
        "honour_id = :honour_id ORDER BY id DESC",
        honour_id=honour_id,
    )
