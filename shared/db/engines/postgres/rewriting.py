"""Writes tables anew, so that no old form of a row stays in their files.

An UPDATE leaves the old row where it was, and VACUUM leaves its bytes. VACUUM FULL copies what is
valid into new files and deletes the old ones. While somebody reads an older state of the database,
its old rows would be copied too; so then it is left for later.
"""

import time
from collections.abc import Sequence

import psycopg

from shared.db.engines.postgres import catalogue, faults
from shared.db.engines.postgres.link import Session, run

# Who still sees the state of before: transactions of this database, and standbys and slots that
# hold old rows back.
_HOLDERS = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
UNION ALL SELECT 1 FROM pg_prepared_xacts WHERE database = current_database()
UNION ALL SELECT 1 FROM pg_replication_slots WHERE xmin IS NOT NULL
"""
# The tables in which something was changed or deleted, but for those that were written anew since
# the night before: units share them, and one rewriting is for all.
_DUE = """
SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE schemaname = current_schema()
AND n_tup_upd + n_tup_del > 0 AND coalesce(substring(obj_description(relid, 'pg_class')
    FROM '^rewritten at ([0-9]+)$')::bigint, 0) < extract(epoch FROM now()) - 72000
ORDER BY 1
"""


def rewrite(session: Session, tables: Sequence[str]) -> bool:
    """Write the tables anew, without any those that are due; False if somebody was in the way.
    Raises StoreUnavailable."""
    [(_, owner, _)] = run(session, catalogue.OWNER)
    run(session, f"SET ROLE {owner}")
    try:
        for table in tables or [name for (name,) in run(session, _DUE)]:
            if run(session, _HOLDERS).fetchone():
                return False
            session.execute(f"VACUUM (FULL) {table}", prepare=False)
            at = f"rewritten at {int(time.time())}"
            run(session, f"COMMENT ON TABLE {table} IS '{at}'")
        return True
    except psycopg.errors.LockNotAvailable:
        return False
    except psycopg.Error as fault:
        raise faults.meaning(fault) from None
    finally:
        if not session.closed:
            run(session, "RESET ROLE")
