"""How often the page of a case asks the store: a bound, so that nobody adds a question unseen."""

import pytest

from shared.domain.proposal import Status
from tests.asked import asked

# Who asks, the case, its colleagues, events, authors, moves, what else there is, its list; and what
# stands at the head of every page.
MOST = 22


@pytest.mark.of_sqlite
@pytest.mark.parametrize("status", [Status.RECEIVED, Status.UNDER_APPRAISAL, Status.RECOGNISED])
def test_the_page_of_a_case_asks_little_and_nothing_twice(officer, a_proposal, status):
    told = {"phone": "0912345678", "consents": {"store": True, "sms": True}}
    path = f"/ho-so/{a_proposal(status=status, **told).code}"
    officer.get(path)  # what is remembered is read

    with asked(officer.application.extensions["hienke"].store()) as said:
        assert officer.get(path).status_code == 200

    assert len(said) <= MOST, said
    assert len(said) == len(set(said)), sorted(one for one in said if said.count(one) > 1)
