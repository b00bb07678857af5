"""An office whose store is on a PostgreSQL. A database of its own would cost each test a quarter of
a second; so all tests of a worker share one, and before each of them its rows are made as they
were.
"""

from pathlib import Path

import psycopg

from shared.db.connection import Store
from shared.db.engines.choosing import engine_at
from shared.db.engines.postgres.engine import PostgresEngine
from shared.runtime.instance import Instance, create
from tests.conftest import UNIT, found
from tests.postgres import SUPERUSER, Cluster

# What is put back was whole, so no rule is checked row by row.
_RESET = """
DO $$ DECLARE one text; BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '5s';
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND relname NOT LIKE '\\_%' LOOP
        EXECUTE format('DELETE FROM public.%I', one);
    END LOOP;
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'kept'::regnamespace LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', one, one);
    END LOOP;
END $$
"""
_KEEP = """
DO $$ DECLARE one text; has_rows boolean; BEGIN
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND relname NOT LIKE '\\_%' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', one, one);
        END IF;
    END LOOP;
END $$
"""


class OnServer:
    """An office founded in `folder`, its store in a database of the cluster; a test begins with the
    rows that are there then."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        name = cluster.fresh()
        self.url = cluster.url(name)
        self.instance = founded_at(self.url, folder)
        self._conn = psycopg.connect(cluster.url(name, SUPERUSER), autocommit=True)
        self._conn.execute("CREATE SCHEMA kept")
        self._conn.execute(_KEEP)

    def fresh(self) -> Path:
        """Make the store as it was, and return the folder that a test's instance is a copy of."""
        self._conn.execute(_RESET)
        return self.instance.folder

    def close(self) -> None:
        """Give back what it holds."""
        end_lines(self.url)
        self._conn.close()


def founded_at(url: str, folder: Path) -> Instance:
    """Found an office whose store is in the empty database at `url`. Whoever asked for it ends the
    lines to it by `end_lines`."""
    made = Instance(folder)
    create(made, told_by(url, UNIT))
    db = Store(engine_at(url), UNIT, made.cipher())
    found(db)
    db.close()
    return made


def end_lines(url: str) -> None:
    """End all of this process's lines to the server at `url`."""
    engine = engine_at(url)
    assert isinstance(engine, PostgresEngine)
    engine.close()


def told_by(url: str, unit: int) -> str:
    """Return settings that say where the store is and which of its units is meant."""
    return f'[office]\nunit = "{unit:05d}"\n\n[store]\nurl = "{url}"\n'
