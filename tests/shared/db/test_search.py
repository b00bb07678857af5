"""The full-text index: whose words it finds, and what it forgets."""

from shared.db import search
from shared.db.connection import Store, writing
from shared.store.office import campaigns
from tests import residue


def found(db: Store, typed: str, depth: int = 10) -> list[str]:
    """Return the ids of what a person's words find, the newest first."""
    sql, values = search.found(db, search.query_of(typed), depth)
    return [proposal_id for (proposal_id,) in db.rows(sql, **values)]


def test_words_of_another_unit_take_no_place_among_what_is_found(db, instance, a_proposal):
    with writing(db):
        search.index(db, idea := a_proposal().id, "longhoa")
    with writing(other := Store(db.engine.path, 7, instance.cipher())):
        campaigns.create(other, "UBND xã Bình Lợi", is_demo=False, at=1)
        other.conn.execute("PRAGMA defer_foreign_keys=ON")
        for number in range(3):
            search.index(other, f"{number}", "longhoa")
        newest = found(db, "longhoa", depth=2)
        other.write("DELETE FROM search_row WHERE commune_id = :commune_id")

    assert newest == [idea]


def test_a_word_that_is_taken_out_of_the_index_is_in_no_byte_of_the_file(db, instance, a_proposal):
    with writing(db):
        search.index(db, idea := a_proposal().id, "bimatkhongquen", "longhoa")
    with writing(db):
        search.index(db, idea, "longhoa")

    residue.at_rest(db)
    assert residue.where(instance.folder, "bimatkhongquen") == []
    assert residue.where(instance.folder, "longhoa") != []
