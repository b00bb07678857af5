"""Who asks about their data is answered in two days and has it done in fifteen; who carries it out
knows who asks; and every step stands in the log."""

from datetime import timedelta

import pytest

from kiosk import forgetting
from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.files import media
from shared.store.cases import authors, proposals, queue, redactions, sender_changes
from shared.store.files import attachments
from shared.store.messages import opt_outs, outgoing, threads
from shared.store.models import registry
from shared.store.people import staff
from shared.store.privacy import data_requests, erasures
from shared.store.privacy.data_requests import NewDataRequest
from shared.workflows import notices, verify
from tests import residue
from tests.conftest import ZONE
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

KNOWN = {
    "name": "Lê Thị Khế", "phone": "0987654321",
    "consents": {"store": True, "sms": True, "name_me": True, "notice": "2026-1"},
}  # fmt: skip
SHOWN, MASKED = "0987 654 321", "0•• ••• •21"


@pytest.fixture
def officer(office, a_member):
    a_member("an", role="officer", name="Bà An")
    client = watched(office).test_client()
    client.post("/login", data={"login": "an", "password": PASSWORD})
    return client


@pytest.fixture
def asks(db):
    """A builder: `asks("erasure", case, identity="paper")` is a request; returns its id."""

    def build(kind, case=None, **more):
        given = {"way": "counter", "proposal_id": case.id if case else None, **more}
        at = given.pop("at", clock.now())
        key = f"{kind}{at}{len(data_requests.waiting(db, 'x'))}"
        return data_requests.add(
            db, NewDataRequest(kind, **given), key=key, zone=ZONE, at=at, actor="t"
        ).id

    return build


def kinds(db, case):
    return [one.kind for one in event_log.of_proposal(db, case.id)]


def test_what_is_asked_at_the_counter_is_written_down_with_its_clocks(officer, db, a_proposal):
    case = a_proposal(**KNOWN)

    answer = officer.post(
        "/du-lieu",
        data={"key": "k", "kind": "access", "way": "counter", "code": case.code, "said": "Cho xem"},
    )

    [one] = data_requests.waiting(db, "x")
    assert answer.location == f"/du-lieu/{one.id}"
    day = clock.to_local(one.received_at, ZONE).date()
    assert one.respond_by == clock.end_of_day(clock.add_working_days(day, 2), ZONE)
    assert one.due_at == clock.end_of_day(day + timedelta(days=15), ZONE)
    assert (one.proposal_id, one.said, one.number) == (case.id, "Cho xem", 1)
    page = officer.get("/du-lieu").text
    assert "để báo lại" in page and "Xem, xin bản sao" in page


