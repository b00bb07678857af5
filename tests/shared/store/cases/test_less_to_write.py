"""An older store writes as little for an idea as a new one, once it is brought along."""

from shared.store import schema

STEP = "m0025_less_to_write"
LEAVES_OUT = ("proposal_by_category", "proposal_by_assignee", "author_by_phone")


def test_an_index_leaves_out_what_has_no_value(db, a_proposal):
    one = a_proposal()
    names = [name for name in schema.known() if name != STEP]
    db.engine.schema(db.conn).note(schema.steps, names, instead=True)

    schema.migrate(db)

    assert schema.is_current(db)
    for name in LEAVES_OUT:
        assert "IS NOT NULL" in _declared(db, name)
    assert db.row("SELECT proposal_id FROM to_compare WHERE commune_id = :commune_id") == (one.id,)


def _declared(db, index: str) -> str:
    named = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = :index",
        "postgres": "SELECT indexdef FROM pg_indexes WHERE indexname = :index",
    }
    return str(db.row(named[db.engine.dialect], index=index)[0])
