"""Search in Vietnamese, with and without accents, newest first.

Words are folded in Python (đ → d, marks dropped) before they are indexed and before they are
searched. How an engine keeps and finds words is the one thing for which each has a text of its own:
it stands here, and nothing outside this file knows it (decision 81).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from shared.db.card import Table, ident, number
from shared.db.connection import Store, writing
from shared.db.engines import Statement
from shared.domain.record import Record
from shared.domain.typed_keys import decoded
from shared.domain.vietnamese import fold

# Of an engine that keeps the words in this very row, `fts_row` is 0.
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
    in_key=True,
    left_out="made of the ideas' words",
)

_WORD = re.compile(r"\w+")
# What counts as one word in a text: SQLite parts at a `_`, too.
_PART = re.compile(r"[^\W_]+")
_MOST_WORDS = 12
# A shorter word is found as a whole only; of a longer one its beginning is enough.
_LEAST_OF_A_BEGINNING = 3
# PostgreSQL refuses longer words; nobody searches for one.
_LONGEST = 200
# A beginning of no more kept words than these is asked as these words.
_MOST_BEGUN = 128
# No word of ours, which is in small letters without marks, goes on with this one or a later.
_AFTER_ALL = "\U0010ffff"


class Query(Record):
    """Folded words that are looked for: all of them, by their beginnings too, or `is_any`."""

    words: tuple[str, ...]
    is_any: bool = False

    def begins(self, word: str) -> bool:
        """Say whether the beginning of a word of the text is enough."""
        return not self.is_any and len(word) >= _LEAST_OF_A_BEGINNING


class _Index(Protocol):
    """How an engine keeps the words of ideas."""

    # What makes it in an empty store, after the tables of the cards.
    definitions: tuple[str, ...]
    # The ids of the unit's own proposals in which `:query` finds something, the newest of them: up
    # to a number that is written after it. The newest are looked at first.
    found: str

    def is_there(self, db: Store) -> bool:
        """Say whether a store has it in this form."""

    def putting(self, db: Store, proposal_id: str, words: str) -> Sequence[Statement]:
        """Return the statements that keep the folded words of a new proposal."""

    def put(self, db: Store, proposal_id: str, words: str) -> None:
        """Keep these folded words, instead of those that were kept."""

    def texts(self, db: Store) -> Iterator[tuple[str, str]]:
        """Yield each proposal's id and words, the oldest first."""

    def written(self, db: Store, query: Query) -> str:
        """Return the query as the engine reads it: no word of it is ever read as its syntax."""

    def optimise(self, db: Store) -> None:
        """Leave nothing of words that are no longer kept, as far as that is the index's matter."""


