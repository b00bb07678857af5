"""The SMS desk: what came and went is read, sent again once, taken for a citizen's, or left."""

import threading

import pytest

from kiosk.staff.sms.page import fault_of
from shared.db import event_log
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.settings import from_mapping
from shared.store.cases import proposals, redactions
from shared.store.messages import (
    first_answers,
    gateway_health,
    inbox,
    loop_alarms,
    opt_outs,
    outgoing,
    sending,
    sms_list,
)
from shared.store.people import staff
from shared.workflows import case_steps, withdraw
from shared.workflows.verify import verify

NUMBER, SHOWN, MASKED = "+84912345678", "0912 345 678", "0•• ••• •78"
SMS = {"store": True, "sms": True}


@pytest.fixture
def went(db):
    """A builder: `went("failed", error=…)` is an SMS that was sent; returns its id."""
    numbers = iter(range(1000))

    def build(state="failed", error="400/21211", phone=NUMBER, proposal=None, kind="reply"):
        at, key = clock.now(), f"t|{next(numbers)}"
        with writing(db):
            if kind == "notice":
                outgoing.notify(
                    db, phone, "notify_answer", {}, event=key, at=at, proposal_id=proposal.id
                )
            else:
                case = proposal and proposal.id
                outgoing.tell(db, phone, "help", {}, dedupe=key, at=at, proposal_id=case)
        (row,) = db.row("SELECT id FROM outbox ORDER BY id DESC LIMIT 1")
        sending.note_text(db, row, f"Cam on, tin so {key}", "simulator", at=at)
        sending.note_outcome(db, row, state, at=at, error=error)
        return row

    return build


@pytest.fixture
def came(db):
    """A builder: `came(text, sender)` is an SMS as its gateway brought it; returns its id."""
    numbers = iter(range(1000))

    def build(text="SK hẹn giờ", sender=NUMBER, kind="mobile", apart=""):
        name = f"n-{next(numbers)}"
        inbox.keep(db, inbox.Arrived("android", name, sender, kind, text, "{}", None, clock.now()))
        (row,) = db.row("SELECT id FROM message_in ORDER BY id DESC LIMIT 1")
        with writing(db):
            inbox.handled(db, row, outcome=apart or "help", at=clock.now(), quarantined=bool(apart))
        return row

    return build


def kept_outgoing(db):
    return db.rows("SELECT dedupe, state FROM outbox ORDER BY id")


def kinds(db):
    return [one.kind for one in event_log.every(db)]


def test_the_list_holds_what_came_and_went_with_veiled_numbers(officer, went, came):
    went("delivered", error="")
    came("Đường vào ấp 3 chưa có đèn")

    page = officer.get("/tin-nhan").text

    assert "Cam on, tin so" in page and "Đường vào ấp 3 chưa có đèn" in page
    assert MASKED in page and SHOWN not in page and NUMBER not in page
    assert "Nhà mạng báo đã nhận. Chưa chắc máy người dân đã nhận được." in page


def test_what_came_to_a_redacted_case_is_read_by_whose_case_it_is(
    officer, logged_in, came, db, a_proposal
):
    case, holder, words = a_proposal(), logged_in("binh"), "SK bà Khế ấp 3 xin hẹn giờ"
    row = came(words)
    with writing(db):
        inbox.handled(db, row, outcome="proposal", at=clock.now(), proposal_id=case.id)
    veiled, binh = dict.fromkeys(redactions.TEXTS, "[…]"), staff.by_login(db, "binh")
    redactions.keep(db, case.code, veiled, actor=binh.id, at=clock.now())

    for address in ("/tin-nhan", f"/tin-nhan/{row}"):
        assert words not in officer.get(address).text
        assert words in holder.get(address).text
    assert "Đây là bản đã che" in officer.get("/tin-nhan").text


def test_a_number_is_shown_to_who_asks_which_is_noted(officer, went, db):
    row = went()

    page = officer.post(f"/tin-nhan/{row}/so").text

    assert SHOWN in page
    assert kinds(db)[-1] == "viewed_personal_details"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("huong=in", {"Tin tới", "QC"}),
        ("huong=out", {"Tin so"}),
        ("tt=quarantined", {"QC"}),
        ("tt=failed", {"Tin so"}),
        ("may=android", {"Tin tới", "QC"}),
        ("so=0912.345.678", {"Tin tới", "Tin so"}),
        ("so=9029", {"QC"}),
        ("so=0987654321", set()),
        ("huong=sideways&tt=odd&may=pigeon", {"Tin tới", "Tin so", "QC"}),
    ],
)
def test_the_list_is_filtered(officer, went, came, query, expected):
    went()
    came("Tin tới")
    came("QC goi cuoc", "9029", "short", apart="not_a_person")

    page = officer.get(f"/tin-nhan?{query}").text.replace("tin so", "Tin so")

    assert {one for one in ("Tin tới", "Tin so", "QC") if f">{one}" in page or f", {one}" in page
            } == expected  # fmt: skip


