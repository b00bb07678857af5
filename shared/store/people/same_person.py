"""Which authors are one person, as the chair recorded it (decision 29)."""

from typing import Any

from shared.db.card import Table, ident, instant, tick

SAME_PERSON: Table[Any] = Table(
    "same_person",
    None,
    {
        "id": ident(),
        "author_id": ident(),
        "other_id": ident(),
        "is_same": tick(is_checked=True),
        "noted_by": ident(),
        "noted_at": instant(),
        "undone_by": ident(null=True),
        "undone_at": instant(null=True),
    },
    indexes={"same_person_standing": "undone_at"},
    sealed=True,
    left_out="the chair's alone (decision 0029)",
)
