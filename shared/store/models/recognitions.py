"""The rule by which an idea was recognised: the commune's plan, or the decree on initiatives (NĐ
13/2012), which asks for more and sets a clock of three months. Days are local, YYYY-MM-DD."""

from calendar import monthrange
from datetime import date

from shared.db.card import ExportSheet, Table, Whose, choice, day, ident, in_export, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record, asdict

# NĐ 13/2012, article 7: from accepting the application, or from the end of first application.
CLOCK_MONTHS = 3


class Recognition(Record):
    """What is recorded of it. All except `kind` are "" for one by the plan; `contributions` is one
    author a line, "name: percent"; `due_on` is when a decision is due."""

    kind: str
    first_applied_on: str
    conditions: str
    benefits: str
    contributions: str
    clock_from: str
    due_on: str


RECOGNITION = Table(
    "recognition",
    Recognition,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "kind": choice(("plan", "statutory"), exported=in_export()),
        "first_applied_on": day(exported=in_export()),
        "conditions": text(Whose.OFFICE, exported=in_export("said")),
        "benefits": text(Whose.OFFICE, exported=in_export("said")),
        "contributions": text(Whose.DETAILS, exported=in_export("name")),
        "clock_from": day(exported=in_export("day")),
        "due_on": day(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("cong-nhan"),
)


def due_on(clock_from: date) -> date:
    """Return the day three months later; the last day of a month that is too short."""
    year, month = divmod(clock_from.year * 12 + clock_from.month - 1 + CLOCK_MONTHS, 12)
    return date(year, month + 1, min(clock_from.day, monthrange(year, month + 1)[1]))


def of_proposal(db: Store, proposal_id: str) -> Recognition | None:
    """Return what was written down of a case, or None."""
    return db.get(
        RECOGNITION,
        "proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )


def keep(db: Store, proposal_id: str, said: Recognition, *, actor: str, at: int) -> None:
    """Replace it; the same again changes nothing."""
    with writing(db):
        known = of_proposal(db, proposal_id)
        if known == said:
            return
        if known:
            db.change(RECOGNITION, {"proposal_id": proposal_id}, asdict(said))
        else:
            db.insert(RECOGNITION, said, id=new_id(), proposal_id=proposal_id)
        note(db, "recognition_noted", proposal_id, actor, at, rule=said.kind)
