"""The register is written out as it is read, however many ideas it has."""

import pytest

from shared.store.reports import case_rows
from tests.units.world import Told


@pytest.mark.of_sqlite
@pytest.mark.parametrize("of", ["entries", "senders", "steps", "additions", "replies", "files",
                                "praise"])  # fmt: skip
def test_a_part_of_the_register_is_not_sorted_as_a_whole(db, a_proposal, of):
    """What SQLite sorts as a whole lies in memory until its last row was found."""
    a_proposal()
    asked = []
    db.conn = Told(db.conn, lambda sql, values: asked.append((sql, values)))

    list(getattr(case_rows, of)(db, "x"))

    [(sql, values)] = asked
    plan = [line for *_, line in db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert "SEARCH proposal USING INDEX proposal_by_time (commune_id=?)" in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan
