"""What PostgreSQL knows of a store's tables, read from its own catalogue."""

from collections.abc import Iterator
from typing import Any, Protocol

# Which rows a session sees. `hienke.unit` names its unit; 0 is every unit, for a step of the schema
# and for what looks over all units; where nothing is set, no row is seen.
_OF_SESSION = "nullif(current_setting('hienke.unit', true), '')::bigint"
IS_OF_UNIT = f"commune_id = {_OF_SESSION} OR {_OF_SESSION} = 0"

# The account, the owner of the database as statements name it, and whether the one may act as the
# other.
OWNER = """
SELECT session_user, quote_ident(pg_get_userbyid(datdba)),
    pg_has_role(session_user, datdba, 'MEMBER')
FROM pg_database WHERE datname = current_database()
"""
_TABLES = """
FROM pg_class AS held JOIN pg_namespace ON pg_namespace.oid = held.relnamespace
WHERE held.relkind IN ('r', 'p') AND pg_namespace.nspname = current_schema()
AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = held.oid AND attname = 'commune_id'
    AND NOT attisdropped)
"""
_KEYS = """
SELECT quote_ident(child.relname), quote_ident(parent.relname),
    (SELECT string_agg(quote_ident(attname), ',' ORDER BY at) FROM unnest(conkey)
        WITH ORDINALITY AS key (number, at)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = key.number),
    (SELECT string_agg(quote_ident(attname), ',' ORDER BY at) FROM unnest(confkey)
        WITH ORDINALITY AS key (number, at)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = key.number),
    (SELECT string_agg(quote_ident(attname), ',') FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = conrelid AND indisprimary)
FROM pg_constraint JOIN pg_class AS child ON child.oid = conrelid
JOIN pg_class AS parent ON parent.oid = confrelid
WHERE contype = 'f' AND child.relnamespace = current_schema()::regnamespace
ORDER BY child.relname, conname
"""
_BROKEN = f"""
SELECT 'index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE NOT convalidated
UNION ALL SELECT checksum_failures || ' pages whose checksum is wrong' FROM pg_stat_database
    WHERE datname = current_database() AND checksum_failures > 0
UNION ALL SELECT 'table ' || held.relname || ' is not closed to other units' {_TABLES}
    AND NOT (held.relrowsecurity AND held.relforcerowsecurity)
"""  # noqa: S608 every word of it is ours


# Columns of words of which the server would keep samples for its planner (pg_statistic), where an
# erasure does not reach; no index asks for those of a column that it does not hold.
_SAMPLED = f"""
SELECT quote_ident(held.relname), string_agg('ALTER COLUMN ' || quote_ident(sampled.attname)
    || ' SET STATISTICS 0', ', ')
{_TABLES.replace("WHERE", "JOIN pg_attribute AS sampled ON sampled.attrelid = held.oid WHERE", 1)}
AND sampled.attnum > 0 AND NOT sampled.attisdropped AND coalesce(sampled.attstattarget, -1) < 0
AND sampled.atttypid IN ('text'::regtype, 'tsvector'::regtype)
AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = held.oid AND sampled.attnum = ANY (indkey))
GROUP BY held.relname
"""  # noqa: S608 every word of it is ours


class Runs(Protocol):
    """What runs a statement."""

    def execute(self, sql: Any, params: Any = ..., /) -> Any:
        """Run it and return what it found."""


def tables(at: Runs) -> list[str]:
    """Return the tables with a unit in each row, sorted."""
    found = at.execute(f'SELECT held.relname {_TABLES} ORDER BY held.relname COLLATE "C"')
    return [str(name) for (name,) in found.fetchall()]


def open_to_all(at: Runs) -> list[str]:
    """Return the tables that are not closed by unit yet, as statements name them."""
    found = at.execute(
        f"SELECT quote_ident(held.relname) {_TABLES} AND NOT held.relrowsecurity ORDER BY 1"
    )
    return [str(name) for (name,) in found.fetchall()]


def sampled(at: Runs) -> list[tuple[str, str]]:
    """Return what is to be altered, by table, so that no sample of words is kept."""
    return [(str(table), str(how)) for table, how in at.execute(_SAMPLED).fetchall()]


def broken(at: Runs) -> Iterator[str]:
    """Yield what PostgreSQL itself knows to be broken."""
    for (what,) in at.execute(_BROKEN).fetchall():
        yield str(what)


def dangling(at: Runs, unit: int) -> Iterator[str]:
    """Yield each row of the unit, as "table key", that refers to nothing."""
    for child, parent, columns, others, key in at.execute(_KEYS).fetchall():
        mine, theirs = columns.split(","), others.split(",")
        same = " AND ".join(
            f"parent.{other} = child.{column}" for column, other in zip(mine, theirs, strict=True)
        )
        told = " || ' ' || ".join(f"child.{one}" for one in key.split(",") if one != "commune_id")
        is_set = " AND ".join(f"child.{column} IS NOT NULL" for column in mine)
        for (row,) in at.execute(
            f"SELECT {told or 'child.commune_id'} FROM {child} AS child"  # noqa: S608 catalogue's
            f" WHERE child.commune_id = {int(unit)} AND {is_set} AND NOT EXISTS"
            f" (SELECT 1 FROM {parent} AS parent WHERE {same})"
        ).fetchall():
            yield f"{child} {row}"
