"""A case moves exactly along the table, tells its sender, and remembers who did what."""

import re
from html import unescape

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock, codes
from shared.domain.proposal import MAKERS, NEXT, Status
from shared.store.cases import authors, conversation, moves, pending_acts, proposals, roadmap
from shared.store.messages import threads
from shared.store.models import adoptions
from shared.store.people import staff
from shared.workflows import case_steps
from tests.conftest import DETAILS, ROAD, ZONE
from tests.kiosk.staff.panel import sort_case

REACHABLE = tuple(ROAD)
TOLD = {
    "name": "Trần Thị Mận",
    "phone": "0912345678",
    "consents": {"store": True, "sms": True, "notice": "2026-1"},
}
GIVEN = {
    Status.AT_COUNCIL: {"anyway": "đọc tại phiên họp"},
    **DETAILS,
    Status.NEEDS_INFO: {"missing": "ai làm, làm ở đâu", "until": "2099-12-31"},
    Status.WITHDRAWN: {"way": "counter", "identity": "paper"},
}
# The tests run on any day: a decision lies in the past.
for decided in (Status.RECOGNISED, Status.NOT_RECOGNISED):
    GIVEN[decided] = {**DETAILS[decided], "decision_date": "2025-07-01"}


def move(client, proposal, to, **more):
    form = {"to": to, "seen": proposal.status, **GIVEN.get(to, {}), **more}
    return client.post(f"/ho-so/{proposal.code}/move", data=form)


def notices(db, proposal):
    return [
        (message.text_key, message.blanks) for message in threads.of_proposal(db, proposal.id)[1]
    ]


@pytest.mark.of_sqlite
@pytest.mark.parametrize("role", ["officer", "chair"])
@pytest.mark.parametrize("status", REACHABLE)
def test_exactly_the_tables_moves_are_offered(logged_in, a_proposal, status, role):
    proposal = a_proposal(status=status)

    page = logged_in("an", role=role).get(f"/ho-so/{proposal.code}").text

    steps = re.findall(r'<input type="hidden" name="to" value="([a-z_]+)">|/\d+/(gop)"', page)
    offered = [to or "merged" for to, _ in steps]
    assert offered == [str(to) for to in NEXT[status] if role in MAKERS[status, to]]


@pytest.mark.parametrize(
    ("status", "to"), [(now, to) for now in REACHABLE for to in NEXT[now] if to != Status.MERGED]
)
def test_every_move_of_the_table_can_be_made_and_is_told(
    hand, a_proposal, db, when_due, status, to
):
    officer = hand(status, to)
    proposal = a_proposal(status=status, **TOLD)
    if to is Status.REPLICATED:
        adoptions.add(db, proposal.id, "Ấp 3", "applying", "2026-08-01", actor="test", at=1)

    answer = move(officer, proposal, to)

    assert (answer.status_code, answer.location) == (303, f"/ho-so/{proposal.code}")
    when_due()
    assert proposals.by_code(db, proposal.code).status is to
    assert len(notices(db, proposal)) == (0 if to is Status.WITHDRAWN else 1)
    assert officer.get(answer.location).status_code == 200


@pytest.mark.of_sqlite
@pytest.mark.parametrize("status", REACHABLE)
def test_no_other_move_can_be_made(officer, a_proposal, db, status):
    proposal = a_proposal(status=status, **TOLD)

    for to in set(Status) - set(NEXT[status]) - {Status.MERGED}:
        assert move(officer, proposal, to).status_code == 409, to

    assert proposals.by_code(db, proposal.code) == proposal
    assert notices(db, proposal) == []


def test_a_withdrawn_proposal_cannot_be_reopened(officer, db, a_proposal):
    proposal = a_proposal(status=Status.WITHDRAWN)

    answer = officer.post(f"/ho-so/{proposal.code}/move", data={"to": "under_appraisal"})

    assert answer.status_code == 409
    assert proposals.by_code(db, proposal.code).status is Status.WITHDRAWN


def test_a_notice_says_what_was_said(officer, a_proposal, db):
    proposal = a_proposal(**TOLD)
    form = {
        "to": "needs_info", "seen": "received", "until": "31/12/2099",
        "missing": ["cách làm cụ thể ra sao", "dự kiến lợi ích", ""],
    }  # fmt: skip

    officer.post(f"/ho-so/{proposal.code}/move", data=form)

    [(key, blanks)] = notices(db, proposal)
    assert key == "ask_more"
    assert blanks["ma"] == proposal.code
    assert blanks["thieu"] == "cách làm cụ thể ra sao; dự kiến lợi ích"
    assert blanks["ngay"] == "31/12/2099"


