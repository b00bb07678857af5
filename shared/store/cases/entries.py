"""An idea that a clerk entered for a citizen: how it came, and what shows its day."""

from typing import Any

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text

ENTRY: Table[Any] = Table(
    "entry",
    None,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "way": choice(
            ("by_hand", "by_post", "stick_document", "stick_audio", "stick_video", "spoken"),
            exported=in_export("choice", words="staff.entry.ways"),
        ),
        "evidence": choice(
            ("", "stamp", "register", "slip", "message", "witness"),
            exported=in_export("choice", words="staff.entry.evidences"),
        ),
        "why": text(Whose.ANSWER, spoken=True, exported=in_export("said")),
        "entered_by": ident(exported=in_export("person")),
        "entered_at": instant(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("nhap-ho"),
)
