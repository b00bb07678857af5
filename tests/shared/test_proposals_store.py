"""The store keeps a proposal whole, once, and moves it only along the table."""

import pytest

from shared import clock
from shared.proposal import NEXT, MoveRefused, Status
from shared.store import proposals
from tests.conftest import DETAILS, ROAD


def test_the_builder_reaches_every_status_but_merged(a_proposal):
    reached = {a_proposal(status=status).status for status in ROAD}

    assert reached == set(Status) - {Status.MERGED}


@pytest.mark.parametrize("status", ROAD)
def test_a_move_off_the_table_is_refused_and_changes_nothing(db, a_proposal, status):
    proposal = a_proposal(status=status)

    for wanted in set(Status) - set(NEXT[status]):
        with pytest.raises(MoveRefused):
            proposals.move(
                db, proposal.code, wanted, actor="t", at=clock.now(), details=DETAILS.get(wanted)
            )

    assert proposals.by_code(db, proposal.code) == proposal
