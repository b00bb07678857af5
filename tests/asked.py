"""What a store is asked, by statement: what SQLite runs, and what goes to a server at once."""

from collections.abc import Callable, Iterator
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

    def listening(ask: Callable[..., Any], *, is_many: bool = False) -> Callable[..., Any]:
        def listen(session: Session, sql: Any, *rest: Any, **more: Any) -> Any:
            said.append("; ".join(one for one, _ in sql) if is_many else str(sql))
            return ask(session, sql, *rest, **more)

        return listen

    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute", "ask", "tell"):
            patch.setattr(Session, name, listening(getattr(Session, name)))
        patch.setattr(Session, "ask_all", listening(Session.ask_all, is_many=True))
        yield said


def transactions(said: list[str]) -> int:
    """Return how many transactions were committed: so often the disk was waited for."""
    return sum(sql == "COMMIT" for sql in said)