def test_a_double_tap_is_one_request(officer, db):
    form = {"key": "k", "kind": "complaint", "way": "phone", "name": "Bà Tư", "said": "Bị gọi hoài"}

    first, again = (officer.post("/du-lieu", data=form) for _ in range(2))

    assert first.location == again.location
    assert len(data_requests.waiting(db, "x")) == 1


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"kind": "dance"}, "kind"),
        ({"way": "sms"}, "way"),
        ({"code": "123456789012"}, "Không có hồ sơ nào mang mã này"),
        ({"phone": "12"}, "Số điện thoại chưa đúng"),
        ({"name": "", "code": ""}, "Xin ghi mã số, tên hoặc số"),
        ({"kind": "complaint", "said": ""}, "Xin ghi người dân phản ánh điều gì"),
        ({"said": "x" * 2001}, "2000"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_typed_is_lost(officer, db, changes, wrong):
    form = {"kind": "access", "way": "counter", "name": "Bà Tư Khế", "said": "Cho xem", **changes}

    answer = officer.post("/du-lieu", data=form)

    assert answer.status_code == 422
    assert wrong in answer.text
    assert form["said"] in answer.text and form["name"] in answer.text
    assert data_requests.waiting(db, "x") == []


def test_where_somebody_else_acts_too_there_are_twenty_days(asks, db):
    one = data_requests.by_id(db, asks("erasure", third_party=True))

    day = clock.to_local(one.received_at, ZONE).date()
    assert one.due_at == clock.end_of_day(day + timedelta(days=20), ZONE)


def test_the_list_says_what_is_late_and_puts_the_nearest_day_first(officer, db, asks):
    now = clock.now()
    asks("access", name="a", at=now)
    asks("erasure", name="b", at=now - 16 * clock.DAY, is_answered=True)
    asks("complaint", name="c", said="x", at=now - 7 * clock.DAY)

    page = officer.get("/du-lieu").text

    assert "Quá hạn 1 ngày" in page
    assert "Quá hạn báo lại" in page
    assert [one.kind for one in data_requests.waiting(db, "x")] == [
        "complaint", "erasure", "access",
    ]  # fmt: skip


def test_a_request_is_put_off_once_by_fifteen_days_at_the_most(officer, db, asks):
    request_id = asks("access", name="Bà Tư")
    before = data_requests.by_id(db, request_id).due_at

    for days in ("16", "0", "x", ""):
        assert officer.post(
            f"/du-lieu/{request_id}/gia-han", data={"days": days, "why": "hỏi kho"}
        ).status_code == 422  # fmt: skip
    assert officer.post(f"/du-lieu/{request_id}/gia-han", data={"days": "5"}).status_code == 422
    officer.post(f"/du-lieu/{request_id}/gia-han", data={"days": "15", "why": "hỏi kho lưu trữ"})
    again = officer.post(f"/du-lieu/{request_id}/gia-han", data={"days": "1", "why": "nữa"})

    one = data_requests.by_id(db, request_id)
    assert one.due_at == before + 15 * clock.DAY
    assert one.extended_why == "hỏi kho lưu trữ"
    assert again.status_code == 409 and "gia hạn một lần" in again.text


def test_nothing_is_handed_over_before_it_is_known_who_asks(officer, db, a_proposal, asks):
    case = a_proposal(**KNOWN)
    request_id = asks("access", case)

    refused = officer.get(f"/du-lieu/{request_id}/ban-sao")
    ended = officer.post(f"/du-lieu/{request_id}/xong", data={"outcome": "done", "answer": ""})

    assert refused.status_code == ended.status_code == 422
    assert "Chưa xác minh" in refused.text and SHOWN not in refused.text
    officer.post(f"/du-lieu/{request_id}/xac-minh", data={"identity": "receipt"})
    assert officer.get(f"/du-lieu/{request_id}/ban-sao").status_code == 422
    officer.post(f"/du-lieu/{request_id}/xac-minh", data={"identity": "paper"})
    copy = officer.get(f"/du-lieu/{request_id}/ban-sao")
    assert copy.status_code == 200
    for kept in ("Lê Thị Khế", SHOWN, case.solution, "bản thông báo 2026-1", "nêu tên"):
        assert kept in copy.text, kept
    assert kinds(db, case)[-1] == "data_copied"
    officer.post(f"/du-lieu/{request_id}/xong", data={"outcome": "done", "answer": ""})
    assert data_requests.by_id(db, request_id).outcome == "done"


def test_details_are_put_right_and_found_by_the_new_name(officer, db, a_proposal, asks):
    case = a_proposal(**KNOWN)
    request_id = asks("correction", case, identity="number")
    page = officer.get(f"/du-lieu/{request_id}").text
    assert SHOWN in page

    right = {"name": "Lê Thị Khê", "phone": "0912 345 678", "unit": "", "position": "",
             "guardian": "", "reason": "đọc lại tên"}  # fmt: skip
    wrong = officer.post(f"/du-lieu/{request_id}/sua", data={**right, "phone": "12"})
    officer.post(f"/du-lieu/{request_id}/sua", data=right)

    assert wrong.status_code == 422 and "Lê Thị Khê" in wrong.text
    author = authors.of(db, case.id)
    assert (author.name, author.phone) == ("Lê Thị Khê", "+84912345678")
    found = queue.page(db, queue.QueueFilter("x", words="le thi khe")).cases
    assert [one.code for one in found] == [case.code]
    assert data_requests.by_id(db, request_id).outcome == "done"
    [change] = sender_changes.of(db, case.id)
    assert (change.before["name"], change.evidence) == ("Lê Thị Khế", "request")
    assert change.reason == "đọc lại tên"
    [event] = [one for one in event_log.of_proposal(db, case.id) if one.kind == "sender_corrected"]
    assert event.data["fields"] == ["name", "phone"]
    told = [one.phone for one in threads.of_proposal(db, case.id)[1]
            if one.text_key == "notify_sender_changed"]  # fmt: skip
    assert told == [change.before["phone"]]
    assert "viewed_personal_details" in kinds(db, case)


def test_after_a_decision_only_the_chair_puts_details_right_here_too(
    officer, logged_in, db, a_proposal, asks
):
    case = a_proposal(status=Status.RECOGNISED, **KNOWN)
    request_id = asks("correction", case, identity="number")
    given = {"name": "Lê Thị Khê", "phone": KNOWN["phone"], "reason": "đọc lại tên"}

    refused = officer.post(f"/du-lieu/{request_id}/sua", data=given)

    assert refused.status_code == 409 and "chỉ Chủ tịch sửa được" in refused.text
    assert authors.of(db, case.id).name == "Lê Thị Khế"
    assert data_requests.by_id(db, request_id).is_open
    chair = logged_in("chu", role="chair")
    assert chair.post(f"/du-lieu/{request_id}/sua", data=given).status_code == 303
    assert authors.of(db, case.id).name == "Lê Thị Khê"


def test_a_consent_that_is_taken_back_holds_at_once_in_every_reader(officer, db, a_proposal, asks):
    case = a_proposal(status=Status.RECOGNISED, **KNOWN)
    words = registry.Words("Hẹn giờ", "Chờ lâu", "nhắn tin", "", True, False)
    entry = registry.publish(db, case.code, words, seen="", actor="t", at=1)
    assert registry.credited(db, entry) == ["Lê Thị Khế"]
    assert len(notices.recipients(db, case.id)) == 1
    request_id = asks("consent", case)

    officer.post(f"/du-lieu/{request_id}/rut-dong-y", data={"consent": ["sms", "name_me"]})

    assert registry.credited(db, entry) == []
    assert notices.recipients(db, case.id) == []
    assert authors.of(db, case.id).name == "Lê Thị Khế"
    assert "Lê Thị Khế" not in officer.get(f"/ho-so/{case.code}").text
    assert data_requests.by_id(db, request_id).outcome == "done"
    assert "consent_taken_back" in kinds(db, case)


def test_who_is_not_to_be_kept_is_erased(officer, db, a_proposal, asks, when_due):
    case = a_proposal(**KNOWN)
    request_id = asks("consent", case)

    officer.post(f"/du-lieu/{request_id}/rut-dong-y", data={"consent": "store"})

    assert authors.of(db, case.id).name is not None and data_requests.by_id(db, request_id).is_open
    when_due()
    assert data_requests.by_id(db, request_id).outcome == "done"
    assert authors.of(db, case.id).name is None
    assert proposals.by_id(db, case.id).title == case.title


def test_before_an_erasure_the_officer_sees_what_names_them_and_says_what_goes(
    officer, db, instance, a_proposal, asks, when_due
):
    case = a_proposal(**KNOWN, solution="Gọi Lê Thị Khế 0987 654 321 giúp tôi với nhé.")
    kept = media.keep(instance.media, [b"a picture of somebody"])
    attachments.add(db, case.id, kept, source="web", key="k", actor="citizen", at=1)
    request_id = asks("erasure", case, identity="receipt")

    page = officer.get(f"/du-lieu/{request_id}").text
    refused = officer.post(
        f"/du-lieu/{request_id}/xoa", data={"scope": "all", "reason": "đơn 12", "confirm": "1"}
    )
    assert "Gọi […] […] giúp tôi" in page
    assert refused.status_code == 422 and "Chưa xóa gì" in refused.text and "đơn 12" in refused.text
    assert erasures.of_proposal(db, case.id) == []
    officer.post(
        f"/du-lieu/{request_id}/xoa",
        data={"scope": "all", "reason": "đơn 12", "confirm": f" {case.code[:4]} {case.code[4:]}"},
    )

    assert "Lê Thị Khế" in authors.of(db, case.id).name
    assert "Sẽ xóa thông tin lúc" in officer.get(f"/du-lieu/{request_id}").text
    when_due()
    forgetting.settle_erasures(db, instance)

    assert data_requests.by_id(db, request_id).outcome == "done"
    assert proposals.by_id(db, case.id).status is Status.WITHDRAWN
    assert residue.where(instance.folder, "Lê Thị Khế", "a picture of somebody") == []
    assert verify.verify(db, instance.media).damage == ()
    assert officer.get(f"/ho-so/{case.code}").status_code == 200
    assert officer.get(f"/du-lieu/{request_id}").status_code == 200
    assert officer.get(f"/du-lieu/{request_id}/thu").status_code == 200


def test_nothing_is_erased_twice_nor_of_a_request_that_is_closed(
    officer, db, a_proposal, asks, when_due
):
    case = a_proposal(**KNOWN)
    request_id = asks("erasure", case, identity="paper")
    form = {"scope": "details", "reason": "đơn 12"}

    officer.post(f"/du-lieu/{request_id}/xoa", data=form)
    twice = officer.post(f"/du-lieu/{request_id}/xoa", data=form)
    other = officer.post(f"/du-lieu/{request_id}/xoa", data=form | {"reason": "đơn 13"})
    ended = officer.post(f"/du-lieu/{request_id}/xong", data={"outcome": "done"})
    when_due()
    again = officer.post(f"/du-lieu/{request_id}/xoa", data=form)

    assert (twice.status_code, other.status_code) == (303, 409)
    assert (ended.status_code, again.status_code) == (409, 409)
    assert "đang chờ: xóa thông tin lúc" in other.text and "đang chờ: xóa" in ended.text
    assert len(erasures.of_proposal(db, case.id)) == 1


def test_declining_needs_a_reason_and_the_letter_says_it(officer, db, a_proposal, asks):
    case = a_proposal(status=Status.RECOGNISED, **KNOWN)
    request_id = asks("erasure", case)

    silent = officer.post(f"/du-lieu/{request_id}/xong", data={"outcome": "declined"})
    officer.post(
        f"/du-lieu/{request_id}/xong",
        data={"outcome": "declined", "answer": "Hồ sơ công nhận phải lưu theo Luật Lưu trữ."},
    )

    letter = officer.get(f"/du-lieu/{request_id}/thu").text
    assert silent.status_code == 422
    assert "không làm được" in letter and "Luật Lưu trữ" in letter and "Lê Thị Khế" in letter
    assert authors.of(db, case.id).phone is not None
    assert "viewed_personal_details" in kinds(db, case)


def test_a_request_about_a_confidential_case_is_its_assignees_alone(
    officer, logged_in, db, a_proposal, asks, a_member
):
    other = a_member("binh")
    case = a_proposal(**KNOWN)
    proposals.assign(db, case.code, other.id, actor="t", at=1)
    proposals.flag(db, case.code, spam=False, confidential=True, actor=other.id, at=2)
    request_id = asks("access", case)

    assert officer.get(f"/du-lieu/{request_id}").status_code == 404
    assert "Xem, xin bản sao</a>" not in officer.get("/du-lieu").text
    typed = officer.post("/du-lieu", data={"kind": "access", "way": "counter", "code": case.code})
    assert typed.status_code == 422


def test_who_reads_a_case_redacted_takes_no_copy_of_its_words(
    officer, logged_in, db, a_proposal, asks
):
    """Given a colleague who redacted a case: a request that somebody types opens its words to
    nobody else."""
    case, holder = a_proposal(**KNOWN), logged_in("binh")
    veiled, binh = dict.fromkeys(redactions.TEXTS, "[…]"), staff.by_login(db, "binh")
    redactions.keep(db, case.code, veiled, actor=binh.id, at=clock.now())
    request_id = asks("access", case, identity="paper")

    refused = officer.get(f"/du-lieu/{request_id}/ban-sao")

    assert refused.status_code == 403
    assert "được che" in refused.text and case.solution not in refused.text
    assert kinds(db, case).count("data_copied") == 0
    assert case.solution in holder.get(f"/du-lieu/{request_id}/ban-sao").text


def test_reception_writes_down_and_does_not_carry_out(logged_in, db, a_proposal, asks):
    tiep = logged_in("tiep", role="receptionist")
    case = a_proposal(**KNOWN)
    request_id = asks("erasure", case, name="Bà Khế", phone="+84987654321", identity="paper")

    page = tiep.get(f"/du-lieu/{request_id}").text

    assert MASKED in page and SHOWN not in page
    assert "Xóa sau 10 phút" not in page
    assert tiep.post(f"/du-lieu/{request_id}/xoa", data={"scope": "details"}).status_code == 403
    assert tiep.get(f"/du-lieu/{request_id}/ban-sao").status_code == 403


def test_retention_shows_its_counts_and_lets_an_officer_allow_more(officer, db, a_proposal):
    long_ago = clock.months_before(clock.now(), 12, ZONE) - clock.DAY
    for _ in range(21):
        a_proposal(status=Status.NOT_RECOGNISED, at=long_ago, **KNOWN)

    page = officer.get("/luu-giu").text
    assert "21 trong 21 hết hạn" in page and "Cho xóa 21 mục" in page
    officer.post("/luu-giu/contacts")

    assert "Đã cho phép" in officer.get("/luu-giu").text
    assert officer.post("/luu-giu/none").status_code == 404
    assert opt_outs.page(db) == [] and outgoing.queue_now(db).count == 0
