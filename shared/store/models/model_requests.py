"""Units that ask to apply a model of the public registry, and the result of each request."""

from typing import Any

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.rows import Row
from shared.domain import phone as phones
from shared.domain.record import Record
from shared.store.cases import proposals
from shared.store.cases.visibility import VISIBLE
from shared.store.models.registry import Model

# Settled, until it is forgotten who asked (workflows/retention.py).
SETTLED = "done_at IS NOT NULL AND name || phone || reason <> ''"
MODEL_REQUEST: Table[Any] = Table(
    "model_request",
    None,
    {
        "id": ident(),
        "model_id": ident(exported=in_export()),
        "unit": text(Whose.OTHER, exported=in_export()),
        "name": text(Whose.OTHER, exported=in_export("name")),
        "phone": text(Whose.OTHER, encrypted=True, exported=in_export("phone")),
        "reason": text(Whose.OTHER, exported=in_export()),
        "at": instant(exported=in_export()),
        "outcome": choice(("", "taken_up", "declined"), exported=in_export()),
        "note": text(Whose.OTHER, exported=in_export()),
        "done_by": ident(null=True, exported=in_export("person")),
        "done_at": instant(null=True, exported=in_export()),
        "key": ident(),
        "notice": text(Whose.OTHER),
    },
    unique=(("key",),),
    foreign={"model_id": "model"},
    indexes={
        "model_request_open": "done_at, at",
        "model_request_settled": f"done_at WHERE {SETTLED}",
    },
    sealed=True,
    via="model_id",
    sheet=ExportSheet("xin-ap-dung"),
)


class NewModelRequest(Record):
    """A unit that would like to apply a model, and whom to call."""

    unit: str
    name: str
    phone: str
    reason: str
    notice: str


class Request(Record):
    """A kept request; `at` and `done_at` are ms UTC, `outcome` is "", taken_up or declined."""

    id: str
    title: str
    slug: str
    code: str
    unit: str
    name: str
    phone: str
    reason: str
    at: int
    done_by: str | None
    done_at: int | None
    outcome: str
    note: str


_REQUEST = (
    "SELECT model_request.id, model.title, model.slug, proposal.code, model_request.unit,"
    " model_request.name, model_request.phone, model_request.reason, model_request.at,"
    " model_request.done_by, model_request.done_at, model_request.outcome, model_request.note"
    " FROM model_request JOIN model ON model.commune_id = model_request.commune_id"
    " AND model.id = model_request.model_id"
    " JOIN proposal ON proposal.commune_id = model.commune_id"
    " AND proposal.id = model.proposal_id WHERE model_request.commune_id = :commune_id"
)


def ask(db: Store, model: Model, new: NewModelRequest, *, key: str, at: int) -> bool:
    """Keep a unit's request to apply a model; return False when `key` had kept it already."""
    with writing(db):
        if db.row(
            "SELECT 1 FROM model_request WHERE commune_id = :commune_id AND key = :key", key=key
        ):
            return False
        request_id = new_id()
        db.insert(
            MODEL_REQUEST, new, id=request_id, key=key, model_id=model.entry.id, at=at,
            outcome="", note="",
        )  # fmt: skip
        note(db, "model_asked_for", model.entry.proposal_id, CITIZEN, at, request=request_id)
        return True


_IN_ORDER = " ORDER BY model_request.at, model_request.id"


def waiting(db: Store, viewer: str = "", limit: int = PAGE_LINES) -> list[Request]:
    """Return the first requests nobody settled yet, oldest first, if `viewer` (a staff id, "" for
    nobody's) may see their cases."""
    return _waiting(db, f"{_IN_ORDER} LIMIT {limit}", viewer=viewer)


def waiting_page(db: Store, viewer: str, after: str) -> Page[Request]:
    """Return one page of the same: the first, or the one after a mark."""
    at, request_id = read_mark(after, int, str) or (0, "")
    which = (
        f" AND (model_request.at, model_request.id) > (:at, :id){_IN_ORDER} LIMIT {PAGE_LINES + 1}"
    )
    found = _waiting(db, which, viewer=viewer, at=at, id=request_id)
    return page_of(found, lambda one: (one.at, one.id))


def _waiting(db: Store, which: str, **params: object) -> list[Request]:
    open_ones = f"{_REQUEST} AND {VISIBLE} AND model_request.done_at IS NULL"
    return [_request(db, row) for row in db.rows(open_ones + which, **params)]


def settled(db: Store, viewer: str = "", limit: int = 20) -> list[Request]:
    """Return the requests that were settled, newest first, if `viewer` (a staff id, "" for
    nobody's) may see their cases."""
    found = db.rows(
        f"{_REQUEST} AND {VISIBLE} AND model_request.done_at IS NOT NULL"
        f" ORDER BY model_request.done_at DESC LIMIT {limit}",
        viewer=viewer,
    )
    return [_request(db, row) for row in found]


def by_id(db: Store, request_id: str, viewer: str) -> Request | None:
    """Return one request, or None if `viewer` (a staff id) may not see its case."""
    row = db.row(
        f"{_REQUEST} AND {VISIBLE} AND model_request.id = :id", id=request_id, viewer=viewer
    )
    return _request(db, row) if row else None


def contact_of(db: Store, proposal_id: str, unit: str) -> str | None:
    """Return the number (E.164) that a unit left when it asked to apply an idea and was taken up,
    None if it left none that gets SMS."""
    row = db.row(
        "SELECT model_request.phone FROM model_request JOIN model"
        " ON model.commune_id = :commune_id AND model.id = model_request.model_id"
        " WHERE model_request.commune_id = :commune_id AND model.proposal_id = :proposal_id"
        " AND model_request.unit = :unit AND outcome = 'taken_up'"
        " ORDER BY model_request.at DESC LIMIT 1",
        proposal_id=proposal_id,
        unit=unit,
    )
    return phones.mobile(db.decrypt(row[0]) or "") if row else None


def is_contact(db: Store, proposal_id: str, phone: str) -> bool:
    """Say whether a unit that applies an idea left this number (E.164)."""
    return (
        db.row(
            "SELECT 1 FROM model_request JOIN model"
            " ON model.commune_id = :commune_id AND model.id = model_request.model_id"
            " WHERE model_request.commune_id = :commune_id AND model.proposal_id = :proposal_id"
            " AND model_request.phone = :phone AND outcome = 'taken_up'",
            proposal_id=proposal_id,
            phone=db.encrypt(phone),
        )
        is not None
    )


def settle(
    db: Store, request_id: str, outcome: str, text: str, *, actor: str, at: int
) -> bool:  # fmt: skip
    """Record what became of a request; return False when it was settled already, does not exist or
    is about a case that `actor` may not see."""
    with writing(db):
        found = by_id(db, request_id, actor)
        if found is None or found.done_at is not None:
            return False
        changes = {"done_by": actor, "done_at": at, "outcome": outcome, "note": text}
        db.change(MODEL_REQUEST, {"id": request_id}, changes)
        case = proposals.by_code(db, found.code)
        note(db, "model_request_settled", case.id, actor, at, request=request_id, outcome=outcome)
        return True


def _request(db: Store, row: Row) -> Request:
    values = list(row)
    values[6] = db.decrypt(values[6])
    return Request(*values)