@pytest.mark.parametrize("consents", [{"store": True, "sms": False}, {}])
def test_nobody_is_told_who_did_not_agree(officer, a_proposal, db, consents):
    given = {**TOLD, "consents": consents} if consents else {}
    proposal = a_proposal(**given)

    move(officer, proposal, Status.UNDER_APPRAISAL)

    assert notices(db, proposal) == []
    assert "không nhận tin nhắn" in officer.get(f"/ho-so/{proposal.code}").text


@pytest.mark.of_sqlite
def test_a_move_and_its_notice_are_kept_together_or_not_at_all(officer, a_proposal, db):
    proposal = a_proposal(**TOLD)
    db.conn.execute(
        "CREATE TRIGGER refuses BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END"
    )

    assert move(officer, proposal, Status.UNDER_APPRAISAL).status_code == 500
    assert proposals.by_code(db, proposal.code) == proposal


def test_a_double_tap_moves_once_and_tells_once(officer, a_proposal, db):
    proposal = a_proposal(**TOLD)

    answers = [move(officer, proposal, Status.NEEDS_INFO) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert len(moves.of_proposal(db, proposal.id)) == 1
    assert len(notices(db, proposal)) == 1


def test_the_second_of_two_reviewers_learns_who_was_faster(officer, logged_in, a_proposal, db):
    proposal = a_proposal(**TOLD)
    other = logged_in("binh")

    first = move(officer, proposal, Status.UNDER_APPRAISAL)
    second = move(other, proposal, Status.CLOSED)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Bà an" in second.text and "Đang xem xét" in second.text
    assert f'href="/ho-so/{proposal.code}"' in second.text
    assert proposals.by_code(db, proposal.code).status is Status.UNDER_APPRAISAL


def test_what_the_second_reviewer_wrote_is_not_dropped_in_silence(
    officer, logged_in, a_proposal, db
):
    proposal = a_proposal()
    other = logged_in("binh")
    move(officer, proposal, Status.NEEDS_INFO)

    same_step = move(other, proposal, Status.NEEDS_INFO, missing="dự kiến lợi ích")
    own_again = move(officer, proposal, Status.NEEDS_INFO, missing="dự kiến lợi ích")

    assert (same_step.status_code, own_again.status_code) == (409, 409)


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    ("status", "to", "wrong", "said"),
    [
        ("received", "needs_info", {"missing": ""}, "điều còn thiếu"),
        ("received", "needs_info", {"until": ""}, "Xin ghi ngày phải bổ sung xong"),
        ("received", "needs_info", {"until": "2020-01-01"}, "đã qua"),
        ("received", "needs_info", {"until": "31/02/2099"}, "Xin ghi ngày như"),
        ("received", "needs_info", {"until": "20991231"}, "Xin ghi ngày như"),
        ("received", "needs_info", {"until": "9999-12-31"}, "Xin ghi ngày như"),
        ("received", "needs_info", {"until": "٢٠٩٩-١٢-٣١"}, "Xin ghi ngày như"),
        ("received", "needs_info", {"missing": "x" * 301}, "nhiều nhất 300"),
        ("received", "closed", {"reason": " \u200b\x00 "}, "Xin ghi lý do"),
        ("received", "closed", {"reason": "..."}, "Xin ghi lý do"),
        ("received", "closed", {"reason": " \t\n "}, "Xin ghi lý do"),
        ("received", "redirected", {"to_office": ""}, "nơi chuyển đến"),
        ("received", "merged", {"into": "123"}, "12 số"),
        ("received", "merged", {"into": "482173950688"}, "Chưa thấy hồ sơ"),
        ("at_council", "recognised", {"decision_date": "2099-01-01"}, "chưa tới"),
        ("at_council", "recognised", {"decision_number": ""}, "số quyết định"),
        ("at_council", "not_recognised", {"reason": ""}, "Xin ghi lý do"),
        ("under_appraisal", "on_trial", {"trial_to": "2026-03-01"}, "đứng trước"),
        ("recognised", "replicated", {"where": ""}, "nơi áp dụng"),
    ],
)
def test_what_is_missing_or_impossible_is_said_and_nothing_is_lost(
    hand, a_proposal, db, status, to, wrong, said
):
    officer = hand(Status(status), Status(to))
    proposal = a_proposal(status=Status(status))
    kept = {name: text for name, text in GIVEN.get(to, {}).items() if name not in wrong}

    answer = move(officer, proposal, Status(to), **wrong)

    assert answer.status_code == 422
    assert said in unescape(answer.text)
    for text in kept.values():
        assert text in unescape(answer.text)
    assert proposals.by_code(db, proposal.code) == proposal


