"""Our own words in statements."""

import pytest

from shared.db.sql import one_of
from shared.domain.proposal import ON_THE_CLOCK, Status


def test_a_set_of_statuses_always_reads_the_same():
    shuffled = frozenset(sorted(ON_THE_CLOCK, reverse=True))

    assert one_of(shuffled) == "IN ('received', 'needs_info', 'under_appraisal')"
    assert one_of({Status.CLOSED}) == "IN ('closed')"


def test_other_words_stand_as_they_were_given():
    assert one_of(("official", "citizen")) == "IN ('official', 'citizen')"


@pytest.mark.parametrize("word", ["it's", "a b", "", "x'); --", "Ấp"])
def test_what_is_no_word_of_ours_is_refused(word):
    with pytest.raises(ValueError):
        one_of([word])


def test_the_list_of_what_is_due_is_read_by_its_own_index(db):
    plan = db.rows(
        "EXPLAIN QUERY PLAN SELECT id FROM proposal WHERE proposal.commune_id = :commune_id"
        f" AND proposal.is_spam = 0 AND proposal.status {one_of(ON_THE_CLOCK)}"
        " AND proposal.due_at < 9"
        " ORDER BY proposal.due_at, proposal.id"
    )

    assert any("proposal_by_due" in row[3] for row in plan), plan
