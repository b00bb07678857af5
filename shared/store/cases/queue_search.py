"""What a search finds among the cases: words, parts of codes, a telephone number.

Words are walked from the idea that was entered last. The list's order is another one, as papers are
entered days after they came; but no idea came after it was entered. So once enough are found that
came after the last one walked was entered, they are the newest of all. No more are walked than
SEARCH_DEPTH.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.db import search
from shared.db.connection import Store
from shared.db.event_log import made_at
from shared.db.sql import among
from shared.domain import codes, phone
from shared.domain.record import Record
from shared.store.cases.redactions import TEXTS
from shared.store.cases.visibility import REDACTED

# A search looks only at the newest hits; a second word narrows older ones down.
SEARCH_DEPTH = 1000
# How many are walked at first, and then.
FIRST = 40
_DEPTHS = (FIRST, 200, SEARCH_DEPTH)
# Fewer digits of a code find too many; a code has twelve.
FEWEST_DIGITS, CODE_DIGITS = 3, 12
# The last group of a code, for which there is an index, and how many digits it has.
CODE_END, _GROUP = "substr(code, 9)", 4


class Sought(Record):
    """What is looked for: the words as a person typed them, where cases are read from, `proposal`
    first, and the conditions of the list that searches, with their values."""

    words: str
    read_from: str
    conditions: Sequence[str]
    params: Mapping[str, Any]


class Find(NamedTuple):
    """A case that a search finds, with what it is sorted and counted by. Instants are ms UTC."""

    id: str
    status: str
    received_at: int
    due_at: int


def every(db: Store, sought: Sought) -> list[Find]:
    """Return all that is found, in no order; of those that words find the SEARCH_DEPTH that were
    entered last."""
    return _found(db, sought, SEARCH_DEPTH, _named(db, sought))[0]


def newest(
    db: Store, sought: Sought, is_wanted: Callable[[Find], bool], most: int
) -> list[Find]:  # fmt: skip
    """Return what is found, in no order: at least the newest `most` that are wanted, if there are
    so many."""
    named, found = _named(db, sought), list[Find]()
    for depth in _DEPTHS:
        found, entered = _found(db, sought, depth, named)
        if entered is None:
            break
        sure = [one for one in found if one.received_at >= entered and is_wanted(one)]
        if len(sure) >= most:
            return sure
    return found


def number_in(words: str) -> str:
    """Return the telephone number (E.164) that somebody searches for, "" if these words are
    none."""
    sender = phone.read_sender(words)
    return sender.number if sender.kind in ("mobile", "landline", "foreign") else ""


def digits_in(words: str) -> str:
    """Return the digits of a part of a code, "" if these words are none."""
    digits = codes.tidy(words)
    is_part = FEWEST_DIGITS <= len(digits) <= CODE_DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_part else ""


def newest_looked(words: str, cases: int) -> int:
    """Return in how many of the newest of so many cases alone these words are looked for between a
    code's beginning and end; 0 where they are no part of a code, or there are no more cases."""
    return SEARCH_DEPTH if digits_in(words) and cases > SEARCH_DEPTH else 0


def _found(
    db: Store, sought: Sought, depth: int, named: Iterable[Find]
) -> tuple[list[Find], int | None]:
    """Return what is named, and of what the words find that of the `depth` entered last; and when
    the last of these was entered (ms UTC), None where no more are to be walked."""
    query = search.query_of(sought.words)
    if query is None:
        return list(named), None
    sql, searched = search.found(db, query, depth)
    walked = _read(db, sought, sql, {**sought.params, **searched}, redacted=True)
    found = {
        find.id: find
        for find, is_listed, texts in walked
        # A redacted case is found by the words that were left, unless the reader has them all.
        if is_listed and (texts is None or search.finds(sought.words, *texts))
    }
    found |= {one.id: one for one in named}
    is_whole = len(walked) < depth or depth == SEARCH_DEPTH
    last = None if is_whole else min(made_at(find.id) for find, *_ in walked)
    return list(found.values()), last


def _named(db: Store, sought: Sought) -> list[Find]:
    """Return what is found by its code or its sender's number."""
    parts, params = list[str](), dict(sought.params)
    digits, number = digits_in(sought.words), number_in(sought.words)
    if digits:
        parts, by_code = _by_code(digits)
        params |= by_code
    if number:
        params["number"] = db.encrypt(number)
        parts.append(
            "SELECT proposal.id AS proposal_id FROM author JOIN proposal"  # noqa: S608 ours
            " ON proposal.commune_id = author.commune_id AND proposal.id = author.proposal_id"
            " WHERE author.commune_id = :commune_id AND author.phone = :number"
            f" AND NOT {REDACTED}"
        )
    if not parts:
        return []
    named = _read(db, sought, " UNION ".join(parts), params, redacted=False)
    return [find for find, is_listed, _ in named if is_listed]


def _by_code(digits: str) -> tuple[list[str], dict[str, str]]:
    """Return the statements for the ids of codes that begin or end with these digits, and of the
    ideas entered last, those that have them anywhere; and their values."""
    last = digits[-_GROUP:]
    groups, values = among([last] if len(last) == _GROUP else [f"{one}{last}" for one in range(10)])
    parts = [
        "SELECT id AS proposal_id FROM proposal WHERE commune_id = :commune_id"
        " AND code >= :begin AND code < :beyond",
        "SELECT id AS proposal_id FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" AND {CODE_END} {groups} AND code LIKE :end",
        "SELECT id AS proposal_id FROM (SELECT id, code FROM proposal"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id ORDER BY id DESC LIMIT {SEARCH_DEPTH}) AS latest"
        " WHERE code LIKE :part",
    ]  # fmt: skip
    # ":" is the sign after "9".
    ends = {"begin": digits, "beyond": f"{digits}:", "end": f"%{digits}", "part": f"%{digits}%"}
    return parts, {**values, **ends}


def _read(
    db: Store, sought: Sought, hits: str, params: Mapping[str, Any], *, redacted: bool
) -> list[tuple[Find, bool, Sequence[str] | None]]:
    """Return the cases whose ids a statement finds: whether the list has them, and the redacted
    texts of those that are redacted for the reader. CROSS JOIN makes SQLite look at the finds
    alone, not at each case whether it was found."""
    texts = [f"redaction.{name}" if redacted else "NULL" for name in TEXTS]
    read_from = sought.read_from.replace(
        " FROM proposal", f" FROM ({hits}) AS hit CROSS JOIN proposal", 1
    )
    rows = db.rows(
        "SELECT proposal.id, proposal.status, proposal.received_at, proposal.due_at,"
        f" CASE WHEN {' AND '.join(sought.conditions)} THEN 1 ELSE 0 END, {', '.join(texts)}"
        f"{read_from} WHERE proposal.commune_id = :commune_id AND proposal.id = hit.proposal_id",
        **params,
    )
    return [(Find(*row[:4]), bool(row[4]), None if row[5] is None else row[5:]) for row in rows]