@pytest.mark.parametrize("to", ["", "nowhere", "RECEIVED", "received\x00", "<script>"])
def test_a_step_that_does_not_exist_is_no_step(officer, a_proposal, to):
    proposal = a_proposal()

    assert move(officer, proposal, to).status_code == 422


def test_a_case_is_merged_and_comes_apart_again(officer, a_proposal, db):
    kept = a_proposal(title="Ý gửi trước", at=clock.now() - clock.DAY)
    proposal = a_proposal(status=Status.UNDER_APPRAISAL, **TOLD)

    merged = move(officer, proposal, Status.MERGED, into=codes.grouped(kept.code))

    assert merged.status_code == 303
    assert [key for key, _ in notices(db, proposal)] == ["st_merged"]
    now = proposals.by_code(db, proposal.code)
    page = officer.get(f"/ho-so/{proposal.code}").text
    assert "Bỏ gộp" in page and f'href="/ho-so/{kept.code}"' in page

    assert move(officer, now, Status.UNDER_APPRAISAL).status_code == 303
    assert proposals.by_code(db, proposal.code).status is Status.UNDER_APPRAISAL


def test_a_case_cannot_be_merged_with_itself_or_with_a_withdrawn_one(officer, a_proposal, db):
    proposal, gone = a_proposal(), a_proposal(status=Status.WITHDRAWN)

    for into in (proposal.code, gone.code):
        answer = move(officer, proposal, Status.MERGED, into=into)
        assert (answer.status_code, "Không gộp được" in answer.text) == (422, True)

    assert proposals.by_code(db, proposal.code) == proposal


def test_a_merge_comes_apart_though_the_kept_case_went_on(officer, a_proposal, db):
    kept = a_proposal(title="Ý gửi trước", at=clock.now() - clock.DAY)
    proposal = a_proposal(status=Status.UNDER_APPRAISAL, **TOLD)
    move(officer, proposal, Status.MERGED, into=codes.grouped(kept.code))
    for step in (Status.UNDER_APPRAISAL, Status.AT_COUNCIL, Status.RECOGNISED):
        case_steps.move(
            db, kept.code, step, actor="t", at=clock.now(), zone=ZONE, details=DETAILS.get(step)
        )

    parted = move(officer, proposals.by_code(db, proposal.code), Status.UNDER_APPRAISAL)

    assert parted.status_code == 303
    assert proposals.by_code(db, proposal.code).status is Status.UNDER_APPRAISAL
    assert proposals.by_code(db, kept.code).status is Status.RECOGNISED
    assert len(authors.of_idea(db, kept.id)) == 1


def test_a_decision_number_of_another_day_is_told_and_what_was_typed_stays(
    logged_in, a_proposal, db
):
    officer = logged_in("chi", role="chair")
    first = a_proposal(status=Status.RECOGNISED)
    proposal = a_proposal(status=Status.AT_COUNCIL)
    given = {"decision_number": "12/qđ-ubnd", "reason": "mới, dễ làm"}

    answer = move(officer, proposal, Status.RECOGNISED, **given, decision_date="02/07/2026")

    assert answer.status_code == 422
    assert f"đã dùng cho ngày 01/07/2026 (hồ sơ {first.code})" in answer.text
    assert "mới, dễ làm" in answer.text
    assert proposals.by_code(db, proposal.code) == proposal
    same = move(officer, proposal, Status.RECOGNISED, **given, decision_date="01/07/2026")
    assert same.status_code == 303


def test_withdrawing_for_the_sender_erases_who_they_are(officer, a_proposal, db, when_due):
    proposal = a_proposal(**TOLD)

    move(officer, proposal, Status.WITHDRAWN)
    when_due()

    author = authors.of(db, proposal.id)
    assert (author.name, author.phone) == (None, None)
    assert "đã xóa" in officer.get(f"/ho-so/{proposal.code}").text


def test_who_moved_it_is_told_by_name(officer, a_proposal):
    proposal = a_proposal()

    move(officer, proposal, Status.NEEDS_INFO)

    page = officer.get(f"/ho-so/{proposal.code}").text
    assert "Chuyển sang: Chờ bổ sung" in page
    assert "ai làm, làm ở đâu" in page and "Bà an" in page


