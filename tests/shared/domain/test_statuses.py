"""Which statuses belong together. The groups are derived from the table of moves; what they come
to is written out here, so that a change of the table shows whom it concerns."""

import pytest

from shared.domain import proposal
from shared.domain.honours import VALID
from shared.domain.proposal import Status, in_order

GROUPS = {
    "ON_THE_CLOCK": "received needs_info under_appraisal",
    "OFFICES_TURN": "received under_appraisal",
    "WAITS_FOR_MORE": "needs_info closed",
    "UNDECIDED": "received needs_info under_appraisal at_council on_trial",
    "ENDED": "recognised replicated not_recognised merged redirected withdrawn closed",
    "UNDER_WAY": "received needs_info under_appraisal at_council on_trial recognised merged",
    "OVER": "replicated not_recognised redirected withdrawn closed",
    "FINAL": "replicated redirected withdrawn",
    "PUBLIC": "recognised replicated",
    "DROPPED": "not_recognised redirected withdrawn closed",
    "GONE": "redirected withdrawn",
    "INVALID": "redirected withdrawn closed",
    "APPRAISED": (
        "at_council on_trial recognised replicated not_recognised merged redirected closed"
    ),
    "DECIDED": "recognised not_recognised",
    "NO_MERGE_INTO": "merged withdrawn",
    "BEFORE_COUNCIL": "under_appraisal on_trial",
}


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_holds_these_statuses(name):
    assert " ".join(in_order(getattr(proposal, name))) == GROUPS[name]


def test_every_group_is_in_the_table_above():
    groups = {
        name
        for name, value in vars(proposal).items()
        if isinstance(value, frozenset) and all(isinstance(one, Status) for one in value)
    }

    assert groups == GROUPS.keys() | {"EVERY"}


def test_an_idea_that_was_looked_at_is_one_whatever_became_of_it():
    assert " ".join(VALID) == (
        "under_appraisal at_council on_trial recognised replicated not_recognised merged"
    )