class _FullText:
    """SQLite's full-text table, one for the words of all units of a file."""

    # Words are folded before they come here, so SQLite folds nothing more. Without the second,
    # words of an erased row stay readable in old segments of the index.
    definitions: tuple[str, ...] = (
        "CREATE VIRTUAL TABLE proposal_fts USING fts5("
        "words, tokenize = 'unicode61 remove_diacritics 0')",
        "INSERT INTO proposal_fts (proposal_fts, rank) VALUES ('secure-delete', 1)",
    )
    # The finds are filtered by unit before they are counted; otherwise another unit's would take
    # the place of ours. CROSS JOIN makes SQLite look up the words first.
    found = (
        "SELECT search_row.proposal_id FROM proposal_fts"
        " CROSS JOIN search_row ON search_row.commune_id = :commune_id"
        " AND search_row.fts_row = proposal_fts.rowid"
        " WHERE proposal_fts MATCH :query ORDER BY proposal_fts.rowid DESC LIMIT "
    )
    # The words that are kept, of all units, of which one is looked up without reading where it is.
    # It is no table: nothing is written, and it goes with the connection.
    _kept = (
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.proposal_fts_word"
        " USING fts5vocab(main, proposal_fts, instance)"
    )
    # Each is the first at or after the one before with a letter more.
    _begun = (
        "WITH RECURSIVE begun (word) AS ("  # noqa: S608 ours
        "SELECT (SELECT term FROM proposal_fts_word WHERE term >= :word AND term < :end LIMIT 1)"
        " UNION ALL SELECT (SELECT term FROM proposal_fts_word"
        " WHERE term >= begun.word || char(1) AND term < :end LIMIT 1)"
        f" FROM begun WHERE begun.word IS NOT NULL LIMIT {_MOST_BEGUN + 1}"
        ") SELECT word FROM begun WHERE word IS NOT NULL"
    )

    def is_there(self, db: Store) -> bool:
        """Say whether a store has the full-text table in this form, and it forgets."""
        found = db.row("SELECT sql FROM sqlite_master WHERE name = 'proposal_fts'")
        if found is None or _flat(found[0]) != _flat(self.definitions[0]):
            return False
        return db.row("SELECT v FROM proposal_fts_config WHERE k = 'secure-delete'") == (1,)

    def putting(self, db: Store, proposal_id: str, words: str) -> Sequence[Statement]:
        """Return the words for the full-text table, and their row's number for `search_row`."""
        return (
            db.statement("INSERT INTO proposal_fts (words) VALUES (:words)", words=words),
            db.statement(
                "INSERT INTO search_row (commune_id, proposal_id, fts_row)"
                " VALUES (:commune_id, :id, last_insert_rowid())",
                id=proposal_id,
            ),
        )

    def put(self, db: Store, proposal_id: str, words: str) -> None:
        """Change the row of the full-text table, or make it."""
        known = db.row(
            "SELECT fts_row FROM search_row WHERE commune_id = :commune_id AND proposal_id = :id",
            id=proposal_id,
        )
        if known:
            db.write(
                "UPDATE proposal_fts SET words = :words WHERE rowid = :at", words=words, at=known[0]
            )
        else:
            db.write_all(*self.putting(db, proposal_id, words))

    def texts(self, db: Store) -> Iterator[tuple[str, str]]:
        """Yield what was written into it."""
        yield from db.rows(
            "SELECT search_row.proposal_id, proposal_fts.words FROM search_row"
            " JOIN proposal_fts ON proposal_fts.rowid = search_row.fts_row"
            " WHERE search_row.commune_id = :commune_id ORDER BY search_row.fts_row"
        )

    def written(self, db: Store, query: Query) -> str:
        """Return the query with each word in quotes."""
        if query.is_any:
            return " OR ".join(f'"{word}"' for word in query.words)
        said = [self._asked(db, query, word) for word in query.words if _PART.search(word)]
        return " AND ".join(said)

    def _asked(self, db: Store, query: Query, word: str) -> str:
        """Return a word, or those that begin with it: SQLite reads all that it finds by a
        beginning before it gives the first, and of words no more than it is asked for."""
        if not query.begins(word):
            return f'"{word}"'
        begun = self._words_with(db, word) if word.isascii() and word.isalnum() else []
        if not 0 < len(begun) <= _MOST_BEGUN:
            return f'"{word}"*'
        return "(" + " OR ".join(f'"{one}"' for one in begun) + ")"

    def _words_with(self, db: Store, beginning: str) -> list[str]:
        db.conn.execute(self._kept)
        found = db.conn.execute(self._begun, {"word": beginning, "end": beginning + _AFTER_ALL})
        return [word for (word,) in found.fetchall()]

    def optimise(self, db: Store) -> None:
        """Merge the index into one piece: old pieces may hold words of an erased row."""
        with writing(db):
            db.write("INSERT INTO proposal_fts (proposal_fts) VALUES ('optimize')")


class _Words:
    """The words of an idea in its row of `search_row`, on PostgreSQL.

    There is no index over them: row-level security lets none answer before it is known whose a row
    is. The key leads to the unit's rows, and those are read (20,000 ideas: 50 ms).
    """

    definitions: tuple[str, ...] = ("ALTER TABLE search_row ADD COLUMN words TSVECTOR NOT NULL",)
    # The planner, which knows no words, takes every word for a rare one and reads all rows. What it
    # cannot look into it takes for true in every other row: then it begins with the newest and
    # stops (20,000 ideas with a common word: 0.3 ms instead of 36).
    found = (
        "SELECT search_row.proposal_id FROM search_row"
        " WHERE search_row.commune_id = :commune_id"
        " AND coalesce(search_row.words @@ CAST(:query AS TSQUERY), FALSE)"
        " ORDER BY search_row.proposal_id DESC LIMIT "
    )

    def is_there(self, db: Store) -> bool:
        """Say whether the rows have the column."""
        return bool(
            db.row(
                "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('search_row')"
                " AND attname = 'words' AND atttypid = CAST('tsvector' AS REGTYPE)"
            )
        )

    def putting(self, db: Store, proposal_id: str, words: str) -> Sequence[Statement]:
        """Return the words for the row. The server's own parser would read addresses and numbers
        out of them; so it gets single words."""
        parts = sorted({part[:_LONGEST] for part in _PART.findall(words)})
        kept = db.statement(
            "INSERT INTO search_row (commune_id, proposal_id, fts_row, words) VALUES"
            " (:commune_id, :id, 0, array_to_tsvector(string_to_array(:words, ' ')))"
            " ON CONFLICT (commune_id, proposal_id) DO UPDATE SET words = excluded.words",
            id=proposal_id,
            words=" ".join(parts),
        )
        return (kept,)

    def put(self, db: Store, proposal_id: str, words: str) -> None:
        """Put them in the place of what was kept."""
        db.write_all(*self.putting(db, proposal_id, words))

    def texts(self, db: Store) -> Iterator[tuple[str, str]]:
        """Yield the words of each row, in no order of theirs."""
        yield from db.rows(
            "SELECT proposal_id, array_to_string(tsvector_to_array(words), ' ') FROM search_row"
            " WHERE commune_id = :commune_id ORDER BY proposal_id"
        )

    def written(self, db: Store, query: Query) -> str:
        """Return the query with each word in quotes; no word holds one."""
        return (" | " if query.is_any else " & ").join(
            f"'{part[:_LONGEST]}'" + ":*" * (query.begins(word) and word.endswith(part))
            for word in query.words
            for part in _PART.findall(word)
        )

    def optimise(self, db: Store) -> None:
        """Nothing is left for the index to do: what an erasure leaves is in old forms of the rows,
        and these go with the engine's `tidy`."""


