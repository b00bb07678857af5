"""How often sending an idea asks the store: a bound, so that nobody adds a question unseen."""

import pytest

from tests.asked import asked, transactions
from tests.engines import POSTGRES
from tests.journal import pages_written

# BEGIN, what must be known before, an INSERT for each table (search and counts have
# several), COMMIT. A server
# locks the unit with BEGIN, and takes all rows at once.
MOST = {"sqlite": 13, POSTGRES: 4}
# A page for each table and each of its indexes that keeps the row.
MOST_PAGES = 30
# A receipt without files and answers: its proposal and standing, the campaigns, its moves, what
# else there is, its sender. A server is asked for the proposal, and then for all else at once.
MOST_OF_A_RECEIPT = {"sqlite": 6, POSTGRES: 2}
# Whether its visitor guessed too often, the standing, the campaigns.
MOST_OF_A_STATUS = {"sqlite": 3, POSTGRES: 1}


@pytest.fixture
def at_store(public):
    """The connection by which the app asks in this thread."""
    return public.extensions["hienke"].store()


@pytest.mark.parametrize("name", ["", "Nguyễn Văn Mẫn"])
def test_an_idea_is_one_transaction_of_few_statements(
    citizen, a_form, at_store, runs_on, how_many, name
):
    citizen.post("/gui", data=a_form(title="Bài trước", key="a"))  # what is remembered is read
    form = a_form(title="Cho hẹn giờ chứng thực", key="b", name=name, **{"consents.store": "yes"})

    with asked(at_store) as said:
        assert citizen.post("/gui", data=form).status_code == 303

    assert how_many() == 2
    assert transactions(said) == 1
    assert len(said) <= MOST[runs_on], said


def test_an_idea_by_the_api_is_one_transaction_of_as_few(citizen, at_store, runs_on, how_many):
    def send(key: str) -> None:
        said = {"title": f"Cho hẹn giờ {key}", "solution": "Cho bà con nhắn tin xin giờ."}
        sent = citizen.post("/api/v1/proposals", json=said, headers={"Idempotency-Key": key})
        assert sent.status_code == 201

    send("a")  # what is remembered is read
    with asked(at_store) as said:
        send("b")

    assert how_many() == 2
    assert transactions(said) == 1
    assert len(said) <= MOST[runs_on], said


@pytest.mark.of_sqlite
def test_an_idea_writes_few_pages(citizen, a_form, at_store):
    citizen.post("/gui", data=a_form(title="Bài trước", key="a"))

    with pages_written(at_store) as pages:
        citizen.post("/gui", data=a_form(title="Cho hẹn giờ chứng thực", key="b"))

    assert pages[0] <= MOST_PAGES


def test_a_receipt_asks_little(citizen, a_proposal, secret_of, at_store, runs_on):
    path = f"/r/{secret_of(a_proposal())}"
    citizen.get(path)  # what is remembered is read

    with asked(at_store) as said:
        assert citizen.get(path).status_code == 200

    assert len(said) <= MOST_OF_A_RECEIPT[runs_on], said


def test_a_status_asks_little(citizen, a_proposal, at_store, runs_on):
    path = f"/t/{a_proposal().code}"
    citizen.get(path)  # what is remembered is read

    with asked(at_store) as said:
        assert citizen.get(path).status_code == 200

    assert len(said) <= MOST_OF_A_STATUS[runs_on], said
