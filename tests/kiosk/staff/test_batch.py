"""Several cases at once: one is told first what will happen and what is left out and why; then each
passes its own checks, and what became of each is told."""

import re
from html import unescape

import pytest

from kiosk.staff.cases import batch
from shared.domain import clock
from shared.domain.appraisal import AppraisalAnswers
from shared.domain.completeness import POINTS
from shared.domain.proposal import Status
from shared.store.cases import appraisals, completeness, pending_acts, proposals
from shared.store.cases.queue import PAGE_SIZE
from shared.store.messages import threads
from shared.store.people import staff

AGREED = {"phone": "0912345678", "consents": {"store": True, "sms": True}}


def ask(client, what, *cases, query="", **given):
    """Return the page that asks whether one is sure."""
    data = {"what": what, "code": [case.code for case in cases], **given}
    return client.post(f"/hang-loat{query}", data=data)


def go_on(client, page):
    """Press the button of the page that asks."""
    action = unescape(re.search(r'action="(/hang-loat[^"]*)"', page.text)[1])
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text):
        fields.setdefault(name, []).append(unescape(value))
    return client.post(action, data=fields)


def do(client, what, *cases, **given):
    return go_on(client, ask(client, what, *cases, **given))


def test_one_sees_first_what_will_happen_and_nothing_is_kept(officer, db, a_proposal):
    new, decided = a_proposal(title="Ý mới", **AGREED), a_proposal(status=Status.RECOGNISED)
    events = db.row("SELECT count(*) FROM event")

    page = ask(officer, "appraise", new, decided)

    assert page.status_code == 200
    for said in (
        "Chuyển sang: Đang xem xét", "Làm cho 1 hồ sơ, để lại 1 hồ sơ.", "1 tin nhắn báo người gửi",
        "không làm được từ tình trạng",
    ):  # fmt: skip
        assert said in page.text, said
    assert proposals.by_code(db, new.code) == new
    assert db.row("SELECT count(*) FROM event") == events
    assert threads.of_proposal(db, new.id)[1] == []


def test_cases_are_put_under_appraisal_each_by_its_own_rules_and_told_once(officer, db, a_proposal):
    new, decided = a_proposal(**AGREED), a_proposal(status=Status.RECOGNISED)
    sure = ask(officer, "appraise", new, decided)

    pages = [go_on(officer, sure) for _ in range(2)]

    assert pages[0].text.count("Đã làm") == 1
    assert "Đã đúng như vậy rồi" in pages[1].text
    assert proposals.by_code(db, new.code).status is Status.UNDER_APPRAISAL
    assert proposals.by_code(db, decided.code).status is Status.RECOGNISED
    assert len(threads.of_proposal(db, new.id)[1]) == 1


def test_cases_are_assigned_and_classified_together(officer, db, a_proposal):
    cases = [a_proposal(), a_proposal()]
    [an] = staff.everyone(db)

    do(officer, "assign", *cases, assignee=an.id)
    do(officer, "category", *cases, category="3")

    for case in cases:
        now = proposals.by_code(db, case.code)
        assert (now.assignee_id, now.category) == (an.id, "3")
    page = ask(officer, "category", *cases, category="3")
    assert page.text.count("Đã đúng như vậy rồi") == 2 and 'name="code"' not in page.text


def test_only_whose_sender_was_asked_goes_to_the_council(officer, db, a_proposal):
    ready = a_proposal(status=Status.UNDER_APPRAISAL, category="3")
    bare = a_proposal(status=Status.UNDER_APPRAISAL)
    proposals.classify(db, ready.code, category="3", field="1", actor="t", at=clock.now())
    completeness.correct(db, ready.code, POINTS[:6], actor="t", at=clock.now())
    said = AppraisalAnswers("làm được ngay")
    appraisals.keep(db, ready.code, said, (), seen="", actor="t", at=clock.now())
    unasked = a_proposal(status=Status.UNDER_APPRAISAL, participant_type=None)

    page = ask(officer, "council", ready, unasked, bare)

    assert "Chưa hỏi người gửi" in page.text and "mở hồ sơ để bổ sung" in page.text
    go_on(officer, page)
    assert proposals.by_code(db, ready.code).status is Status.AT_COUNCIL
    for left in (unasked, bare):
        assert proposals.by_code(db, left.code).status is Status.UNDER_APPRAISAL