def test_pages_go_on_where_the_last_one_ended(officer, came, db):
    rows = [came(f"tin {number:03}") for number in range(sms_list.PAGE_SIZE + 3)]

    first = sms_list.page(db, sms_list.SmsFilter("an"))
    second = sms_list.page(db, sms_list.SmsFilter("an", after=first.after))

    assert [line.id for line in first.lines + second.lines] == rows[::-1]
    assert second.after is None
    assert "Tin cũ hơn" in officer.get("/tin-nhan").text
    assert "tin 000" in officer.get(f"/tin-nhan?after={first.after}").text
    assert officer.get("/tin-nhan?after=%27%22x").status_code == 200


def test_a_confidential_case_is_its_assignees_alone(officer, went, a_proposal, db, a_member):
    proposal, other = a_proposal(), a_member("binh")
    row = went(proposal=proposal)
    case_steps.assign(db, proposal.code, other.id, actor="t", at=clock.now())
    proposals.flag(db, proposal.code, spam=False, confidential=True, actor="t", at=clock.now())

    assert "Cam on" not in officer.get("/tin-nhan").text + officer.get("/tin-nhan/loi").text
    assert "lỗi)" not in officer.get("/").text
    for path in ("", "/gui-lai"):
        assert officer.get(f"/tin-nhan/{row}{path}").status_code == 404
    for path in ("/so", "/gui-lai", "/bo-qua"):
        assert officer.post(f"/tin-nhan/{row}{path}").status_code == 404


def test_of_an_erased_sender_neither_number_nor_words_are_shown(officer, went, a_proposal, db):
    proposal = a_proposal(phone=NUMBER, consents=SMS)
    row = went(proposal=proposal)
    withdraw.withdraw(db, proposal.code, at=clock.now())

    for page in (
        officer.get("/tin-nhan"), officer.get("/tin-nhan/loi"), officer.post(f"/tin-nhan/{row}/so"),
        officer.get(f"/ho-so/{proposal.code}"), officer.get("/tin-nhan?so=0912345678"),
    ):  # fmt: skip
        assert page.status_code == 200
        assert "Cam on" not in page.text and MASKED not in page.text and SHOWN not in page.text
    assert officer.post(f"/tin-nhan/{row}/gui-lai").status_code == 409


def test_a_failure_says_why_and_waits_on_todays_list(officer, went):
    went()
    went(error="RESULT_ERROR_NO_SERVICE")

    assert "2 tin nhắn gửi không được" in officer.get("/hom-nay").text
    page = officer.get("/tin-nhan/loi").text
    assert "Lỗi gửi (2)" in page
    assert "Số này không có hoặc không nhận được tin nhắn." in page
    assert "Điện thoại gửi tin không có sóng." in page


def test_what_failed_goes_again_once_whoever_else_presses(officer, logged_in, went, db, instance):
    row = went()

    officer.post(f"/tin-nhan/{row}/gui-lai")
    officer.post(f"/tin-nhan/{row}/gui-lai")
    logged_in("binh").post(f"/tin-nhan/{row}/gui-lai")

    assert kept_outgoing(db) == [("call|t|0|help", "failed"), (f"again|{row}", "queued")]
    assert "lỗi)" not in officer.get("/").text
    assert kinds(db).count("sms_sent_again") == 1
    assert verify(db, instance.media).damage == ()


