"""The receipt is the place to return to: where the idea stands, what comes next and what one can do
now. The square code opens all that was sent, so it is folded and goes nowhere by itself; on paper
it comes out once, by itself, where the printer is ours."""

import re
from datetime import date, datetime, time

import pytest

from kiosk.apps import public_app
from shared.domain import clock, codes
from shared.domain.proposal import ENDED, Status, following
from shared.store.cases import moves
from shared.store.jobs import print_jobs
from shared.store.models import registry
from shared.store.models.registry import Words
from shared.store.people import devices
from tests.conftest import ROAD, ZONE
from tests.kiosk.conftest import FORM_KEY, PUBLIC, watched

_OPEN = re.compile(r"<details[^>]* open")


@pytest.fixture
def opened(citizen, secret_of):
    """A builder: the receipt of a proposal on a phone."""
    return lambda proposal: citizen.get(f"/r/{secret_of(proposal)}").text


@pytest.fixture
def a_kiosk(a_site, db):
    """A builder: the browser of Kiosk 1 with these settings of the printer."""

    def build(**settings):
        app = watched(public_app(a_site(printer=settings), PUBLIC))
        devices.add(db, "Kiosk 1", codes.secret_hash("link"), actor="test", at=clock.now())
        client = app.test_client()
        client.get("/kiosk/link")
        return client

    return build


@pytest.fixture
def hand_in(a_form):
    """Hand an idea in at a kiosk, and return the page that says so."""

    def send(kiosk, key=FORM_KEY):
        answer = kiosk.post("/gui", data=a_form(key=key))
        assert answer.location.endswith(("moi=1", "moi=2"))
        return kiosk.get(answer.location).text

    return send


@pytest.mark.parametrize("status", ROAD)
def test_how_it_stands_comes_first_and_the_square_code_is_folded(opened, a_proposal, status):
    page = opened(a_proposal(status=status))

    places = [page.index(one) for one in ("<h1", "Việc kế tiếp", "<details", 'class="qr"')]
    assert places == sorted(places)
    assert 'aria-current="step"' in page
    assert not _OPEN.search(page)


def test_the_square_code_is_in_sight_at_its_first_view_alone(citizen, a_proposal, secret_of):
    address = f"/r/{secret_of(a_proposal())}"

    assert _OPEN.search(citizen.get(f"{address}?moi=1").text)
    assert not _OPEN.search(citizen.get(address).text)


def test_the_answer_is_written_right_under_the_offices_question(opened, a_proposal):
    page = opened(a_proposal(status=Status.NEEDS_INFO))

    places = [page.index(one) for one in ("Xã cần Ông/Bà nói rõ thêm", "<textarea", "<ol")]
    assert places == sorted(places)
    assert page.count("<textarea") == 1


def test_late_is_said_with_a_new_day_and_later_without_an_old_promise(
    citizen, opened, a_proposal, monkeypatch
):
    proposal = a_proposal()
    due = proposal.due_at

    for at, said in ((due + 1, "Hẹn mới: xem xong trước ngày"), (due + 90 * clock.DAY, "xin hỏi")):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        for page in (opened(proposal), citizen.get(f"/t/{proposal.code}").text):
            assert "Xã trễ hẹn ngày" in page and said in page
            assert "Dự kiến xem xong" not in page.partition("<details")[0]


def test_a_trial_past_its_end_is_not_being_tried(citizen, opened, db, a_proposal, monkeypatch):
    proposal = a_proposal(status=Status.ON_TRIAL)
    until = moves.of_proposal(db, proposal.id)[-1].details["trial_to"]
    last = datetime.combine(date.fromisoformat(until), time(12), ZONE).timestamp() * 1000

    monkeypatch.setattr(clock, "now", lambda: int(last))
    before = opened(proposal)
    monkeypatch.setattr(clock, "now", lambda: int(last) + clock.DAY)

    for page in (opened(proposal), citizen.get(f"/t/{proposal.code}").text):
        assert "Đã làm thử xong" in page
        assert "Đang làm thử" not in page.partition("Các bước đã qua")[0]
    api = citizen.get(f"/api/v1/proposals/{proposal.code}").get_json()
    assert (api["status"], api["label"]) == ("on_trial", "Đã làm thử xong")
    assert "Đang làm thử" in before.partition("Các bước đã qua")[0]


def test_a_recognised_idea_leads_to_its_model_and_shares_that(
    opened, citizen, secret_of, db, a_proposal
):
    proposal = a_proposal(status=Status.RECOGNISED)
    slip = f"/r/{secret_of(proposal)}/phieu"
    before = citizen.get(slip).text
    words = Words("Hẹn giờ", "Chờ lâu.", "Cho hẹn.", "Đỡ chờ.", False, False)

    entry = registry.publish(db, proposal.code, words, seen="", actor="an", at=clock.now())

    assert f'data-share="/t/{proposal.code}"' in before
    after = opened(proposal)
    assert f'href="/mo-hinh/{entry.slug}"' in after and "Xem mô hình" in after
    assert f'data-share="/mo-hinh/{entry.slug}"' in citizen.get(slip).text


@pytest.mark.parametrize("status", [one for one in ROAD if one is not Status.WITHDRAWN])
def test_taking_back_is_offered_where_it_can_be_done_elsewhere_the_data_desk(
    opened, a_proposal, status
):
    page = opened(a_proposal(status=status))

    assert ('/rut"' in page) == (Status.WITHDRAWN in following(status))
    assert ("Xin xóa tên, số của tôi" in page) != ('/rut"' in page)
    assert status in ENDED or "Gửi thêm" in page


def test_a_printer_of_ours_begins_by_itself_once_a_receipt(a_kiosk, hand_in, db, latest):
    kiosk = a_kiosk(kind="network", host="127.0.0.1", port=9)

    first = hand_in(kiosk)
    hand_in(kiosk)

    assert "Đang in phiếu" in first
    assert len(print_jobs.of_proposal(db, latest().id)) == 1


def test_a_browser_prints_at_a_press_where_it_can_and_else_there_is_no_button(a_kiosk, hand_in):
    kiosk = a_kiosk(browser=True)

    page = hand_in(kiosk)

    assert "data-print" in page and page.count('class="slip paper"') == 1
    assert "Đang in phiếu" not in page
    assert "data-print" in kiosk.get("/ngoai-tuyen/vi/phieu").text


def test_a_kiosk_without_any_printer_shows_no_print_button(a_kiosk, hand_in):
    kiosk = a_kiosk()

    for page in (hand_in(kiosk), kiosk.get("/ngoai-tuyen/vi/phieu").text):
        assert "In phiếu" not in page and "data-print" not in page


def test_no_page_speaks_of_a_key_that_a_kiosk_does_not_have(citizen, a_proposal, secret_of):
    assert "Ctrl" not in citizen.get(f"/r/{secret_of(a_proposal())}/phieu").text


@pytest.mark.parametrize("path", ["/tra-cuu", "/tro-giup"])
def test_whoever_lost_a_receipt_reads_what_to_do(citizen, path):
    page = citizen.get(path).text

    assert "Mất phiếu" in page and "in phiếu mới" in page
