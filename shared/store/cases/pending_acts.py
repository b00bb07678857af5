"""Acts that cannot be undone and therefore wait: until one is due it can be taken back.

A row says what will be done to a case, when and by whom. Nothing here carries an act out
(shared/workflows/pending.py).
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    json_of,
    structure,
    text,
)
from shared.db.connection import Store
from shared.db.event_log import SYSTEM, new_id, new_salt, note, salted
from shared.db.rows import columns_of
from shared.db.sql import one_of
from shared.domain.proposal import Status
from shared.domain.record import Record, field
from shared.store.cases.visibility import REDACTION, VISIBLE

Kind = Literal[
    "withdraw", "redirect", "close", "erase", "sign", "refuse", "original", "author"
]  # fmt: skip
# What the chair of the commune signs.
SIGNED: tuple[Kind, ...] = ("sign", "refuse")
# `lapsed`: when it was due, the case no longer allowed it; or the store it waited in was restored.
# Such an act waits for somebody who has it done after all, or takes it back.
State = Literal["waits", "done", "taken_back", "lapsed"]
# What was done has events of its own.
_EVENTS: Mapping[State, str] = {
    "waits": "act_put", "taken_back": "act_taken_back", "lapsed": "act_lapsed",
}  # fmt: skip


class PendingAct(Record):
    """One act. `seen_status` is the case's when it was asked for; `details` are what its kind
    needs besides the `reason`: acts with one `batch` among them are done, and taken back, together.
    `settled_by` is None while it waits. Instants are ms UTC."""

    id: str
    proposal_id: str
    kind: Kind
    seen_status: Status
    actor: str
    at: int
    due_at: int
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    state: State = "waits"
    settled_at: int | None = None
    settled_by: str | None = None

    @property
    def batch(self) -> str:
        """What it shares with the acts that are done together with it; "" if it is alone."""
        return str(self.details.get("batch", ""))


PENDING_ACT = Table(
    "pending_act",
    PendingAct,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "kind": choice(get_args(Kind), exported=in_export("choice", words="staff.acts.kind")),
        "seen_status": ident(read=Status),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
        "due_at": instant(exported=in_export()),
        "reason": text(Whose.ANSWER, spoken=True, exported=in_export("said")),
        "details": structure(Whose.ANSWER, spoken=True),
        "state": choice(get_args(State), exported=in_export("choice", words="staff.acts.state")),
        "settled_at": instant(null=True, exported=in_export()),
        "settled_by": ident(null=True, exported=in_export("person")),
    },
    foreign={"proposal_id": "proposal"},
    indexes={
        "pending_act_due": "due_at WHERE state = 'waits'",
        "pending_act_open": "state, due_at, id WHERE state IN ('waits', 'lapsed')",
    },
    unique_indexes={"pending_act_waits": "proposal_id, kind WHERE state = 'waits'"},
    sealed=True,
    sheet=ExportSheet("viec-cho"),
)


class ListedAct(Record):
    """An act on a list, with the code and the title of its case."""

    act: PendingAct
    code: str
    title: str


_OPEN = "state IN ('waits', 'lapsed')"
# Of acts that are done together, put by one press, the first whose case the reader sees stands on a
# list for all.
_FOR_ALL = (
    " AND NOT EXISTS (SELECT 1 FROM pending_act AS other JOIN proposal"  # noqa: S608 ours
    " ON proposal.commune_id = :commune_id AND proposal.id = other.proposal_id"
    f" AND {VISIBLE} WHERE other.commune_id = :commune_id AND other.{_OPEN}"
    " AND other.state = pending_act.state AND other.id < pending_act.id"
    " AND other.kind = pending_act.kind AND other.actor = pending_act.actor"
    f" AND other.at = pending_act.at AND other.kind {one_of(SIGNED)})"
)
# The decision about an idea of a council's list is signed, and waits.
SIGNATURE_WAITS = (
    "EXISTS (SELECT 1 FROM pending_act WHERE pending_act.commune_id = :commune_id"  # noqa: S608 ours
    " AND pending_act.proposal_id = council_item.proposal_id AND pending_act.state = 'waits'"
    f" AND pending_act.kind {one_of(SIGNED)})"
)
_IN_ORDER = "ORDER BY pending_act.state DESC, pending_act.due_at, pending_act.id"


def put(db: Store, new: PendingAct) -> PendingAct:
    """Keep an act that waits from now on and return it; if one of its kind waits in this case, that
    one is returned and nothing is kept. Only inside `writing`."""
    for one in waiting(db, new.proposal_id):
        if one.kind == new.kind:
            return one
    salt = new_salt()
    db.insert(PENDING_ACT, new, salt=salt)
    content = salted(salt, new.reason, json_of(new.details))
    _note(db, "waits", new, new.actor, new.at, due=new.due_at, content=content)
    return new


def new_act_id() -> str:
    """Return the id of a new act."""
    return new_id()


def waiting(db: Store, proposal_id: str) -> list[PendingAct]:
    """Return the acts that wait in a case, the first due first."""
    return db.all(
        PENDING_ACT,
        "state = 'waits' AND proposal_id = :proposal_id ORDER BY due_at, id",
        proposal_id=proposal_id,
    )


def of_proposal(db: Store, proposal_id: str) -> list[PendingAct]:
    """Return what is open in a case: acts that wait, the first due first, and lapsed ones."""
    return db.all(
        PENDING_ACT,
        f"{_OPEN} AND proposal_id = :proposal_id {_IN_ORDER}",
        proposal_id=proposal_id,
    )


def seen_by(db: Store, viewer: str) -> list[ListedAct]:
    """Return what is open in the cases that a member of staff may see, with each case as they read
    it: acts that wait, the first due first, and lapsed ones. One stands for all that are done
    together."""
    return _listed(db, f"pending_act.{_OPEN}{_FOR_ALL}", viewer)


def signatures(db: Store, viewer: str) -> list[ListedAct]:
    """Return every signature that waits, with its case as a member of staff reads it, the first due
    first."""
    which = f"pending_act.state = 'waits' AND pending_act.kind {one_of(SIGNED)}"
    return _listed(db, which, viewer)


def _listed(db: Store, which: str, viewer: str) -> list[ListedAct]:
    found = db.rows(
        "SELECT proposal.code, coalesce(redaction.title, proposal.title),"  # noqa: S608 ours
        f" {columns_of(PENDING_ACT, 'pending_act')} FROM pending_act JOIN proposal"
        " ON proposal.commune_id = :commune_id AND proposal.id = pending_act.proposal_id"
        f"{REDACTION} WHERE pending_act.commune_id = :commune_id AND {which}"
        f" AND {VISIBLE} {_IN_ORDER}",
        viewer=viewer,
    )
    return [ListedAct(db.value(PENDING_ACT, act), code, title) for code, title, *act in found]


def together(db: Store, act: PendingAct) -> list[PendingAct]:
    """Return an act and those that are done together with it, as they were asked for."""
    if not act.batch:
        return [act]
    same = "state = :state AND kind = :kind AND actor = :actor ORDER BY id"
    put_so = db.all(PENDING_ACT, same, state=act.state, kind=act.kind, actor=act.actor)
    return [one for one in put_so if one.batch == act.batch]


def withdrawal(db: Store, proposal_id: str) -> PendingAct | None:
    """Return the withdrawal that waits in a case, or None."""
    return one_waiting(db, proposal_id, "withdraw")


def one_waiting(db: Store, proposal_id: str, kind: Kind) -> PendingAct | None:
    """Return the act of a kind that waits in a case, or None."""
    return next((one for one in waiting(db, proposal_id) if one.kind == kind), None)


def due(db: Store, *, at: int) -> list[str]:
    """Return the ids of the acts that are due at an instant (ms UTC), the first due first."""
    found = db.rows(
        "SELECT id FROM pending_act WHERE commune_id = :commune_id AND state = 'waits'"
        " AND due_at <= :at ORDER BY due_at, id",
        at=at,
    )
    return [row[0] for row in found]


def next_due(db: Store) -> int | None:
    """Return when the next act is due (ms UTC), None while none waits."""
    row = db.row(
        "SELECT min(due_at) FROM pending_act WHERE commune_id = :commune_id AND state = 'waits'"
    )
    return row[0] if row else None


def that_waits(db: Store, act_id: str) -> PendingAct | None:
    """Return an act if it still waits, else None."""
    return db.get(PENDING_ACT, "id = :id AND state = 'waits'", id=act_id)


def by_id(db: Store, act_id: str) -> PendingAct | None:
    """Return an act, settled or not, or None."""
    return db.get(PENDING_ACT, "id = :id", id=act_id)


def that_is_open(db: Store, act_id: str) -> PendingAct | None:
    """Return an act that waits or lapsed, else None."""
    return db.get(PENDING_ACT, f"{_OPEN} AND id = :id", id=act_id)


def done(db: Store, act: PendingAct, *, at: int) -> None:
    """Record that an act was carried out; only inside `writing`. The events of what it did are
    written by what it did."""
    _settle(db, act, "done", SYSTEM, at)


def lapsed(db: Store, act: PendingAct, *, at: int, actor: str = SYSTEM) -> None:
    """Record that an act is not done until somebody says so again; only inside `writing`."""
    _settle(db, act, "lapsed", actor, at)
    _note(db, "lapsed", act, actor, at)


def all_lapse(db: Store, *, at: int, actor: str) -> int:
    """Let no act of a restored store wait any more, for it may have been taken back since; return
    how many there were. Only inside `writing`."""
    found = db.all(PENDING_ACT, "state = 'waits' ORDER BY due_at, id")
    for act in found:
        lapsed(db, act, at=at, actor=actor)
    return len(found)


def taken_back(db: Store, act: PendingAct, *, actor: str, at: int) -> None:
    """Record that an act is not to be done; only inside `writing`."""
    _settle(db, act, "taken_back", actor, at)
    _note(db, "taken_back", act, actor, at)


def _settle(db: Store, act: PendingAct, state: State, actor: str, at: int) -> None:
    changes = {"state": state, "settled_at": at, "settled_by": actor}
    db.change(PENDING_ACT, {"id": act.id}, changes)


def _note(db: Store, state: State, act: PendingAct, actor: str, at: int, **more: Any) -> None:
    note(
        db,
        _EVENTS[state],
        act.proposal_id,
        actor,
        at,
        act=act.id,
        what=act.kind,
        state=state,
        **more,
    )