_INDEXES: dict[str, _Index] = {"sqlite": _FullText(), "postgres": _Words()}


def definitions(dialect: str) -> tuple[str, ...]:
    """Return what makes the index of an engine in an empty store, after the tables of the cards."""
    return _INDEXES[dialect].definitions


def is_there(db: Store) -> bool:
    """Say whether a store has the index in this form."""
    return _of(db).is_there(db)


def index(db: Store, proposal_id: str, *texts: str | None) -> None:
    """Make a proposal findable by these texts and no longer by earlier ones; inside `writing`. What
    an input method left as keys is found as it was typed and as it was meant."""
    _of(db).put(db, proposal_id, _words(texts))


def indexing(db: Store, proposal_id: str, *texts: str | None) -> Sequence[Statement]:
    """Return the statements that make a new proposal findable, for `write_all`."""
    return _of(db).putting(db, proposal_id, _words(texts))


def carry(source: Store, target: Store) -> None:
    """Make the ideas of a unit findable in another store as they are in this one; inside `writing`
    of the other, once their rows are there."""
    for proposal_id, words in _of(source).texts(source):
        _of(target).put(target, proposal_id, words)


def optimise(db: Store) -> None:
    """Leave no word of an erased row in the index. Raises StoreUnavailable."""
    _of(db).optimise(db)


def forget_others(db: Store) -> None:
    """Take the words of all other units out of a copy, which is a file; inside a transaction."""
    db.write(
        "DELETE FROM proposal_fts WHERE rowid IN"
        " (SELECT fts_row FROM search_row WHERE commune_id <> :commune_id)"
    )


def query_of(typed: str) -> Query | None:
    """Return the query for what a person typed; None when it holds no word."""
    words = tuple(_typed(typed))
    return Query(words) if any(map(_PART.search, words)) else None


def any_of(words: list[str]) -> Query | None:
    """Return the query for rows with at least one of these folded words; None for none."""
    return Query(tuple(words[:_MOST_WORDS]), is_any=True) if words else None


def found(db: Store, query: Query, depth: int) -> tuple[str, dict[str, Any]]:
    """Return the statement for the ids of the unit's own proposals in which the query finds
    something, the newest `depth` of them, and its values."""
    at = _of(db)
    return f"{at.found}{depth}", {"query": at.written(db, query)}


def finds(typed: str, *texts: str) -> bool:
    """Say whether what a person typed would find these texts, as `query_of` finds in the index."""
    words = set(_WORD.findall(" ".join(map(_findable, texts))))
    query = Query(tuple(_typed(typed)))
    return all(
        word in words or (query.begins(word) and any(one.startswith(word) for one in words))
        for word in query.words
    )


def _of(db: Store) -> _Index:
    return _INDEXES[db.engine.dialect]


def _typed(typed: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(fold(typed))))[:_MOST_WORDS]


def _words(texts: Iterable[str | None]) -> str:
    given = [text for text in texts if text]
    found = {text: _findable(text) for text in dict.fromkeys(given)}  # an SMS is its own title
    return " ".join(found[text] for text in given)


def _findable(text: str) -> str:
    meant = decoded(text)
    return fold(text) if meant == text else f"{fold(text)} {fold(meant)}"


def _flat(sql: str) -> str:
    return re.sub(r"\s", "", sql)
