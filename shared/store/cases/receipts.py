"""Receipts: the public code and the hash of the secret behind its QR.

The secret itself is nowhere in the store: it is derived from the receipt key (codes.py).
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from shared.db.card import ExportSheet, Table, ident, in_export, instant, number
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.domain import codes
from shared.store.cases.proposals import PROPOSAL, Proposal

RECEIPT: Table[Any] = Table(
    "receipt",
    None,
    {
        "code": ident(exported=in_export("code")),
        "copy": number(exported=in_export("number")),
        "secret_hash": ident(),
        "issued_at": instant(exported=in_export()),
        "killed_at": instant(null=True, exported=in_export()),
        "proposal_id": ident(null=True, exported=in_export()),
    },
    key=("code", "copy"),
    unique=(("secret_hash",),),
    foreign={"proposal_id": "proposal"},
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("phieu", order="code"),
)


_OF_CODE = "FROM receipt WHERE commune_id = :commune_id AND code = :code"
# How many secrets one query asks for.
_AT_ONCE = 256


class CodeTaken(Exception):
    """A proposal has that code already."""


def mint(db: Store, *, key: bytes, at: int) -> str:
    """Issue a code that no receipt has yet and return it; only inside `writing`."""
    while True:
        code = codes.new_code()
        if not db.row(f"SELECT 1 {_OF_CODE}", code=code):
            db.write_all(issuing(db, code, None, key=key, at=at))
            return code


def unbound(db: Store, code: str | None, *, key: bytes, at: int) -> str:
    """Return an issued code for a proposal to be bound to: the one that its kiosk gave it, or a
    new one if there is none. Only inside `writing`. Raises CodeTaken."""
    if code is None:
        return mint(db, key=key, at=at)
    if db.row(f"SELECT 1 {_OF_CODE} AND proposal_id IS NOT NULL", code=code):
        raise CodeTaken(code)
    return code


def bind(db: Store, code: str, proposal_id: str) -> None:
    """Bind an issued receipt to its proposal; only inside `writing`."""
    db.change(RECEIPT, {"code": code, "copy": 1}, {"proposal_id": proposal_id})


def code_behind(db: Store, secret: str) -> str | None:
    """Return the public code whose valid receipt has this secret, or None."""
    row = db.row(
        "SELECT code FROM receipt WHERE commune_id = :commune_id AND secret_hash = :hash"
        " AND killed_at IS NULL AND proposal_id IS NOT NULL",
        hash=codes.secret_hash(secret),
    )
    return str(row[0]) if row else None


def proposal_behind(db: Store, secret: str) -> Proposal | None:
    """Return the proposal whose valid receipt has this secret, or None."""
    return db.get(
        PROPOSAL,
        "code = (SELECT receipt.code FROM receipt WHERE receipt.commune_id = :commune_id"
        " AND receipt.secret_hash = :hash AND receipt.killed_at IS NULL"
        " AND receipt.proposal_id IS NOT NULL)",
        hash=codes.secret_hash(secret),
    )


def first_issued(db: Store, secrets: Iterable[str]) -> str | None:
    """Return the first of these secrets that belongs to a valid receipt, or None."""
    left = iter(secrets)
    while some := list(islice(left, _AT_ONCE)):
        hashes = {f"hash{place}": codes.secret_hash(one) for place, one in enumerate(some)}
        names = ", ".join(f":{name}" for name in hashes)
        found = db.rows(
            "SELECT secret_hash FROM receipt WHERE commune_id = :commune_id"  # noqa: S608 ours
            f" AND killed_at IS NULL AND secret_hash IN ({names})",
            **hashes,
        )
        known = {row[0] for row in found}
        for one in some:
            if codes.secret_hash(one) in known:
                return one
    return None


def issued_at(db: Store, code: str) -> int | None:
    """Return when a code was issued (ms UTC), or None if it was not."""
    row = db.row(
        "SELECT issued_at FROM receipt WHERE commune_id = :commune_id AND code = :code"
        " AND copy = 1",
        code=code,
    )
    return int(row[0]) if row else None


def unused(db: Store, secret: str) -> str | None:
    """Return the code of a receipt with this secret that has no proposal yet, or None."""
    row = db.row(
        "SELECT code FROM receipt WHERE commune_id = :commune_id AND secret_hash = :hash"
        " AND proposal_id IS NULL",
        hash=codes.secret_hash(secret),
    )
    return str(row[0]) if row else None


def living_copy(db: Store, code: str) -> int:
    """Return which copy of a code's receipt is valid now (1 unless one was lost)."""
    row = db.row(
        "SELECT max(copy) FROM receipt WHERE commune_id = :commune_id AND code = :code"
        " AND killed_at IS NULL",
        code=code,
    )
    return int(row[0]) if row and row[0] else 1


def issuing(db: Store, code: str, proposal_id: str | None, *, key: bytes, at: int) -> Statement:
    """Return the statement that issues a code, bound to its proposal if there is one, for
    `write_all`."""
    secret = codes.secret_of(code, key=key, commune_id=db.commune_id)
    return db.inserting(
        RECEIPT,
        {
            "code": code,
            "copy": 1,
            "secret_hash": codes.secret_hash(secret),
            "issued_at": at,
            "killed_at": None,
            "proposal_id": proposal_id,
        },
    )
