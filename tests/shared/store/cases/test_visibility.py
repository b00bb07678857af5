"""Who may see a case: the same in Python and in SQL."""

from itertools import product

import pytest

from shared.db.connection import writing
from shared.store.cases import proposals
from shared.store.cases.visibility import COUNTED, OPEN_TO_ALL, VISIBLE
from shared.store.people import staff

CASES = list(product([False, True], [False, True], [None, "an", "binh"]))


@pytest.fixture
def kept(db, a_proposal):
    """A case of each kind: junk or not, confidential or not, and whose."""
    ids = {name: a_member(db, name) for name in ("an", "binh")}
    cases = []
    for spam, confidential, whose in CASES:
        case = a_proposal()
        with writing(db):
            db.write(
                "UPDATE proposal SET is_spam = :spam, is_confidential = :confidential,"
                " assignee_id = :whose WHERE commune_id = :commune_id AND id = :id",
                spam=int(spam), confidential=int(confidential), whose=ids.get(whose), id=case.id,
            )  # fmt: skip
        cases.append(proposals.by_id(db, case.id))
    return cases, ids["an"]


def a_member(db, login):
    return staff.add(
        db, login, name=login, role="officer", password_hash="-", must_change=False,
        actor="test", at=1,
    ).id  # fmt: skip


def ids_of(db, condition, **given):
    return {
        row[0]
        for row in db.rows(
            f"SELECT id FROM proposal WHERE commune_id = :commune_id AND {condition}", **given
        )
    }


def test_sql_and_python_show_one_reader_the_same_cases(db, kept):
    cases, an = kept
    for reader in (an, "", "nobody"):
        seen = {one.id for one in cases if one.is_open_to(reader)}

        assert ids_of(db, VISIBLE, viewer=reader) == seen
        assert ids_of(db, f"NOT {VISIBLE}", viewer=reader) == {one.id for one in cases} - seen
    assert sum(one.is_open_to(an) for one in cases) == len(CASES) / 2 + 2


def test_sql_and_python_count_the_same_cases(db, kept):
    cases, _ = kept

    assert ids_of(db, OPEN_TO_ALL) == {one.id for one in cases if one.is_open_to_all}
    assert ids_of(db, COUNTED) == {one.id for one in cases if one.is_counted}
    assert sum(one.is_counted for one in cases) == len(CASES) / 4


def test_where_there_is_no_case_nothing_is_kept_from_anybody(db):
    row = db.row(
        f"SELECT {VISIBLE}, NOT {VISIBLE} FROM commune LEFT JOIN proposal"
        " ON proposal.commune_id = commune.commune_id WHERE commune.commune_id = :commune_id",
        viewer="an",
    )

    assert row == (1, 0)
