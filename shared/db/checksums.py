"""Rows with a seal: each carries a hash of its own content, so that a flipped bit is found.

SQLite has no page checksums; most single-bit faults pass its integrity check. `verify`
recomputes every seal. The seal is no proof against a person with the file: the event chain is.

A seal is over what lies in the file: what is hidden (HIDDEN) is hidden here on its way in, and
revealed by the module of its table.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from shared.db.connection import Store

SEALED_TABLES = (
    "campaign",
    "office_profile",
    "legal_basis",
    "organisation",
    "proposal",
    "author",
    "move",
    "addition",
    "reply",
    "receipt",
    "reserved_code",
    "message_in",
    "outbox",
    "staff_member",
    "recovery_code",
    "opening",
    "device",
    "attachment",
    "original_file",
    "fetch",
    "call_back",
    "upload",
    "print_job",
    "paper_form",
    "entry",
    "expectation",
    "model",
    "model_request",
    "adoption",
    "measure",
    "told_apart",
    "redaction",
    "case_note",
    "completeness",
    "trial",
    "lasting_check",
    "recognition",
    "council_session",
    "council_seat",
    "council_item",
    "council_sheet",
    "council_vote",
    "council_ballot",
    "council_minutes",
    "council_file",
    "administrative_procedure",
    "appraisal",
    "expected_effect",
    "roadmap_step",
    "scouting",
    "same_person",
    "organisation_clerk",
    "collective",
    "collective_item",
    "outreach",
    "outgoing_paper",
    "dispatch",
    "office_file",
    "reconciliation",
    "reconciliation_paper",
    "paper_template",
    "template_choice",
    "daily_head",
    "erasure",
    "data_request",
    "honour",
    "honour_name",
    "award_check",
    "conference",
    "delivery",
    "award_rules",
)

# Columns that hold, or may hold, a telephone number: hidden in the file (shared/db/encryption.py).
# What is made of a number without a key is among them: a hash of ten digits is soon guessed. Two
# tables without seals hide by themselves: `suppression` its numbers, `draft` and `held` their
# answers.
HIDDEN = {
    "author": ("phone", "guardian"),
    "proposal": ("fingerprint",),
    "addition": ("idempotency_key",),
    "message_in": ("sender", "raw", "gateway_id"),
    "outbox": ("phone",),
    "call_back": ("phone",),
    "model_request": ("phone",),
    "data_request": ("phone",),
}


def insert(db: Store, table: str, row: Mapping[str, Any]) -> None:
    """Insert `row` with its commune and its seal. The table is one of SEALED_TABLES."""
    whole = {"commune_id": db.commune_id, **_hidden(db, table, row)}
    whole["content_hash"] = seal_of(whole)
    db.conn.execute(_insert_sql(table, tuple(whole)), whole)


def change(db: Store, table: str, key: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    """Change the one row of `key` and seal it anew; return whether there was one."""
    where = " AND ".join(f"{column} = :{column}" for column in ("commune_id", *key))
    found = db.conn.execute(
        f"SELECT * FROM {table} WHERE {where}",  # noqa: S608 table and columns are ours
        {"commune_id": db.commune_id, **key},
    )
    row = found.fetchone()
    if row is None:
        return False
    whole = dict(zip((column[0] for column in found.description), row, strict=True))
    whole.update(_hidden(db, table, changes))
    whole["content_hash"] = seal_of(whole)
    sets = ", ".join(f"{column} = :{column}" for column in (*changes, "content_hash"))
    db.conn.execute(f"UPDATE {table} SET {sets} WHERE {where}", whole)  # noqa: S608
    return True


def _hidden(db: Store, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    columns = HIDDEN.get(table, ())
    return {name: db.hide(value) if name in columns else value for name, value in row.items()}


def rows_of(db: Store, table: str, column: str, value: str) -> list[dict[str, Any]]:
    """Return the whole rows of a table that have this value in a column, as they lie in the file:
    what is HIDDEN is hidden. In the order they were written."""
    found = db.conn.execute(
        f"SELECT * FROM {table}"  # noqa: S608 table and column are ours
        f" WHERE commune_id = :commune_id AND {column} = :value ORDER BY rowid",
        {"commune_id": db.commune_id, "value": value},
    )
    names = [one[0] for one in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def seal_of(row: Mapping[str, Any]) -> str:
    """Return the seal of a row: SHA-256 over its columns by name, the seal itself left out."""
    content = {name: value for name, value in row.items() if name != "content_hash"}
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return one spelling of a mapping: JSON, sorted keys, no blanks, UTF-8 (a half of a broken
    pair, which JSON from outside may hold, has its own three bytes)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


_insert_cache: dict[tuple[str, tuple[str, ...]], str] = {}


def _insert_sql(table: str, columns: tuple[str, ...]) -> str:
    sql = _insert_cache.get((table, columns))
    if sql is None:
        names = ", ".join(columns)
        blanks = ", ".join(f":{column}" for column in columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({blanks})"  # noqa: S608
        _insert_cache[table, columns] = sql
    return sql
