"""How a person settled an SMS with an unknown outcome."""

from typing import Any

from shared.db.card import Table, choice, ident, instant

MESSAGE_SETTLED: Table[Any] = Table(
    "message_settled",
    None,
    {
        "message_id": ident(),
        "how": choice(("sent_again", "set_aside")),
        "actor": ident(),
        "at": instant(),
    },
    key=("message_id",),
    left_out="how it went stands in outbox",
)
