"""The printer's page: what waits, what went wrong in plain words, print again, a test page."""

import html

import pytest

from kiosk.apps import staff_app
from shared import texts
from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.runtime.listening import Address
from shared.store.cases import proposals
from shared.store.jobs import print_jobs
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD


@pytest.fixture
def desk(a_site, a_member):
    """A receptionist's browser in an office with a printer."""
    a_member("tiep", role="receptionist")
    site = a_site(staff={"require_totp": False}, printer={"kind": "file", "device": "/dev/lp"})
    client = watched(staff_app(site, Address("127.0.0.1", 8081))).test_client()
    client.post("/login", data={"login": "tiep", "password": PASSWORD})
    return client


@pytest.fixture
def a_job(db, a_proposal):
    """A builder: the job of a fresh proposal's receipt in this state."""

    def build(state, fault=""):
        proposal = a_proposal()
        job = print_jobs.ask_as_citizen(db, proposal.id, at=clock.now())
        print_jobs.claim(db, at=clock.now())
        if state != "failed":
            print_jobs.begin_sending(db, job.id, at=clock.now())
        print_jobs.settle(db, job.id, state, at=clock.now(), fault=fault)
        return proposal, print_jobs.by_id(db, job.id)

    return build


@pytest.mark.parametrize("fault", print_jobs.FAULTS)
def test_every_fault_is_told_in_plain_words_with_what_to_do(desk, a_job, fault):
    a_job("failed", fault)

    page = desk.get("/may-in").text

    assert "chưa in được" in page
    for words in (f"printer.fault.{fault}", f"printer.todo.{fault}"):
        assert texts.load("vi").say(words) in html.unescape(page)
    assert "1 tờ chưa in được" in desk.get("/hom-nay").text


def test_a_sheet_printed_again_takes_the_place_of_the_one_that_failed(desk, a_job, db):
    proposal, job = a_job("unsure", "cut_off")

    desk.post(f"/may-in/{job.id}/in-lai")

    old, new = print_jobs.of_proposal(db, proposal.id)
    assert (old.state, new.state, new.is_again) == ("given_up", "queued", True)
    assert [event.kind for event in event_log.of_proposal(db, proposal.id)].count(
        "print_asked"
    ) == 2
    assert print_jobs.count_open(db, now=clock.now()) == 0
    assert len(list(event_log.every(db))) == len({event.id for event in event_log.every(db)})


def test_printing_again_makes_no_second_proposal(desk, a_job, db, how_many):
    proposal, job = a_job("failed", "paper_out")

    for _ in range(2):
        desk.post(f"/may-in/{job.id}/in-lai")
        desk.post(f"/ho-so/{proposal.code}/in")

    assert how_many() == 1
    assert [one.state for one in print_jobs.of_proposal(db, proposal.id)] == ["given_up", "queued"]


def test_a_sheet_nobody_needs_is_taken_off_the_list(desk, a_job, db):
    _, job = a_job("failed", "too_late")

    desk.post(f"/may-in/{job.id}/thoi")

    assert print_jobs.by_id(db, job.id).state == "given_up"
    assert "Không có phiếu nào đang chờ" in desk.get("/may-in").text


def test_a_test_page_is_asked_for_once(desk, db):
    for _ in range(2):
        desk.post("/may-in/thu")

    [job] = print_jobs.lately(db)
    assert (job.kind, job.proposal_id, job.state) == ("test", None, "queued")
    assert "Trang in thử" in desk.get("/may-in").text


def test_without_a_printer_the_page_says_so_and_the_browser_prints(officer, a_proposal):
    proposal = a_proposal(status=Status.RECEIVED)

    assert "Chưa đặt máy in phiếu" in officer.get("/may-in").text
    assert officer.post(f"/ho-so/{proposal.code}/in").location == f"/ho-so/{proposal.code}/phieu"


def test_a_confidential_cases_sheet_is_there_for_its_assignee_alone(desk, a_job, a_member, db):
    proposal, job = a_job("failed", "paper_out")
    other = a_member("an")
    proposals.assign(db, proposal.code, other.id, actor="test", at=clock.now())
    proposals.flag(db, proposal.code, spam=False, confidential=True, actor="test", at=clock.now())

    assert proposal.code[:4] not in desk.get("/may-in").text.split("<main")[1]
    assert desk.post(f"/may-in/{job.id}/in-lai").status_code == 404
    assert desk.post(f"/may-in/{job.id}/thoi").status_code == 404
