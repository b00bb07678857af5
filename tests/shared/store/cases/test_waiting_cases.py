"""What waits for a member is found without a walk along all cases: every page of the desks shows
how much it is."""

import pytest

from shared.domain import clock
from shared.store.cases import waiting_cases

NOW = clock.now()


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    ("look", "by"),
    [
        (lambda db: waiting_cases.answered(db, "x", now=NOW, limit=50), "commune_id=? AND id=?"),
        (
            lambda db: waiting_cases.trials_that_end(db, "x", until="2026-12-01", limit=50),
            "commune_id=? AND status=?",
        ),
    ],
    ids=["answered", "trials"],
)
def test_cases_are_found_by_what_makes_them_few(db, look, by):
    asked = []
    db.conn.set_trace_callback(asked.append)
    look(db)
    db.conn.set_trace_callback(None)

    [statement] = asked
    plan = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
    [found] = [
        step for step in plan if step.split()[:2] in (["SEARCH", "proposal"], ["SCAN", "proposal"])
    ]
    assert f"({by})" in found