def test_what_was_written_is_given_back_when_the_session_is_over(office, a_proposal, db):
    proposal = a_proposal()
    form = {"text": "Xã sẽ làm thử </textarea><script>", "key": "k"}

    answer = office.test_client().post(f"/ho-so/{proposal.code}/answer", data=form)

    assert answer.status_code == 403
    assert form["text"] in unescape(answer.text) and "<script>" not in answer.text
    assert 'href="/login"' in answer.text
    assert conversation.replies(db, proposal.id) == []


def test_an_answer_reaches_the_receipt_and_is_told_once(officer, a_proposal, db):
    proposal = a_proposal(**TOLD)
    page = officer.get(f"/ho-so/{proposal.code}").text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    form = {"text": "Xã sẽ làm thử từ tháng 4.\nCảm ơn Ông/Bà.", "key": key}

    answers = [officer.post(f"/ho-so/{proposal.code}/answer", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    [reply] = conversation.replies(db, proposal.id)
    assert reply.text == "Xã sẽ làm thử từ tháng 4.\nCảm ơn Ông/Bà."
    assert [key for key, _ in notices(db, proposal)] == ["notify_answer"]
    assert "Xã sẽ làm thử từ tháng 4." in officer.get(f"/ho-so/{proposal.code}").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "", "key": "k"}, "Xin viết lời trả lời"),
        ({"text": "x" * 2001, "key": "k"}, "nhiều nhất 2000"),
        ({"text": "Cảm ơn"}, "Xin gửi lại"),
        ({"text": "Cảm ơn", "key": "k" * 65}, "Xin gửi lại"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_given_back(officer, a_proposal, db, form, said):
    proposal = a_proposal()

    answer = officer.post(f"/ho-so/{proposal.code}/answer", data=form)

    assert answer.status_code == 422
    assert said in unescape(answer.text).replace("2.000", "2000")
    assert form["text"] in answer.text
    assert conversation.replies(db, proposal.id) == []


def test_flags_come_and_go(officer, a_proposal, db):
    proposal = a_proposal()
    address = f"/ho-so/{proposal.code}/flag"

    officer.post(address, data={"spam": "1"})
    flagged = proposals.by_code(db, proposal.code).is_spam
    officer.post(address, data={})

    assert flagged and not proposals.by_code(db, proposal.code).is_spam


def test_personal_details_are_veiled_until_asked_for_and_every_look_is_noted(
    officer, a_proposal, db
):
    proposal = a_proposal(**TOLD)
    before = officer.get(f"/ho-so/{proposal.code}").text

    shown = officer.post(f"/ho-so/{proposal.code}/author").text

    assert "0912 345" not in before and "Mận" not in before and "T. T. M." in before
    assert "0912 345 678" in shown and "Trần Thị Mận" in shown
    views = [e for e in event_log.every(db) if e.kind == "viewed_personal_details"]
    assert [event.proposal_id for event in views] == [proposal.id]
    assert views[0].actor == staff.by_login(db, "an").id
    assert "0912 345" not in officer.get(f"/ho-so/{proposal.code}").text


def test_a_receptionist_reads_and_prints_and_is_offered_nothing_else(logged_in, a_proposal):
    client, proposal = logged_in("tiep", role="receptionist"), a_proposal(**TOLD)

    page = client.get(f"/ho-so/{proposal.code}").text

    assert re.findall(r'<form method="post" action="([^"]+)"', page) == ["/logout"]
    assert f'href="/ho-so/{proposal.code}/phieu"' in page


def test_the_page_tells_where_a_case_came_from(officer, a_proposal):
    proposal = a_proposal(
        participant_type="official", insider=True, residence="in_commune", hamlet="Bình Chánh",
        effects=["faster"], expected_effect="Khỏi chờ", current_state="Chờ lâu",
    )  # fmt: skip

    page = officer.get(f"/ho-so/{proposal.code}").text

    for said in (
        "Chờ lâu", "Khỏi chờ", "Nhanh hơn", "Cán bộ, công chức", "Bình Chánh", "Trang mạng",
        "Tính năm xét", "Tiếp nhận", "Chưa giao cho ai",
    ):  # fmt: skip
        assert said in page


@pytest.mark.parametrize("code", ["000000000000", "482173950688", "x", "%00", "..%2f..", "1" * 500])
def test_a_code_nobody_has_is_a_page_that_says_so(officer, code):
    assert officer.get(f"/ho-so/{code}").status_code == 404
    assert officer.post(f"/ho-so/{code}/move", data={"to": "closed"}).status_code == 404


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE proposal; --",
    "{{ 7 * 7 }} %(x)s {n}",
    "💡 ý 🧑‍🌾",
    "tie\u0302\u0301ng Vie\u0323\u0302t",
    "\u202edrawkcab\u202c \u200b \ufeff",
    "\x00\x07\x1b[31m",
    "\ud83d",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_is_typed_comes_back_as_words(officer, a_proposal, db, words):
    words = words.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + " ổn"
    proposal = a_proposal(
        title=words + " tên dài", solution=words, current_state=words, expected_effect=words
    )
    code = proposal.code

    answers = [
        officer.get("/", query_string={"q": words}),
        officer.get("/"),
        officer.post(f"/ho-so/{code}/answer", data={"text": words, "key": "k1"}),
        officer.post(f"/ho-so/{code}/answer", data={"text": words, "key": words}),
        sort_case(officer, code, category=words, field=words, owner=words),
        officer.post(f"/ho-so/{code}/flag", data={"spam": words}),
        move(officer, proposal, Status.NEEDS_INFO, until=words),
        move(officer, proposal, Status.MERGED, into=words),
        move(officer, proposal, Status.REDIRECTED, to_office=words, reason=words),
        officer.get(f"/ho-so/{code}"),
    ]

    assert all(answer.status_code in (200, 303, 422) for answer in answers)
    assert [one.kind for one in pending_acts.waiting(db, proposal.id)] == ["redirect"]
    for answer in answers:
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert "49 " not in answers[-1].text.partition("Phần thứ nhất")[2][:200]


@pytest.mark.parametrize("task", ["move", "answer", "phan-loai", "flag"])
def test_a_megabyte_is_refused_and_changes_nothing(officer, a_proposal, db, task):
    proposal = a_proposal()
    form = {"to": "closed", "reason": "x" * 1_000_000, "text": "x", "key": "k"}

    answer = officer.post(f"/ho-so/{proposal.code}/{task}", data=form)

    assert answer.status_code == 413
    assert proposals.by_code(db, proposal.code) == proposal


def test_a_case_says_that_it_waited_at_a_kiosk_and_what_to_doubt(officer, a_proposal, db):
    proposal = a_proposal(channel="kiosk")
    with writing(db):
        event_log.note(
            db, "waited_at_kiosk", proposal.id, event_log.SYSTEM, clock.now(), device="d",
            pressed=1_795_000_000_000, waited=clock.HOUR, doubtful=True, revoked=True,
        )  # fmt: skip

    page = officer.get(f"/ho-so/{proposal.code}").text

    assert "phiếu ghi 18:06 ngày 18/11/2026" in page
    assert "Đồng hồ kiosk không khớp" in page
    assert "Kiosk này đã bị thu hồi" in page


def test_a_clock_that_was_wrong_when_an_idea_came_is_said_on_its_case(officer, a_proposal):
    right = a_proposal()
    wrong = a_proposal(at=clock.now() - 300 * clock.DAY)

    assert "Giờ nhận có thể sai" in officer.get(f"/ho-so/{wrong.code}").text
    assert "Giờ nhận có thể sai" not in officer.get(f"/ho-so/{right.code}").text


def test_what_waits_stands_at_the_head_of_the_page(officer, db, a_proposal):
    """Given parts that are folded: a trial that is over, a late step, an answer of the sender and
    the decision of the past are said above them."""
    tried = a_proposal(status=Status.ON_TRIAL)
    roadmap.add(db, tried.id, "In bảng", "2020-02-01", key="k", actor="t", at=clock.now())
    conversation.add_more(
        db, tried.code, "Cho tôi hỏi thêm", channel="web", key="m", at=clock.now() + 1
    )

    head = officer.get(f"/ho-so/{tried.code}").text.partition('class="case-text"')[0]

    for waits in ("Bước lộ trình quá ngày 01/02/2020", "In bảng", "Cho tôi hỏi thêm"):
        assert waits in head
    case_steps.answer(
        db, tried.code, "Xã trả lời", staff_id=staff.everyone(db)[0].id, key="a",
        at=clock.now() + 2, zone=ZONE,
    )  # fmt: skip
    head = officer.get(f"/ho-so/{tried.code}").text.partition('class="case-text"')[0]
    assert "Cho tôi hỏi thêm" not in head
