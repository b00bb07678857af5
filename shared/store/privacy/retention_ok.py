"""A person's permission that the night may delete more than the usual amount."""

from typing import Any

from shared.db.card import Table, ident, instant, number

RETENTION_OK: Table[Any] = Table(
    "retention_ok",
    None,
    {
        "rule": ident(),
        "most": number(),
        "actor": ident(),
        "at": instant(),
    },
    key=("rule",),
    left_out="gone once the night has used it",
)
