"""Behind the QR one sees what the office keeps, who looked, and asks; whoever found the receipt
learns no name and no number."""

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, conversation, proposals
from shared.store.privacy import data_requests
from shared.workflows import case_steps
from tests.kiosk.test_device import is_kiosk

KNOWN = {
    "name": "Lê Thị Khế", "phone": "0987654321",
    "consents": {"store": True, "sms": True, "name_me": True, "notice": "2026-1"},
}  # fmt: skip


@pytest.fixture
def own(db, a_proposal, secret_of):
    """Somebody's idea and the address of what is kept of them."""
    case = a_proposal(**KNOWN, solution="Cho bà con nhắn tin xin một khung giờ.")
    conversation.add_more(db, case.code, "Thêm một ý nhỏ.", channel="web", key="a", at=clock.now())
    return case, f"/r/{secret_of(case)}"


def test_the_receipt_leads_there(citizen, own):
    _, address = own

    assert f'href="{address}/du-lieu"' in citizen.get(address).text


def test_it_shows_all_that_is_kept_and_who_looked_but_no_name_and_no_number(citizen, db, own):
    case, address = own
    case_steps.note_view(db, case.id, "viewed_personal_details", actor="nobody", at=clock.now())

    page = citizen.get(f"{address}/du-lieu").text

    for kept in ("khung giờ", "Thêm một ý nhỏ.", "L. T. K.", "0•• ••• •21", "bản thông báo 2026-1",
                 "xem tên, số điện thoại", "12 tháng"):  # fmt: skip
        assert kept in page, kept
    assert "Lê Thị Khế" not in page and "654" not in page


@pytest.mark.parametrize("kind", ["access", "erasure"])
def test_what_is_asked_waits_at_the_desk_with_its_day(citizen, db, own, kind):
    case, address = own
    form = {"kind": kind, "key": "k"}

    first = citizen.post(f"{address}/du-lieu", data=form)
    citizen.post(f"{address}/du-lieu", data=form)

    [one] = data_requests.of_proposal(db, case.id)
    assert (one.kind, one.way, one.identity, one.is_open) == (kind, "receipt", "receipt", True)
    assert one.answered_at is not None
    page = citizen.get(first.location).text
    assert "Xã đã nhận yêu cầu của Ông/Bà." in page
    assert "chờ làm, xong trước hết ngày" in page


def test_a_correction_carries_the_right_name_and_number_to_the_desk(citizen, db, own):
    case, address = own

    citizen.post(
        f"{address}/du-lieu",
        data={"kind": "correction", "name": "Lê Thị Khê", "phone": "0912345678", "key": "k"},
    )

    [one] = data_requests.of_proposal(db, case.id)
    assert one.said == "Lê Thị Khê\n0912 345 678"
    assert authors.of(db, case.id).name == "Lê Thị Khế"  # until somebody checked who asks


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"kind": "correction"}, "Xin ghi tên đúng hoặc số đúng."),
        ({"kind": "complaint"}, "Xin nói rõ điều chưa vừa ý."),
        ({"kind": ""}, "Xin chọn muốn xã làm gì."),
        ({"kind": "consent"}, "Xin chọn muốn xã làm gì."),
        ({"kind": "complaint", "said": "dài " * 600}, "2000"),
    ],
)
def test_what_is_not_clear_is_asked_again_and_kept(citizen, db, own, form, wrong):
    case, address = own

    answer = citizen.post(f"{address}/du-lieu", data=form)

    assert answer.status_code == 422
    assert wrong in answer.text
    assert form.get("said", "").strip() in answer.text
    assert data_requests.of_proposal(db, case.id) == []


