"""What a store is asked, by statement: what SQLite runs, and what goes to a server at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.db.connection import Store
from tests.engines import POSTGRES


@contextmanager
def asked(db: Store) -> Iterator[list[str]]:
    """Yield a list that fills with what this store is asked within the block. What a full-text
    table asks of its own tables is not among it."""
    said: list[str] = []
    if db.engine.dialect == POSTGRES:
        yield from _of_server(said)
        return
    conn: Any = db.conn
    conn.set_trace_callback(lambda sql: None if sql.startswith("--") else said.append(sql))
    try:
        yield said
    finally:
        conn.set_trace_callback(None)


def _of_server(said: list[str]) -> Iterator[list[str]]:
    from shared.db.engines.postgres.link import Session  # its driver takes a moment

    ask = Session.execute

    def listen(session: Session, sql: Any, *rest: Any, **more: Any) -> Any:
        said.append(str(sql))
        return ask(session, sql, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "execute", listen)
        yield said


def transactions(said: list[str]) -> int:
    """Return how many transactions were committed: so often the disk was waited for."""
    return sum(sql == "COMMIT" for sql in said)
