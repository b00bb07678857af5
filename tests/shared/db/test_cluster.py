"""The tests' own PostgreSQL is as an office's has to be, and a copy of a database is fresh."""

import psycopg
import pytest

from tests.postgres import OLDEST, Cluster


def test_the_programs_account_owns_its_database_and_nothing_else(database: str) -> None:
    with psycopg.connect(database) as conn:
        assert conn.info.server_version >= OLDEST * 10_000
        [said] = conn.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype, rolsuper, rolcreatedb"
            " FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba"
            " WHERE datname = current_database() AND rolname = current_user"
        )
    assert said == ("UTF8", "C.UTF-8", "C.UTF-8", False, False)


def test_a_copy_has_what_the_template_has_and_shares_nothing(postgres: Cluster) -> None:
    template = postgres.fresh()
    with psycopg.connect(postgres.url(template)) as conn:
        conn.execute("CREATE TABLE words (word TEXT)")
        conn.execute("INSERT INTO words VALUES ('một')")
    copies = [postgres.fresh(template), postgres.fresh(template)]

    with psycopg.connect(postgres.url(copies[0])) as conn:
        conn.execute("UPDATE words SET word = 'hai'")
    with psycopg.connect(postgres.url(copies[1])) as conn:
        assert conn.execute("SELECT word FROM words").fetchall() == [("một",)]

    for name in (*copies, template):
        postgres.drop(name)
    for name in (*copies, template):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres.url(name))
