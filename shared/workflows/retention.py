"""What may no longer be kept, and how much there is of its kind, by rule and day. Each rule reads
an index of what it is about, which holds no more than is still kept.

shared/privacy/retaining.py decides on the day, and whether anything is deleted.
"""

from collections.abc import Callable, Sequence
from typing import Any

from shared.db.card import Table
from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM, note
from shared.domain.record import Record
from shared.store.cases import contact_due, proposals
from shared.store.files import originals
from shared.store.messages import call_backs, inbox, outgoing
from shared.store.messages.call_backs import CALL_BACK
from shared.store.messages.inbox import MESSAGE_IN
from shared.store.messages.outgoing import OUTBOX
from shared.store.models import model_requests
from shared.store.models.model_requests import MODEL_REQUEST
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import DATA_REQUEST
from shared.store.privacy.erasures import Scope
from shared.workflows import erase as workflows_erase
from shared.workflows.erase import ErasureRequest

# How many rows one transaction deletes, so that nobody waits for long.
_AT_ONCE = 100


class Rule(Record):
    """One kind of data that is not kept for ever. `due` returns the ids of what is older than an
    instant (ms UTC), `held` counts what there is of its kind, as far as a number and no further,
    `forget` deletes it for good."""

    name: str
    due: Callable[[Store, int], list[str]]
    held: Callable[[Store, int], int]
    forget: Callable[[Store, Sequence[str], int], None]


def _ids(sql: str) -> Callable[[Store, int], list[str]]:
    return lambda db, before: [str(row[0]) for row in db.rows(sql, before=before)]


def _count(sql: str) -> Callable[[Store, int], int]:
    def count(db: Store, most: int) -> int:
        row = db.row(f"SELECT count(*) FROM ({sql} LIMIT {int(most)}) AS found")  # noqa: S608
        return int(row[0]) if row else 0

    return count


def _rows(
    name: str, card: Table[Any], which: str, since: str, *columns: str, and_is: str = ""
) -> Rule:
    """Return the rule that empties columns of the rows `which` (the condition of an index of their
    card), by the age that a column tells; `and_is` is one more condition."""
    found = f"SELECT id FROM {card.name} WHERE commune_id = :commune_id AND {which}{and_is}"  # noqa: S608 ours
    due = _ids(f"{found} AND {since} < :before")
    return Rule(name, due, _count(found), _empty(card, *columns))


def _erase(scope: Scope) -> Callable[[Store, Sequence[str], int], None]:
    def erase(db: Store, proposal_ids: Sequence[str], at: int) -> None:
        for proposal_id in proposal_ids:
            workflows_erase.erase(
                db, proposal_id, ErasureRequest(scope, "retention", "", SYSTEM, at)
            )

    return erase


def _let_go(db: Store, original_ids: Sequence[str], at: int) -> None:
    for original_id in original_ids:
        originals.let_go(db, original_id, actor=SYSTEM, at=at)


def _empty(card: Table[Any], *columns: str) -> Callable[[Store, Sequence[str], int], None]:
    def empty(db: Store, ids: Sequence[str], at: int) -> None:
        for first in range(0, len(ids), _AT_ONCE):
            with writing(db):
                for row_id in ids[first : first + _AT_ONCE]:
                    db.change_raw(card, {"id": row_id}, dict.fromkeys(columns, ""))

    return empty


# The newest are counted first: of the oldest nobody is known any more.
_CONTACTS = (
    "SELECT DISTINCT author.proposal_id FROM author WHERE author.commune_id = :commune_id"  # noqa: S608
    f" AND {contact_due.KNOWN} ORDER BY author.proposal_id DESC"
)
_JUNK = f"SELECT id FROM proposal WHERE commune_id = :commune_id AND {proposals.JUNK}"  # noqa: S608
_FLAGGED = (
    "(SELECT max(at) FROM event WHERE event.commune_id = :commune_id"
    " AND event.proposal_id = proposal.id AND event.kind = 'flagged')"
)
_ORIGINALS = "SELECT id FROM original_file WHERE commune_id = :commune_id AND gone_at IS NULL"


RULES = (
    Rule(
        "contacts",
        _ids(
            "SELECT proposal_id FROM contact_due"
            " WHERE commune_id = :commune_id AND ended_at < :before"
        ),
        _count(_CONTACTS),
        _erase(Scope.DETAILS),
    ),
    Rule("spam", _ids(f"{_JUNK} AND {_FLAGGED} < :before"), _count(_JUNK), _erase(Scope.ALL)),
    _rows("sms_in", MESSAGE_IN, inbox.LED_NOWHERE, "arrived_at", "sender", "raw", "text"),
    _rows("sms_raw", MESSAGE_IN, inbox.HAS_RAW, "arrived_at", "raw"),
    _rows(
        "sms_out", OUTBOX, outgoing.OF_NO_CASE, "created_at", "phone", "text",
        and_is=" AND state NOT IN ('queued', 'sending')",
    ),
    _rows("calls", CALL_BACK, call_backs.SETTLED, "at", "phone", "note"),
    _rows(
        "askers", MODEL_REQUEST, model_requests.SETTLED, "done_at", "name", "phone", "reason",
        "note",
    ),
    Rule("originals", _ids(f"{_ORIGINALS} AND kept_at < :before"), _count(_ORIGINALS), _let_go),
    _rows("requests", DATA_REQUEST, data_requests.DONE, "done_at", "name", "phone", "said"),
)  # fmt: skip


def allow(db: Store, rule: str, most: int, *, actor: str, at: int) -> None:
    """Keep that an officer lets a rule delete up to `most`, once."""
    with writing(db):
        db.write(
            "INSERT INTO retention_ok (commune_id, rule, most, actor, at)"
            " VALUES (:commune_id, :rule, :most, :actor, :at) ON CONFLICT (commune_id, rule)"
            " DO UPDATE SET most = :most, actor = :actor, at = :at",
            rule=rule,
            most=most,
            actor=actor,
            at=at,
        )
        note(db, "retention_allowed", None, actor, at, rule=rule, most=most)


def allowed(db: Store, rule: str, *, since: int) -> int:
    """Return how many an officer let a rule delete since an instant (ms UTC); 0 for none."""
    row = db.row(
        "SELECT most FROM retention_ok"
        " WHERE commune_id = :commune_id AND rule = :rule AND at >= :since",
        rule=rule,
        since=since,
    )
    return int(row[0]) if row else 0


def note_run(db: Store, counts: dict[str, int], *, at: int) -> None:
    """Record how much each rule deleted; that uses up an officer's permission."""
    with writing(db):
        for rule in counts:
            db.write(
                "DELETE FROM retention_ok WHERE commune_id = :commune_id AND rule = :rule",
                rule=rule,
            )
        note(db, "retention_ran", None, SYSTEM, at, **counts)
