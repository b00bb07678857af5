"""An idea that a clerk entered for a citizen: how it came, and what shows its day."""

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.domain.entry_on_behalf import EVIDENCE, WAYS
from shared.domain.record import Record


class EntryRecord(Record):
    """How an idea was entered; `entered_by` is a staff id, `entered_at` ms UTC."""

    way: str
    evidence: str
    why: str
    entered_by: str
    entered_at: int


ENTRY = Table(
    "entry",
    EntryRecord,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "way": choice(WAYS, exported=in_export("choice", words="staff.entry.ways")),
        "evidence": choice(
            ("", *EVIDENCE), exported=in_export("choice", words="staff.entry.evidences")
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
