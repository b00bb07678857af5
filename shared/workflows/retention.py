"""What may no longer be kept, and how much there is of its kind, by rule and day.

shared/privacy/retaining.py decides on the day, and whether anything is deleted.
"""

from collections.abc import Callable, Sequence
from typing import Any

from shared.db.card import Table
from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM, note
from shared.db.sql import one_of
from shared.domain.proposal import DROPPED, Status
from shared.domain.record import Record
from shared.store.cases.visibility import OPEN_TO_ALL
from shared.store.files import originals
from shared.store.messages.call_backs import CALL_BACK
from shared.store.messages.inbox import MESSAGE_IN
from shared.store.messages.outgoing import OUTBOX
from shared.store.models.model_requests import MODEL_REQUEST
from shared.store.privacy.data_requests import DATA_REQUEST
from shared.store.privacy.erasures import Scope
from shared.workflows import erase as workflows_erase
from shared.workflows.erase import ErasureRequest

# How many rows one transaction deletes, so that nobody waits for long.
_AT_ONCE = 100


class Rule(Record):
    """One kind of data that is not kept for ever. `due` returns the ids of what is older than an
    instant (ms UTC), `held` counts what there is of its kind, `forget` deletes it for good."""

    name: str
    due: Callable[[Store, int], list[str]]
    held: Callable[[Store], int]
    forget: Callable[[Store, Sequence[str], int], None]


def _ids(sql: str) -> Callable[[Store, int], list[str]]:
    return lambda db, before: [str(row[0]) for row in db.rows(sql, before=before)]


def _count(sql: str) -> Callable[[Store], int]:
    def count(db: Store) -> int:
        row = db.row(sql)
        return int(row[0]) if row else 0

    return count


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


# Ideas that ended without being recognised, by themselves or merged into such an idea.
# Denunciations are kept as long as their own law says; that is done by hand.
_DROPPED = f"status {one_of(DROPPED)}"
_KEPT_ENDED = (
    "EXISTS (SELECT 1 FROM merge JOIN proposal AS kept ON kept.commune_id = :commune_id"  # noqa: S608
    " AND kept.id = merge.into_id WHERE merge.commune_id = :commune_id"
    f" AND merge.proposal_id = proposal.id AND kept.{_DROPPED}"
    " AND kept.status_since < :before)"
)
_ENDED = (
    f"{OPEN_TO_ALL} AND ((proposal.{_DROPPED}"
    f" AND proposal.status_since < :before)"
    f" OR (proposal.status {one_of({Status.MERGED})} AND {_KEPT_ENDED}))"
)
_KNOWN = "(author.name IS NOT NULL OR author.phone IS NOT NULL OR author.guardian IS NOT NULL)"
_AUTHORS = (
    " FROM author JOIN proposal ON proposal.commune_id = :commune_id"
    " AND proposal.id = author.proposal_id"
    f" WHERE author.commune_id = :commune_id AND {_KNOWN}"
)
_FLAGGED = (
    "(SELECT max(at) FROM event WHERE event.commune_id = :commune_id"
    " AND event.proposal_id = proposal.id AND event.kind = 'flagged')"
)
_SPAM = " FROM proposal WHERE commune_id = :commune_id AND is_spam = 1 AND solution || title <> ''"
_SMS_IN = (
    " FROM message_in WHERE commune_id = :commune_id AND proposal_id IS NULL AND state <> 'new'"
    " AND sender || raw || text <> ''"
)
_SMS_RAW = (
    " FROM message_in WHERE commune_id = :commune_id AND proposal_id IS NOT NULL AND raw <> ''"
)
_SMS_OUT = (
    " FROM outbox WHERE commune_id = :commune_id AND proposal_id IS NULL AND phone <> ''"
    " AND state NOT IN ('queued', 'sending')"
)
_CALLS = (
    " FROM call_back WHERE commune_id = :commune_id AND phone || note <> ''"
    " AND (done_at IS NOT NULL OR proposal_id IS NOT NULL)"
)
_ASKERS = (
    " FROM model_request WHERE commune_id = :commune_id AND done_at IS NOT NULL"
    " AND name || phone || reason <> ''"
)

_ORIGINALS = " FROM original_file WHERE commune_id = :commune_id AND gone_at IS NULL"

_REQUESTS = (
    " FROM data_request WHERE commune_id = :commune_id AND done_at IS NOT NULL"
    " AND name || phone || said <> ''"
)


RULES = (
    Rule(
        "contacts",
        _ids(f"SELECT DISTINCT author.proposal_id{_AUTHORS} AND {_ENDED}"),
        _count(f"SELECT count(DISTINCT author.proposal_id){_AUTHORS}"),
        _erase(Scope.DETAILS),
    ),
    Rule(
        "spam",
        _ids(f"SELECT id{_SPAM} AND {_FLAGGED} < :before"),
        _count(f"SELECT count(*){_SPAM}"),
        _erase(Scope.ALL),
    ),
    Rule(
        "sms_in",
        _ids(f"SELECT id{_SMS_IN} AND arrived_at < :before"),
        _count(f"SELECT count(*){_SMS_IN}"),
        _empty(MESSAGE_IN, "sender", "raw", "text"),
    ),
    Rule(
        "sms_raw",
        _ids(f"SELECT id{_SMS_RAW} AND arrived_at < :before"),
        _count(f"SELECT count(*){_SMS_RAW}"),
        _empty(MESSAGE_IN, "raw"),
    ),
    Rule(
        "sms_out",
        _ids(f"SELECT id{_SMS_OUT} AND created_at < :before"),
        _count(f"SELECT count(*){_SMS_OUT}"),
        _empty(OUTBOX, "phone", "text"),
    ),
    Rule(
        "calls",
        _ids(f"SELECT id{_CALLS} AND at < :before"),
        _count(f"SELECT count(*){_CALLS}"),
        _empty(CALL_BACK, "phone", "note"),
    ),
    Rule(
        "askers",
        _ids(f"SELECT id{_ASKERS} AND done_at < :before"),
        _count(f"SELECT count(*){_ASKERS}"),
        _empty(MODEL_REQUEST, "name", "phone", "reason", "note"),
    ),
    Rule(
        "originals",
        _ids(f"SELECT id{_ORIGINALS} AND kept_at < :before"),
        _count(f"SELECT count(*){_ORIGINALS}"),
        _let_go,
    ),
    Rule(
        "requests",
        _ids(f"SELECT id{_REQUESTS} AND done_at < :before"),
        _count(f"SELECT count(*){_REQUESTS}"),
        _empty(DATA_REQUEST, "name", "phone", "said"),
    ),
)


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
