"""How the name on a letter or a certificate is spelt, and who said so: the person was asked, on the
telephone, at the counter, or as the holder of the receipt."""

from collections.abc import Sequence

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, new_id, note
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.record import Record
from shared.store.awards import awards


class PrintedName(Record):
    """The name as it will be printed. `state` is open, confirmed or waived (an officer takes
    responsibility and `note` says why); `how` is phone, counter or receipt; `suggested` is the name
    that the holder of the receipt wants instead, until an officer decides."""

    honour_id: str
    name: str
    suggested: str
    state: str
    how: str
    note: str
    actor: str
    at: int | None

    @property
    def is_settled(self) -> bool:
        """True when it may be printed."""
        return bool(self.name) and self.state != "open"


HONOUR_NAME = Table(
    "honour_name",
    PrintedName,
    {
        "id": ident(),
        "honour_id": ident(exported=in_export()),
        "name": text(Whose.DETAILS, exported=in_export("name")),
        "suggested": text(Whose.DETAILS, exported=in_export("name")),
        "state": choice(("open", "confirmed", "waived"), exported=in_export()),
        "how": choice(("", "phone", "counter", "receipt"), exported=in_export()),
        "note": text(Whose.DETAILS, exported=in_export("name")),
        "actor": ident(exported=in_export()),
        "at": instant(null=True, exported=in_export()),
    },
    unique=(("honour_id",),),
    foreign={"honour_id": "honour"},
    sealed=True,
    via="honour_id",
    sheet=ExportSheet("ten-khen"),
)


# It can be changed as long as no paper has the name: a decided award has, an approved letter has
# not.
_UNDER_WAY = "'proposed', 'checked', 'returned'"


def add(db: Store, honour_id: str, name: str) -> None:
    """Keep the name as its sender wrote it, to be confirmed; only inside `writing`."""
    row = PrintedName(honour_id, name, "", "open", "", "", "", None)
    db.insert(HONOUR_NAME, row, id=new_id())


def of(db: Store, honour_id: str) -> PrintedName:
    """Return the name of one. Raises LookupError."""
    return of_many(db, [honour_id])[honour_id]


def of_many(db: Store, honour_ids: Sequence[str]) -> dict[str, PrintedName]:
    """Return the names of these, by the id of the letter or award."""
    these, ids = among(honour_ids)
    return {one.honour_id: one for one in db.all(HONOUR_NAME, f"honour_id {these}", **ids)}


def count_open(db: Store, *, now: int) -> int:
    """Return how many names are not confirmed for papers in progress; `now` is not needed."""
    row = db.row(
        "SELECT count(*) FROM honour JOIN honour_name"
        " ON honour_name.commune_id = honour.commune_id AND honour_name.honour_id = honour.id"
        " WHERE honour.commune_id = :commune_id AND honour_name.state = 'open'"
        " AND honour.state IN ('proposed', 'checked', 'decided')"
    )
    return int(row[0]) if row else 0


def asked_of(db: Store, proposal_id: str) -> list[PrintedName]:
    """Return the names that the holder of an idea's receipt is asked to confirm: of letters and
    awards in progress for its own sender."""
    found = db.rows(
        f"SELECT {columns_of(HONOUR_NAME, 'honour_name')} FROM honour"  # noqa: S608 ours
        " JOIN honour_name ON honour_name.commune_id = honour.commune_id"
        " AND honour_name.honour_id = honour.id"
        " WHERE honour.commune_id = :commune_id AND honour.proposal_id = :proposal_id"
        " AND honour.place = 1 AND honour_name.state = 'open'"
        f" AND (honour.state IN ({_UNDER_WAY})"
        " OR honour.kind = 'letter' AND honour.state = 'decided') ORDER BY honour.id",
        proposal_id=proposal_id,
    )
    return [db.value(HONOUR_NAME, row) for row in found]


def confirm(
    db: Store, honour_id: str, name: str, *, how: str, actor: str, at: int, notice: str = ""
) -> None:
    """Record that the person themselves said how it is spelt; `notice` is the version of the notice
    with which they agreed that the name is kept, if they had not before."""
    _settle(
        db, honour_id, name, state="confirmed", how=how, why="", actor=actor, at=at, notice=notice
    )


def waive(db: Store, honour_id: str, name: str, why: str, *, actor: str, at: int) -> None:
    """Record that nobody could be asked, and why an officer takes responsibility for the
    spelling."""
    _settle(db, honour_id, name, state="waived", how="", why=why, actor=actor, at=at, notice="")


def answer_by_receipt(db: Store, honour_id: str, name: str, *, at: int, notice: str = "") -> bool:
    """Keep the answer of the receipt's holder: exactly the kept name is confirmed; another is a
    suggestion for an officer. Return whether it is confirmed."""
    with writing(db):
        known = of(db, honour_id)
        if known.state != "open":
            return known.state == "confirmed" and known.name == name
        if known.name == name:
            confirm(db, honour_id, name, how="receipt", actor=CITIZEN, at=at, notice=notice)
            return True
        db.change(HONOUR_NAME, {"honour_id": honour_id}, {"suggested": name})
        proposal_id = awards.by_id(db, honour_id).proposal_id
        note(
            db, "honour_name_suggested", proposal_id, CITIZEN, at, honour=honour_id, notice=notice
        )  # fmt: skip
        return False


def _settle(
    db: Store, honour_id: str, name: str, *, state: str, how: str, why: str, actor: str, at: int,
    notice: str,
) -> None:  # fmt: skip
    changes = {
        "name": name, "suggested": "", "state": state, "how": how, "note": why, "actor": actor,
        "at": at,
    }  # fmt: skip
    with writing(db):
        db.change(HONOUR_NAME, {"honour_id": honour_id}, changes)
        proposal_id = awards.by_id(db, honour_id).proposal_id
        note(
            db, "honour_name_settled", proposal_id, actor, at, honour=honour_id,
            how=how or "waived", notice=notice,
        )  # fmt: skip
