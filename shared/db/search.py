"""Search in Vietnamese, with and without accents, newest first.

Words are folded in Python (đ → d, marks dropped) before they are indexed and before they are
searched. The full-text table is a feature of SQLite; nothing outside this file knows it.
"""

import re
from typing import Any

from shared.db.card import Table, ident, number
from shared.db.connection import Store, writing
from shared.domain.typed_keys import decoded
from shared.domain.vietnamese import fold

SEARCH_ROW: Table[Any] = Table(
    "search_row",
    None,
    {
        "proposal_id": ident(),
        "fts_row": number(),
    },
    key=("proposal_id",),
    foreign={"proposal_id": "proposal"},
    indexes={"search_row_by_fts": "fts_row"},
    left_out="made of the ideas' words",
)


# The full-text table; words are folded before they come here, so SQLite folds nothing more.
TABLE = (
    "CREATE VIRTUAL TABLE proposal_fts USING fts5("
    "words, tokenize = 'unicode61 remove_diacritics 0')"
)
# Without this, words of an erased row stay readable in old segments of the index.
FORGETS = "INSERT INTO proposal_fts (proposal_fts, rank) VALUES ('secure-delete', 1)"
_WORD = re.compile(r"\w+")
# The ids of the unit's own proposals in which a full-text `:query` finds something, the newest
# `:depth` of them. One index holds the words of all units of a store. Its finds are filtered by
# unit before they are counted; otherwise another unit's would take the place of ours. CROSS JOIN
# makes SQLite look up the words first.
FOUND = (
    "SELECT search_row.proposal_id FROM proposal_fts"
    " CROSS JOIN search_row ON search_row.commune_id = :commune_id"
    " AND search_row.fts_row = proposal_fts.rowid"
    " WHERE proposal_fts MATCH :query ORDER BY proposal_fts.rowid DESC LIMIT :depth"
)


def is_there(db: Store) -> bool:
    """Say whether a store has the full-text table in this form, and it forgets."""
    found = db.row("SELECT sql FROM sqlite_master WHERE name = 'proposal_fts'")
    if found is None or re.sub(r"\s", "", found[0]) != re.sub(r"\s", "", TABLE):
        return False
    return db.row("SELECT v FROM proposal_fts_config WHERE k = 'secure-delete'") == (1,)


def index(db: Store, proposal_id: str, *texts: str | None) -> None:
    """Make a proposal findable by these texts and no longer by earlier ones; inside `writing`. What
    an input method left as keys is found as it was typed and as it was meant."""
    words = " ".join(_findable(text) for text in texts if text)
    known = db.row(
        "SELECT fts_row FROM search_row WHERE commune_id = :commune_id AND proposal_id = :id",
        id=proposal_id,
    )
    if known:
        db.write(
            "UPDATE proposal_fts SET words = :words WHERE rowid = :at", words=words, at=known[0]
        )
        return
    cursor = db.conn.execute("INSERT INTO proposal_fts (words) VALUES (?)", (words,))
    db.write(
        "INSERT INTO search_row (commune_id, proposal_id, fts_row) VALUES (:commune_id, :id, :at)",
        id=proposal_id,
        at=cursor.lastrowid,  # type: ignore[attr-defined]
    )


def optimise(db: Store) -> None:
    """Merge the index into one piece: it is faster to search, and old pieces no longer hold words
    of an erased row. Raises StoreUnavailable."""
    with writing(db):
        db.conn.execute("INSERT INTO proposal_fts (proposal_fts) VALUES ('optimize')")


def forget_others(db: Store) -> None:
    """Take the words of all other units out of the index; inside a transaction."""
    db.write(
        "DELETE FROM proposal_fts WHERE rowid IN"
        " (SELECT fts_row FROM search_row WHERE commune_id <> :commune_id)"
    )


def query_of(typed: str) -> str:
    """Return the full-text query for what a person typed; "" when it holds no word. Every word
    is quoted, so no input is ever read as query syntax."""
    words = _WORD.findall(fold(typed))[:12]
    return " ".join(f'"{word}"' + ("*" if len(word) >= 3 else "") for word in words)


def finds(typed: str, *texts: str) -> bool:
    """Say whether what a person typed would find these texts, as `query_of` finds in the index."""
    words = set(_WORD.findall(" ".join(map(_findable, texts))))
    return all(
        word in words or (len(word) >= 3 and any(one.startswith(word) for one in words))
        for word in _WORD.findall(fold(typed))[:12]
    )


def _findable(text: str) -> str:
    meant = decoded(text)
    return fold(text) if meant == text else f"{fold(text)} {fold(meant)}"


def any_of(words: list[str]) -> str:
    """Return the full-text query for rows with at least one of these folded words; "" for none."""
    return " OR ".join(f'"{word}"' for word in words[:12])