@pytest.mark.parametrize("consent", ["sms", "name_me"])
def test_a_consent_is_taken_back_at_once_and_written_down(citizen, db, own, consent):
    case, address = own

    answer = citizen.post(f"{address}/rut-dong-y", data={"consent": consent})

    author = authors.of(db, case.id)
    assert (author.consent_sms, author.consent_name) == (consent != "sms", consent != "name_me")
    assert "Đã rút đồng ý" in citizen.get(answer.location).text
    [one] = data_requests.of_proposal(db, case.id)
    assert (one.kind, one.outcome, one.done_by) == ("consent", "done", "citizen")
    citizen.post(f"{address}/rut-dong-y", data={"consent": consent})
    assert len(data_requests.of_proposal(db, case.id)) == 1


def test_name_and_number_go_ten_minutes_later_and_the_idea_stays(citizen, db, own, when_due):
    case, address = own

    answer = citizen.post(f"{address}/rut-dong-y", data={"consent": "store"})

    waits = citizen.get(answer.location).text
    assert "mới xóa tên và số" in waits and "Lấy lại, không xóa nữa" in waits
    assert "Xóa tên và số của tôi" not in waits
    assert authors.of(db, case.id).name is not None
    when_due()
    author = authors.of(db, case.id)
    assert (author.name, author.phone) == (None, None)
    kept = proposals.by_id(db, case.id)
    assert (kept.title, kept.status) == (case.title, Status.RECEIVED)
    page = citizen.get(f"{address}/du-lieu").text
    assert "Tên và số điện thoại đã được xóa ngày" in page
    assert "Xóa tên và số của tôi" not in page


def test_name_and_number_are_kept_by_one_tap(citizen, db, own, when_due):
    case, address = own
    citizen.post(f"{address}/rut-dong-y", data={"consent": "store"})

    kept = citizen.post(f"{address}/lay-lai", data={"what": "erase"})

    assert "Đã lấy lại. Tên và số của Ông/Bà vẫn còn." in citizen.get(kept.location).text
    assert when_due() == 0 and authors.of(db, case.id).name is not None


def test_a_finger_that_keeps_tapping_fills_no_desk(citizen, db, own):
    case, address = own

    for key in range(8):
        last = citizen.post(f"{address}/du-lieu", data={"kind": "access", "key": f"k{key}"})

    assert len(data_requests.of_proposal(db, case.id)) == 5
    assert "nhiều yêu cầu chờ" in citizen.get(last.location).text


def test_taking_an_idea_back_is_a_request_that_was_done(citizen, db, own, when_due):
    case, address = own

    citizen.post(f"{address}/rut")
    when_due()

    [one] = data_requests.of_proposal(db, case.id)
    assert (one.kind, one.way, one.outcome) == ("consent", "receipt", "done")


def test_a_recognised_idea_cannot_be_taken_back_alone_so_the_desk_hears_of_it(
    citizen, db, a_proposal, secret_of
):
    case = a_proposal(status=Status.RECOGNISED, **KNOWN)

    for _ in range(2):
        citizen.post(f"/r/{secret_of(case)}/rut")

    [one] = data_requests.of_proposal(db, case.id)
    assert (one.kind, one.is_open) == ("erasure", True)
    assert authors.of(db, case.id).phone is not None


def test_at_a_kiosk_the_page_is_for_the_visit_of_the_receipt_alone(kiosk, own):
    _, address = own

    assert is_kiosk(kiosk)
    assert kiosk.get(f"{address}/du-lieu").location == "/"


def test_what_was_typed_stays_when_somebody_says_they_are_there(citizen, own):
    _, address = own

    page = citizen.post(
        f"{address}/du-lieu", data={"stay": "1", "kind": "complaint", "said": "Bị gọi hoài"}
    )

    assert page.status_code == 200 and "Bị gọi hoài" in page.text


def test_the_events_of_it_carry_no_word_of_it(citizen, db, own):
    _, address = own
    form = {"kind": "complaint", "said": "Bị gọi hoài", "key": "k"}

    citizen.post(f"{address}/du-lieu", data=form)

    assert "Bị gọi" not in repr([one.data for one in event_log.every(db)])
