"""The day on which the office expects to answer a case whose term has passed."""

from datetime import date

from shared.db.card import ExportSheet, Table, day, ident, in_export, instant
from shared.domain.record import Record


class Expectation(Record):
    """When a result is expected (`expected_on`), who said so (a staff id, or "system"), and when
    the sender was told of it by SMS (ms UTC), None for not yet."""

    expected_on: date
    set_by: str
    told_at: int | None


EXPECTATION = Table(
    "expectation",
    Expectation,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "expected_on": day(read=date.fromisoformat, write=date.isoformat, exported=in_export()),
        "set_by": ident(exported=in_export("person")),
        "set_at": instant(exported=in_export()),
        "told_at": instant(null=True, exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("hen-lai"),
)
