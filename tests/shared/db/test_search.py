"""The index of words: whose words it finds, by which words, and what it forgets."""

import pytest

from shared.db import search
from shared.db.connection import Store, writing
from shared.db.search import Query
from tests import residue
from tests.conftest import found as founded_in
from tests.conftest import proposal_builder

TEXT = "Khung giờ chứng thực; đi_bộ, ghế/bàn, a.b@xa.vn 12-34 số 7"


def found(db: Store, query: Query | None, depth: int = 10) -> list[str]:
    """Return the ids of what a query finds, the newest first."""
    assert query is not None
    sql, values = search.found(db, query, depth)
    return [proposal_id for (proposal_id,) in db.rows(sql, **values)]


def test_words_of_another_unit_take_no_place_among_what_is_found(db, instance, a_proposal):
    ours = [a_proposal(title="longhoa").id for _ in range(3)]
    other = Store(db.engine, 7, instance.cipher())
    founded_in(other)
    theirs = [proposal_builder(instance, other)(title="longhoa").id for _ in range(3)]
    query = search.query_of("longhoa")

    assert found(db, query, depth=2) == [ours[2], ours[1]]
    assert found(other, query) == theirs[::-1]
    other.close()


FOUND_BY = (
    "KHUNG GIO", "khu", "chung thực giờ", "7", "a.b@xa.vn", "12-34 ghế", "đi_bộ", "bo",
    "'khung':* & !gio", "khung \\ % ' \" ( \0",
)  # fmt: skip
NOT_BY = (
    "kh", "khung la", "khung OR xyz", "khu* | xyz", "words : khung ^ {gio}", '"khung" NEAR(gio',
    f"khung {'x' * 5000}",
)  # fmt: skip


def test_words_are_found_by_their_beginnings_and_never_read_as_syntax(db, a_proposal):
    a_proposal(title="Không liên quan gì", solution="Trồng thêm cây xanh")
    idea = a_proposal(title="Chuyện khác", solution=TEXT).id

    by = {typed: found(db, search.query_of(typed)) for typed in (*FOUND_BY, *NOT_BY)}

    assert by == {one: [idea] for one in FOUND_BY} | {one: [] for one in NOT_BY}
    assert [one for one in by if search.finds(one, TEXT) != bool(by[one])] == ["bo"]


def test_a_beginning_of_very_many_words_finds_them_all(db, a_proposal):
    few = [a_proposal(title=f"longhoa{number}").id for number in range(3)]
    words = " ".join(f"haphong{number}" for number in range(300))
    with writing(db):
        search.index(db, few[1], words)

    assert found(db, search.query_of("haphong")) == [few[1]]
    assert found(db, search.query_of("haphong29 hap")) == [few[1]]
    assert found(db, search.query_of("longho")) == [few[2], few[0]]


def test_any_of_some_words_is_found_as_a_whole_the_newest_first(db, a_proposal):
    ideas = [a_proposal(title=title).id for title in ("mua ghe", "mua ban", "xay cau")]

    assert found(db, search.any_of(["ghe", "cau", "xyz"])) == [ideas[2], ideas[0]]
    assert found(db, search.any_of(["gh", "ca"])) == []
    assert search.any_of([]) is search.query_of("_ ; '") is None


def test_a_word_that_is_taken_out_is_found_no_more(db, a_proposal):
    with writing(db):
        search.index(db, idea := a_proposal().id, "bimatkhongquen", "longhoa " + "x" * 5000)
        search.index(db, idea, "longhoa", None, "")

    assert found(db, search.query_of("bimatkhongquen")) == []
    assert found(db, search.query_of("longhoa")) == [idea]


@pytest.mark.of_sqlite
def test_a_word_that_is_taken_out_of_the_index_is_in_no_byte_of_the_file(db, instance, a_proposal):
    with writing(db):
        search.index(db, idea := a_proposal().id, "bimatkhongquen", "longhoa")
    with writing(db):
        search.index(db, idea, "longhoa")

    residue.at_rest(db)
    assert residue.where(instance.folder, "bimatkhongquen") == []
    assert residue.where(instance.folder, "longhoa") != []
