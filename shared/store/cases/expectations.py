"""The day on which the office expects to answer a case whose term has passed."""

from typing import Any

from shared.db.card import ExportSheet, Table, day, ident, in_export, instant

EXPECTATION: Table[Any] = Table(
    "expectation",
    None,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "expected_on": day(exported=in_export()),
        "set_by": ident(exported=in_export("person")),
        "set_at": instant(exported=in_export()),
        "told_at": instant(null=True, exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("hen-lai"),
)