def test_closing_several_waits_with_its_reason_and_can_be_taken_back(officer, db, a_proposal):
    first, second, decided = a_proposal(), a_proposal(), a_proposal(status=Status.RECOGNISED)

    page = ask(officer, "close", first, second, decided, own="trùng với kế hoạch đang làm")

    assert "chờ 10 phút" in page.text and "trùng với kế hoạch đang làm" in page.text
    go_on(officer, page)
    for case in (first, second):
        [act] = pending_acts.waiting(db, case.id)
        assert (act.kind, act.reason) == ("close", "trùng với kế hoạch đang làm")
        assert proposals.by_code(db, case.code).status is Status.RECEIVED
    assert pending_acts.waiting(db, decided.id) == []
    again = ask(officer, "close", first, reason="quá hạn bổ sung")
    assert "Đang có việc khác chờ" in again.text
    assert officer.get("/viec-cho").text.count("trùng với kế hoạch đang làm") == 2


def test_all_of_a_page_and_all_of_a_list_are_chosen_with_one_tap(officer, db, a_proposal):
    cases = [a_proposal(channel="paper") for _ in range(PAGE_SIZE + 2)]
    other = a_proposal()
    [an] = staff.everyone(db)

    page = officer.get("/?channel=paper&chon=1")
    links = [unescape(link) for link in re.findall(r'href="([^"]*tich=[^"]*)"', page.text)]
    ticked, whole = (officer.get(link).text for link in links)

    assert links == [f"/?channel=paper&chon=1&tich={way}" for way in ("trang", "het")]
    assert "checked" not in page.text.partition('class="bulk"')[2]
    assert ticked.count(" checked") == PAGE_SIZE
    assert f"Đã chọn cả danh sách: {len(cases)} hồ sơ" in whole
    form = {"whole": "yes", "what": "assign", "assignee": an.id}
    sure = officer.post("/hang-loat?channel=paper", data=form)
    result = go_on(officer, sure)
    assert all(proposals.by_code(db, case.code).assignee_id == an.id for case in cases)
    assert proposals.by_code(db, other.code).assignee_id is None
    assert 'href="/?channel=paper"' in result.text


def test_of_a_long_list_only_so_many_are_counted_as_are_dealt_with_at_once(
    officer, a_proposal, monkeypatch
):
    monkeypatch.setattr(batch, "MOST", 4)
    for _ in range(6):
        a_proposal(channel="paper")
    a_proposal(channel="paper", title="Một ý khác hẳn về đường ra ruộng")

    page = officer.get("/?channel=paper&chon=1&tich=het").text
    few = officer.get("/?q=ruộng&chon=1&tich=het").text

    assert "Đã chọn cả danh sách: hơn 4 hồ sơ" in page
    assert "Mỗi lần làm 4 hồ sơ đầu" in page
    assert "Đã chọn cả danh sách: 1 hồ sơ" in few and "Mỗi lần" not in few


def test_what_is_not_ours_to_see_stays_unknown_and_untouched(officer, logged_in, db, a_proposal):
    hidden = a_proposal(title="Chuyện kín")
    logged_in("binh").post(f"/ho-so/{hidden.code}/flag", data={"confidential": "1"})
    before = proposals.by_code(db, hidden.code)

    for sure in ("", "yes"):
        page = ask(officer, "appraise", hidden, sure=sure)
        assert "Không có hồ sơ này" in page.text and "Chuyện kín" not in page.text
    assert proposals.by_code(db, hidden.code) == before


@pytest.mark.parametrize(
    "given",
    [
        {"what": "burn"},
        {"what": "category", "category": "9"},
        {"what": "assign", "assignee": "tiep"},
        {"what": "close", "reason": "..."},
        {"what": "close", "own": "x" * 301},
    ],
)
def test_nothing_chosen_and_nonsense_are_told(officer, logged_in, db, a_proposal, given):
    case = a_proposal()
    tiep = logged_in("tiep", role="receptionist")
    by_login = {one.login: one.id for one in staff.everyone(db)}
    given = {**given, "assignee": by_login.get(given.get("assignee"), "")}

    assert ask(officer, "appraise").status_code == 422
    assert officer.post("/hang-loat", data={"code": case.code, **given}).status_code == 422
    assert ask(tiep, "appraise", case).status_code == 403
    assert proposals.by_code(db, case.code) == case
