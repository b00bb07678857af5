"""The schema on PostgreSQL: made from the same cards and steps, in its dialect, and closed by unit.

Only the owner of the database may change the schema. The account of `store.url` is a member of the
owner and takes its part for the time of a step alone (decision 80).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from shared.db.engines import StoreUnfit
from shared.db.engines.postgres import catalogue, words
from shared.db.engines.postgres.asking import PostgresRows
from shared.db.engines.postgres.link import PostgresLink, Session, run
from shared.db.steps import Steps

DIALECT = "postgres"
# The list of steps has the name that it has in a SQLite store.
_MAKE_LIST = (
    "CREATE TABLE IF NOT EXISTS _sqlite_migrations (id BIGINT PRIMARY KEY,"
    " migration_set TEXT NOT NULL, name TEXT NOT NULL, applied_at TEXT NOT NULL,"
    " UNIQUE (migration_set, name))"
)
# Any number, the same in every version: who changes the schema holds it.
_LOCK = 48_170_26


def lock_schema(show: str) -> str:
    """Return the beginning of a transaction that changes the schema while no other does; `show`
    lets it see what it changes."""
    return (
        f"BEGIN; {show}SET LOCAL lock_timeout = '60s';"
        " SET LOCAL idle_in_transaction_session_timeout = '15min';"
        f" SELECT pg_advisory_xact_lock({_LOCK})"
    )


class PostgresSchema:
    """The schema, read on a line, or changed in the transaction of a session."""

    dialect = DIALECT

    def __init__(self, at: Session | PostgresLink) -> None:
        self._at = at
        self._is_owner = False

    def execute(self, sql: str, params: Any = None, /) -> PostgresRows:
        """Run one statement of a step."""
        if isinstance(self._at, Session):
            self._at.asking.forget()  # a table may get other columns than were prepared
        return self._run(words.definition(sql), params)

    def taken(self, steps: Steps) -> list[str]:
        """Return the steps that the store has taken."""
        if self._run("SELECT to_regclass('_sqlite_migrations')").fetchone() == (None,):
            return []
        found = self._run(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = :set ORDER BY id",
            {"set": steps.name},
        )
        return [name for (name,) in found]

    def found(self, steps: Steps, make: Callable[[Any], None], names: Sequence[str]) -> None:
        """Make the tables of an empty store."""
        self._become_owner()
        make(self)
        self.note(steps, names)
        self._close_by_unit()

    def note(self, steps: Steps, names: Sequence[str], *, instead: bool = False) -> None:
        """Note steps as taken."""
        self._become_owner()
        self._run(_MAKE_LIST)
        if instead:
            self._run(
                "DELETE FROM _sqlite_migrations WHERE migration_set = :set", {"set": steps.name}
            )
        for name in names:
            self._run(
                "INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at)"
                " SELECT coalesce(max(id), 0) + 1, :set, :name, :at FROM _sqlite_migrations",
                {"set": steps.name, "name": name, "at": str(datetime.now(UTC))},
            )

    def take(self, steps: Steps) -> None:
        """Take the steps that are left."""
        taken = set(self.taken(steps))
        waiting = [name for name in steps.by_name if name not in taken]
        for name in waiting:
            self._become_owner()
            steps.by_name[name](self)
            self.note(steps, [name])
        if waiting:
            self._close_by_unit()

    def _become_owner(self) -> None:
        """Act as the owner of the database until the transaction ends. Raises StoreUnfit."""
        if self._is_owner:
            return
        [(me, owner, may)] = self._run(catalogue.OWNER)
        if not may:
            raise StoreUnfit(
                f"The account {me} may not change the store's schema: let it take the part of the"
                f" database's owner, by GRANT {owner} TO {me}."
            )
        self._run(f"SET LOCAL ROLE {owner}")
        self._is_owner = True

    def _close_by_unit(self) -> None:
        """Let a session see and write the rows of its own unit alone, in every table; let the
        server keep no samples of words; and let the account of the programs read and write."""
        for table in catalogue.open_to_all(self._at):
            self._run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            self._run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            self._run(f"CREATE POLICY of_unit ON {table} USING ({catalogue.IS_OF_UNIT})")
        for table, how in catalogue.sampled(self._at):
            self._run(f"ALTER TABLE {table} {how}")
        [(account, place)] = self._run(
            "SELECT quote_ident(session_user), quote_ident(current_schema())"
        )
        self._run(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {place} TO {account}"
        )

    def _run(self, sql: str, params: Any = None) -> PostgresRows:
        if isinstance(self._at, psycopg.Connection):
            return run(self._at, sql, params)
        return self._at.execute(sql, params)
