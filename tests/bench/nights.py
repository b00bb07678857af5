"""What the nights of an office have deleted once it is so many days older: found by the functions
that run there, in a transaction that is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from shared.db.connection import Store, writing
from shared.domain import clock
from shared.privacy import retaining
from shared.settings import Settings
from shared.workflows.retention import RULES
from tests.conftest import ZONE


class _TakenBack(Exception):
    """Ends a transaction of which nothing is kept."""


@contextmanager
def taken_back(db: Store) -> Iterator[None]:
    """Keep nothing of what is written in the block."""
    with suppress(_TakenBack), writing(db):
        yield
        raise _TakenBack


def forget(db: Store, days: int) -> None:
    """Delete what is kept too long once so many days are over."""
    now = clock.now()
    plan = retaining.plan(db, Settings().retention, ZONE, at=now + days * clock.DAY)
    for rule, due in zip(RULES, plan, strict=True):
        rule.forget(db, due.ids, now)
