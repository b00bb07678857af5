"""An office's instance with 20,000 proposals, made by the code that makes every instance."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared import founding
from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM
from shared.domain import clock, codes
from shared.domain.intake import read_proposal
from shared.domain.proposal import NewProposal, Status
from shared.runtime import passwords
from shared.runtime.instance import Instance
from shared.store.cases import moves, receiving
from shared.store.people import staff
from tests.conftest import UNIT, ZONE

ROWS = 20_000
LOGIN, PASSWORD = "officer", "bốn con trâu xanh"
WORDS = (
    "Bà con vùng xa phải đi lại hai ba lần vì thiếu giấy tờ. Xã nên nhắn tin trước những giấy "
    "cần mang, cho hẹn giờ qua điện thoại, và để một người hướng dẫn ngồi cạnh máy lấy số."
)
BATCH = 500


@dataclass(frozen=True)
class Seeded:
    """The instance, and the code and secret of a proposal in it that was received; `codes` are
    those of others."""

    instance: Instance
    code: str
    secret: str
    codes: Sequence[str]


def seed(folder: Path) -> Seeded:
    """Return an instance with 20,000 proposals, a quarter of them under appraisal."""
    instance = Instance(folder)
    founding.found(instance, UNIT, is_demo=False, at=clock.now())
    key = instance.secrets().receipt_key
    db = instance.open()
    db.conn.execute("PRAGMA synchronous=OFF")  # while seeding alone: nobody was promised anything
    codes_made = []
    for begun in range(0, ROWS, BATCH):
        with writing(db):
            codes_made += [_add(db, number, key) for number in range(begun, begun + BATCH)]
    compare_nothing(db)
    *received, code = (made for number, made in enumerate(codes_made) if not _moves(number))
    staff.add(
        db, LOGIN, name="Cán bộ Một cửa", role="officer", must_change=False, actor=SYSTEM,
        password_hash=passwords.hash_password(PASSWORD), at=clock.now(),
    )  # fmt: skip
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    secret = codes.secret_of(code, key=key, commune_id=UNIT)
    return Seeded(instance, code, secret, received)


def compare_nothing(db: Store) -> None:
    """Take the ideas out of the line in which they wait to be compared with others: an office of
    years compared its own as they came, and here each work is measured without those before it."""
    with writing(db):
        db.write("DELETE FROM to_compare WHERE commune_id = :commune_id")


def _moves(number: int) -> bool:
    return number % 4 == 0


def _add(db: Store, number: int, key: bytes) -> str:
    new = read_proposal(
        {
            "participant_type": "citizen",
            "title": f"Hẹn giờ trước khi đi chứng thực {number}",
            "solution": WORDS,
            "category": str(number % 8 + 1),
            "phone": f"09{number:08d}",
            "consents": {"store": True},
        },
        ("kiosk", "web", "paper")[number % 3],
    )
    assert isinstance(new, NewProposal), new
    at = clock.now()
    code = receiving.add(
        db, new, receiving.Arrival(at, at), key=f"seed|{number}", fingerprint="",
        receipt_key=key, zone=ZONE,
    ).proposal.code  # fmt: skip
    if _moves(number):
        moves.move(db, code, Status.UNDER_APPRAISAL, actor=SYSTEM, at=at)
    return code