def test_two_officers_at_the_same_moment_send_it_once(officer, logged_in, went, db):
    row, other = went(), logged_in("binh")
    both = threading.Barrier(2)

    def press(client):
        both.wait()
        client.post(f"/tin-nhan/{row}/gui-lai")

    threads = [threading.Thread(target=press, args=(one,)) for one in (officer, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(kept_outgoing(db)) == 2


def test_one_that_failed_again_can_go_again(officer, went, db):
    row = went()
    officer.post(f"/tin-nhan/{row}/gui-lai")
    (again,) = db.row("SELECT id FROM outbox ORDER BY id DESC LIMIT 1")
    sending.note_outcome(db, again, "failed", at=clock.now(), error="30008")

    officer.post(f"/tin-nhan/{again}/gui-lai")

    assert len(kept_outgoing(db)) == 3


def test_what_may_have_arrived_goes_again_only_after_a_warning(officer, went, db):
    row = went("unknown", error="ReadTimeout")

    answer = officer.post(f"/tin-nhan/{row}/gui-lai", follow_redirects=True)
    assert "người nhận có thể nhận hai lần" in answer.text
    assert len(kept_outgoing(db)) == 1
    for _ in range(2):
        officer.post(f"/tin-nhan/{row}/gui-lai", data={"twice": "1"})

    assert kept_outgoing(db)[1:] == [(f"again|{row}", "queued")]


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "suppressed"])
def test_what_did_not_fail_never_goes_again(officer, went, db, state):
    row = went(state, error="")

    answer = officer.post(f"/tin-nhan/{row}/gui-lai", data={"twice": "1"})

    assert answer.status_code == 409
    assert len(kept_outgoing(db)) == 1


def test_who_asked_for_silence_gets_no_notice_again(officer, went, a_proposal, db):
    proposal = a_proposal(phone=NUMBER, consents=SMS)
    row = went(proposal=proposal, kind="notice")
    with writing(db):
        opt_outs.add(db, NUMBER, "asked", at=clock.now())

    answer = officer.post(f"/tin-nhan/{row}/gui-lai")

    assert answer.status_code == 409 and "đã xin ngừng nhận" in answer.text
    assert len(kept_outgoing(db)) == 1


def test_a_failure_that_is_left_leaves_the_list_and_is_kept(officer, went, db):
    row = went()

    officer.post(f"/tin-nhan/{row}/bo-qua")

    assert "Không có tin nào bị lỗi." in officer.get("/tin-nhan/loi").text
    assert "Cam on, tin so" in officer.get("/tin-nhan?tt=failed").text
    assert kinds(db)[-1] == "sms_set_aside"


def test_old_failures_do_not_wait_for_ever(db, went):
    went()

    assert sms_list.count_failed(db, now=clock.now()) == 1
    assert sms_list.count_failed(db, now=clock.now() + 31 * clock.DAY) == 0


def test_what_was_kept_apart_is_listed_with_its_reason(officer, came):
    came("Khuyen mai 50%", "Viettel", "name", apart="not_a_person")
    came("Cháy nhà ở ấp 2", apart="emergency")

    page = officer.get("/tin-nhan/cach-ly").text

    assert "Để riêng (2)" in page
    assert "Khuyen mai 50%" in page and "Viettel" in page
    assert "Kêu cứu, máy đã nhắn số khẩn cấp: xin gọi lại ngay" in page


def test_what_is_left_apart_is_kept_and_gone_from_the_list(officer, came):
    row = came("Khuyen mai 50%", "Viettel", "name", apart="not_a_person")

    officer.post(f"/tin-nhan/{row}/bo-qua")

    assert "Không có tin nào để riêng." in officer.get("/tin-nhan/cach-ly").text
    assert "Khuyen mai 50%" in officer.get("/tin-nhan").text


def test_a_citizens_message_kept_apart_waits_to_be_handled_once(officer, came, db):
    row = came("Đường vào ấp 3 chưa có đèn, nên lắp", apart="fault")

    for _ in range(2):
        officer.post(f"/tin-nhan/{row}/cua-dan")

    assert [one.id for one in inbox.waiting(db)] == [row]
    assert kinds(db).count("sms_released") == 1


def test_gateways_queue_and_budget_are_told_in_plain_words(logged_in, went, db):
    went("queued", error="")
    gateway_health.failed(db, "simulator", "401", at=clock.now())

    page = logged_in("quan", role="admin").get("/tin-nhan/may-gui").text

    assert "đang lỗi" in page and "Tài khoản gửi tin bị từ chối" in page
    assert "1 tin đang chờ." in page
    assert "Xã không đặt giới hạn." in page


def test_the_queue_says_how_many_new_numbers_wait_for_another_day(logged_in, db):
    admin = logged_in("quan", role="admin")
    before, one_a_day = admin.get("/tin-nhan/may-gui").text, {"first_replies_per_day": 1}
    with writing(db):
        for number in ("+84912000301", "+84912000302", "+84912000303"):
            first_answers.due(db, number, from_mapping({"limits": one_a_day}), at=clock.now())

    page = admin.get("/tin-nhan/may-gui").text

    assert "số chờ sang ngày sau" not in before and "2 số chờ sang ngày sau" in page


