"""How the schema of a SQLite file is changed: by sqlite-utils.

It is a tenth of all that a program loads, and most starts change nothing. So `SqliteSchema`
(sqlite.py) imports this module when there is something to change.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database, Migrations

from shared.db.engines import sqlite_statistics
from shared.db.steps import Steps


class Changing(Database):
    """A file whose schema is changed; a step gets it as `db`."""

    dialect = "sqlite"

    def __init__(self, link: Any) -> None:
        super().__init__(link, execute_plugins=False)

    def found(self, steps: Steps, make: Callable[[Any], None], names: Sequence[str]) -> None:
        """Make the tables of an empty store."""
        Migrations(steps.name).ensure_migrations_table(self)
        with self.atomic():
            make(self)
            sqlite_statistics.write(self.conn)
            self.note(steps, names)

    def note(self, steps: Steps, names: Sequence[str], *, instead: bool = False) -> None:
        """Note steps as taken."""
        at = str(datetime.now(UTC))
        with self.atomic():
            if instead:
                self.execute("DELETE FROM _sqlite_migrations WHERE migration_set = ?", [steps.name])
            for name in names:
                self.execute(
                    "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                    " VALUES (?, ?, ?)",
                    [steps.name, name, at],
                )

    def take(self, steps: Steps) -> None:
        """Take the steps that are left, and tell SQLite the sizes of what they made."""
        wanted = Migrations(steps.name)
        for name, step in steps.by_name.items():
            wanted(name=name)(step)
        wanted.apply(self)
        with self.atomic():
            sqlite_statistics.write(self.conn)
