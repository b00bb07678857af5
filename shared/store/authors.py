"""Who sent a proposal: the only table that holds a citizen's name and number, and their consent."""

from dataclasses import dataclass

from shared.proposal import NewProposal
from shared.store import honours, sealed
from shared.store.connection import Row, Store, writing
from shared.store.events import CITIZEN, new_id, note


@dataclass(frozen=True)
class Author:
    """A sender, as far as they said who they are. `phone` is E.164."""

    proposal_id: str
    name: str | None
    phone: str | None
    unit: str | None
    position: str | None
    guardian: str | None
    under_16: bool
    consent_store: bool
    consent_sms: bool
    consent_name: bool
    notice: str
    consented_at: int | None
    erased_at: int | None
    place: int = 1


_FIELDS = (
    "proposal_id, name, phone, unit, position, guardian, under_16, consent_store, consent_sms,"
    " consent_name, notice, consented_at, erased_at, place"
)
COLUMNS = ", ".join(f"author.{name.strip()}" for name in _FIELDS.split(","))


def add(db: Store, proposal_id: str, new: NewProposal, *, at: int) -> None:
    """Keep the sender of a new proposal; only inside `writing`."""
    consents = new.consents
    given = consents.store or consents.sms or consents.name_me
    sealed.insert(
        db,
        "author",
        {
            "id": new_id(),
            "proposal_id": proposal_id,
            "place": 1,
            "name": new.name or None,
            "phone": new.phone,
            "unit": new.unit or None,
            "position": new.position or None,
            "guardian": new.guardian or None,
            "under_16": int(new.under_16),
            "consent_store": int(consents.store),
            "consent_sms": int(consents.sms),
            "consent_name": int(consents.name_me),
            "notice": consents.notice,
            "consented_at": at if given else None,
            "erased_at": None,
        },
    )


def of(db: Store, proposal_id: str) -> Author:
    """Return the sender of a proposal (the first, where there are several)."""
    return at_place(db, proposal_id, 1)


def at_place(db: Store, proposal_id: str, place: int) -> Author:
    """Return the sender who stands at a place among those of a proposal. Raises LookupError."""
    row = db.row(
        f"SELECT {COLUMNS} FROM author"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND proposal_id = :proposal_id AND place = :place",
        proposal_id=proposal_id,
        place=place,
    )
    if row is None:
        raise LookupError(proposal_id)
    return read(db, row)


def all_of(db: Store, proposal_id: str) -> list[Author]:
    """Return all senders of a proposal, in their order."""
    return [
        read(db, row)
        for row in db.rows(
            f"SELECT {COLUMNS} FROM author"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND proposal_id = :proposal_id ORDER BY place",
            proposal_id=proposal_id,
        )
    ]


def read(db: Store, row: Row) -> Author:
    """Return the author of a row selected with COLUMNS."""
    values = list(row)
    values[2], values[5] = db.reveal(values[2]), db.reveal(values[5])
    values[6:10] = map(bool, values[6:10])
    return Author(*values)


def consent(db: Store, proposal_id: str, *, notice: str, at: int) -> None:
    """Note that the sender now agrees to be kept and told by SMS (the SMS word DY)."""
    with writing(db):
        sealed.change(
            db,
            "author",
            {"proposal_id": proposal_id, "place": 1},
            {"consent_store": 1, "consent_sms": 1, "notice": notice, "consented_at": at},
        )
        note(db, "consented", proposal_id, CITIZEN, at, store=True, sms=True, notice=notice)


def has_agreed_to_sms(db: Store, phone: str) -> bool:
    """Say whether any proposal's sender at this number (E.164) agreed to be told by SMS."""
    return (
        db.row(
            "SELECT 1 FROM author WHERE commune_id = :commune_id AND phone = :phone"
            " AND consent_sms = 1 LIMIT 1",
            phone=db.hide(phone),
        )
        is not None
    )


def knows(db: Store, phone: str) -> bool:
    """Say whether any proposal keeps this number (E.164)."""
    return (
        db.row(
            "SELECT 1 FROM author WHERE commune_id = :commune_id AND phone = :phone LIMIT 1",
            phone=db.hide(phone),
        )
        is not None
    )


def erase(db: Store, proposal_id: str, *, at: int) -> None:
    """Remove every personal detail of a proposal's senders, in letters and awards too; only inside
    `writing`."""
    honours.forget(db, proposal_id, at=at)
    for (place,) in db.rows(
        "SELECT place FROM author WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    ):
        sealed.change(
            db,
            "author",
            {"proposal_id": proposal_id, "place": place},
            {
                "name": None,
                "phone": None,
                "unit": None,
                "position": None,
                "guardian": None,
                "consent_store": 0,
                "consent_sms": 0,
                "consent_name": 0,
                "erased_at": at,
            },
        )


def complete(db: Store, proposal_id: str, new: NewProposal, *, at: int) -> None:
    """Keep the name, number and consents of a sender who sent again with more of them; what
    they left before is never emptied. An erased author stays erased."""
    with writing(db):
        known = of(db, proposal_id)
        if known.erased_at is not None or not new.consents.store:
            return
        changes = {
            "name": new.name or known.name,
            "phone": new.phone or known.phone,
            "guardian": new.guardian or known.guardian,
            "under_16": int(new.under_16),
            "consent_store": 1,
            "consent_sms": int(new.consents.sms),
            "consent_name": int(new.consents.name_me),
            "notice": new.consents.notice,
            "consented_at": at,
        }
        sealed.change(db, "author", {"proposal_id": proposal_id, "place": 1}, changes)
        note(
            db,
            "consented",
            proposal_id,
            CITIZEN,
            at,
            store=True,
            sms=new.consents.sms,
            name_me=new.consents.name_me,
            notice=new.consents.notice,
        )