def test_the_admin_sees_that_a_sender_was_silenced_and_no_word_of_it(logged_in, came, db):
    row = came("Chao ban, toi dang ban")
    with writing(db):
        loop_alarms.ring(db, row, NUMBER, "same_text", at=clock.now())
    admin, officer = logged_in("quan", role="admin"), logged_in("an")

    seen = admin.get("/tin-nhan/may-gui").text
    assert "Cùng một tin lặp đi lặp lại" in seen
    assert "Chao ban" not in seen and MASKED not in seen
    assert "Chao ban" in officer.get("/tin-nhan/may-gui").text
    officer.post(f"/tin-nhan/canh-bao/{loop_alarms.unseen(db)[0].id}")

    assert loop_alarms.unseen(db) == []


def test_who_wants_no_notices_is_listed_veiled_and_added_once(officer, db):
    for _ in range(2):
        officer.post("/tin-nhan/ngung", data={"phone": "0912.345.678"})

    page = officer.get("/tin-nhan/ngung").text
    assert MASKED in page and SHOWN not in page and NUMBER not in page
    assert "Báo với cán bộ" in page
    assert kinds(db).count("sms_suppressed") == 1
    shown = officer.post(f"/tin-nhan/ngung/{opt_outs.page(db)[0].id}/so").text
    assert SHOWN in shown and kinds(db)[-1] == "viewed_personal_details"


@pytest.mark.parametrize("typed", ["", "9029", "Viettel", "02513861111", "0" * 40])
def test_what_is_no_mobile_is_told(officer, db, typed):
    answer = officer.post("/tin-nhan/ngung", data={"phone": typed})

    assert answer.status_code == 422 and "Xin gõ lại số di động" in answer.text
    assert opt_outs.page(db) == []


def test_a_silence_ends_only_with_a_reason_which_is_kept(officer, db):
    with writing(db):
        opt_outs.add(db, NUMBER, "asked", at=clock.now())
    row = opt_outs.page(db)[0].id

    for said in ("", "  ...", "x" * 301):
        answer = officer.post(f"/tin-nhan/ngung/{row}/bo", data={"reason": said})
        assert answer.status_code == 422
    assert opt_outs.has(db, NUMBER)
    officer.post(f"/tin-nhan/ngung/{row}/bo", data={"reason": "Bà con xin nhận lại tại quầy"})

    assert not opt_outs.has(db, NUMBER)
    page = officer.get("/tin-nhan/ngung").text
    assert "Bà con xin nhận lại tại quầy" in page and "Bà an" in page and NUMBER not in page
    assert kinds(db)[-1] == "sms_suppression_lifted"


def test_the_receptionist_reads_and_changes_nothing(logged_in, went, came, db):
    client = logged_in("tiep", role="receptionist")
    failed, apart = went(), came("QC", "9029", "short", apart="not_a_person")

    pages = "".join(
        client.get(f"/tin-nhan{at}").text for at in ("", "/loi", "/cach-ly", "/may-gui", "/ngung")
    )

    assert "Gửi lại" not in pages and "Là sáng kiến" not in pages
    for path in (f"{failed}/gui-lai", f"{failed}/bo-qua", f"{apart}/cua-dan", "ngung"):
        assert client.post(f"/tin-nhan/{path}").status_code == 403
    assert len(kept_outgoing(db)) == 1


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("400/21614", "number"), ("30003", "unreachable"), ("503", "busy"),
        ("401/20003", "account"), ("ReadTimeout", "no_answer"),
        ("no connection: ConnectionRefusedError", "no_connection"),
        ("SendingError/-1", "network"), ("DeliveryFailed/27", "unreachable"),
        ("text missing", "ours"), ("lapsed", "cut_off"), ("RESULT_ERROR_RADIO_OFF", "no_service"),
        ("", "other"), ("something new", "other"),
    ],
)  # fmt: skip
def test_a_gateways_word_is_put_plainly(said, key):
    assert fault_of(said) == key


@pytest.mark.of_sqlite
def test_the_counts_of_the_navigation_read_what_is_open_only(db: Store):
    for ask in (sms_list.count_failed, sms_list.count_quarantined):
        asked: list[str] = []
        db.conn.set_trace_callback(asked.append)
        ask(db, now=clock.now())
        db.conn.set_trace_callback(None)
        plan = " ".join(row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {asked[0]}"))
        assert "commune_id=? AND state=? AND" in plan and "SCAN" not in plan
