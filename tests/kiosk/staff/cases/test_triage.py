"""A case is sorted at once in one panel, which leads on to the next; nothing of a colleague's is
overwritten unseen. How many taps and page loads twenty ideas take is counted here."""

import json
import re
from html import unescape
from importlib.resources import files

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.messages import threads
from shared.store.people import staff
from tests.kiosk.staff.panel import panel_in, sort_case

TOLD = {
    "name": "Trần Thị Mận",
    "phone": "0912345678",
    "consents": {"store": True, "sms": True, "notice": "2026-1"},
}


class Desk:
    """An officer at a screen: what is tapped and which pages are loaded is counted."""

    def __init__(self, client):
        self.client, self.taps, self.loads = client, 0, 0
        self.page = None

    def open(self, href):
        """Tap a link."""
        self.taps += 1
        self._load(href)

    def choose(self, **wanted):
        """Set what stands otherwise in the panel: a tap opens a list, another chooses."""
        for name, value in wanted.items():
            if self.chosen[name] != value:
                self.taps += 2
                self.chosen[name] = value

    def save(self, go="next"):
        self.taps += 1
        answer = self.client.post(self.action, data={**self.chosen, "go": go})
        assert answer.status_code == 303, answer.text
        self._load(answer.location)

    def _load(self, href):
        self.loads += 1
        self.page = self.client.get(href)
        assert self.page.status_code == 200
        self.action, self.chosen = panel_in(self.page)


@pytest.fixture
def an(officer, db):
    """The id of the officer whose browser is `officer`."""
    return staff.by_login(db, "an").id


def test_a_case_is_sorted_at_once_and_leads_on(officer, an, a_proposal, db):
    first, second = (a_proposal(title=f"Bảng chỉ đường {n}", **TOLD) for n in (1, 2))
    desk = Desk(officer)
    desk.open(f"/ho-so/{first.code}?status=received&free=1")

    assert desk.chosen["owner"] == an and desk.chosen["to"] == "under_appraisal"
    assert "Người gửi nhận" in desk.page.text or 'class="sms-text"' in desk.page.text
    desk.choose(category="7", field="3")
    desk.save()

    now = proposals.by_code(db, first.code)
    assert (now.assignee_id, now.category, now.field) == (an, "7", "3")
    assert now.status is Status.UNDER_APPRAISAL
    [notice] = threads.of_proposal(db, first.id)[1]
    assert notice.text_key.startswith("st_") or notice.text_key
    assert desk.action == f"/ho-so/{second.code}/phan-loai?status=received&free=1"
    assert "Đã lưu hồ sơ" in desk.page.text and first.code in desk.page.text
    desk.save()
    assert "Không có hồ sơ nào" in desk.page.text and "free=1" in desk.page.text


def test_one_may_stay_and_leave_all_else_as_it_is(officer, an, a_proposal, db):
    case = a_proposal(**TOLD)
    desk = Desk(officer)
    desk.open(f"/ho-so/{case.code}")
    desk.choose(to="", owner="", category="", field="2")
    desk.save(go="stay")

    now = proposals.by_code(db, case.code)
    assert (now.assignee_id, now.category, now.field, now.status) == (None, None, "2", "received")
    assert threads.of_proposal(db, case.id)[1] == []
    assert desk.action == f"/ho-so/{case.code}/phan-loai"


def test_what_was_set_stands_there_and_is_no_suggestion(officer, an, a_proposal, db):
    case = a_proposal(title="Hẹn giờ trước khi đi chứng thực", category="8")
    page = officer.get(f"/ho-so/{case.code}")
    chosen = panel_in(page)[1]

    assert (chosen["category"], chosen["field"]) == ("8", "2")
    panel = page.text.partition('id="panel"')[2].partition("</section>")[0]
    guessed = re.findall(r'id="panel-(\w+)-guess"', panel)
    assert guessed == ["owner", "field", "to"]


def test_a_second_tap_saves_once(officer, an, a_proposal, db):
    case = a_proposal(**TOLD)
    action, chosen = panel_in(officer.get(f"/ho-so/{case.code}"))

    answers = [officer.post(action, data={**chosen, "category": "3"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    kinds = [event.kind for event in event_log.of_proposal(db, case.id)]
    assert [kinds.count(kind) for kind in ("assigned", "classified", "moved")] == [1, 1, 1]
    assert len(threads.of_proposal(db, case.id)[1]) == 1


def test_the_second_of_two_learns_who_changed_what_and_loses_nothing(
    officer, logged_in, a_proposal, db
):
    case = a_proposal(title="Bảng chỉ đường", **TOLD)
    other = logged_in("binh")
    binh = staff.by_login(db, "binh").id
    action, mine = panel_in(officer.get(f"/ho-so/{case.code}"))
    theirs = panel_in(other.get(f"/ho-so/{case.code}"))[1]
    other.post(action, data={**theirs, "category": "5", "to": ""})

    refused = officer.post(action, data={**mine, "category": "3", "field": "1"})

    assert refused.status_code == 409
    for said in ("Bà binh", "Xây dựng và nâng cao chất lượng", "còn nguyên bên dưới"):
        assert said in refused.text, said
    kept = proposals.by_code(db, case.code)
    assert (kept.assignee_id, kept.category, kept.status) == (binh, "5", "received")
    again, chosen = panel_in(refused)
    assert (chosen["category"], chosen["field"], chosen["owner"]) == ("3", "1", mine["owner"])
    assert officer.post(again, data=chosen).status_code == 303
    now = proposals.by_code(db, case.code)
    assert (now.assignee_id, now.category, now.status) == (
        mine["owner"], "3", Status.UNDER_APPRAISAL,
    )  # fmt: skip


def test_further_groups_stand_beside_the_main_one_and_never_twice(officer, db, a_proposal):
    case = a_proposal(category="3")
    ticked = {"category": "3", "field": "1", "more_categories": ["8", "5", "3"]}

    action, chosen = panel_in(officer.get(f"/ho-so/{case.code}"))
    for _ in range(2):
        assert officer.post(action, data={**chosen, **ticked, "to": ""}).status_code == 303
    saved = officer.get(f"/ho-so/{case.code}")

    assert proposals.by_code(db, case.code).more_categories == ("5", "8")
    assert "Nhóm phụ, nếu có: 5, 8" in " ".join(saved.text.split())
    assert panel_in(saved)[1]["more_categories"] == ["5", "8"]
    late = officer.post(action, data={**chosen, "category": "3", "more_categories": ["7"]})
    assert late.status_code == 409 and panel_in(late)[1]["more_categories"] == ["7"]
    assert sort_case(officer, case.code, category="5").status_code == 303
    assert proposals.by_code(db, case.code).more_categories == ("8",)
    assert sort_case(officer, case.code, more_categories=[]).status_code == 303
    assert proposals.by_code(db, case.code).more_categories == ()


def test_a_case_is_assigned_to_the_desk_alone_and_a_confidential_one_always_to_somebody(
    officer, logged_in, a_member, a_proposal, db
):
    case, other = a_proposal(), a_member("binh").id
    reception = a_member("tiep", role="receptionist").id

    for wrong in (reception, "' OR 1=1"):
        assert sort_case(officer, case.code, owner=wrong).status_code == 422
    assert sort_case(officer, case.code, owner=other).status_code == 303
    assert proposals.by_code(db, case.code).assignee_id == other
    assert sort_case(officer, case.code, owner="").status_code == 303
    assert proposals.by_code(db, case.code).assignee_id is None
    officer.post(f"/ho-so/{case.code}/flag", data={"confidential": "1"})
    refused = sort_case(officer, case.code, owner="")

    assert refused.status_code == 422 and "phải có người phụ trách" in refused.text
    assert proposals.by_code(db, case.code).assignee_id == staff.by_login(db, "an").id
    assert sort_case(officer, case.code, owner=other).status_code == 303
    assert officer.get(f"/ho-so/{case.code}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"owner": "nobody-here"}, "Chỉ giao được cho cán bộ"),
        ({"category": "99"}, "chọn lại một ô"),
        ({"more_categories": ["5", "99"]}, "chọn lại một ô"),
        ({"to": "closed"}, "Xin chọn một bước"),
        ({"to": "recognised"}, "Xin chọn một bước"),
        ({"to": "at_council"}, "Xin chọn một bước"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_chosen_stays(officer, a_proposal, db, wrong, said):
    case = a_proposal(**TOLD)
    action, chosen = panel_in(officer.get(f"/ho-so/{case.code}"))

    answer = officer.post(action, data={**chosen, "field": "4", **wrong})

    assert answer.status_code in (409, 422) and said in answer.text
    assert panel_in(answer)[1]["field"] == "4"
    assert proposals.by_code(db, case.code) == case


def test_who_only_reads_has_no_panel(logged_in, a_proposal):
    case = a_proposal()
    reception = logged_in("tiep", role="receptionist")

    assert panel_in(reception.get(f"/ho-so/{case.code}"))[0] == ""
    assert reception.post(f"/ho-so/{case.code}/phan-loai", data={}).status_code == 403


def demo_ideas():
    """Return the demo's ideas that somebody sorted: words, group and field."""
    lines = files("shared.demo").joinpath("proposals.jsonl").read_text("utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one.get("category") and one.get("field")]


def test_twenty_ideas_take_few_taps_and_few_pages(officer, an, a_proposal, db):
    """Before: 240 taps and 100 page loads."""
    sorted_by_hand = {}
    for idea in demo_ideas()[:20]:
        case = a_proposal(
            channel="sms", title=idea["title"], current_state=idea["current_state"] or "",
            solution=idea["solution"] or idea["title"], **TOLD,
        )  # fmt: skip
        sorted_by_hand[case.code] = {"category": str(idea["category"]), "field": str(idea["field"])}

    taps, loads = _walk(officer, sorted_by_hand)
    print(f"20 ideas of the demo, group and field suggested: {taps} taps, {loads} page loads")
    assert (taps <= 80, loads <= 40) == (True, True)
    for code, wanted in sorted_by_hand.items():
        now = proposals.by_code(db, code)
        assert {"category": now.category, "field": now.field} == wanted
        assert (now.assignee_id, now.status) == (an, Status.UNDER_APPRAISAL)


def test_twenty_ideas_without_a_suggestion_take_half_of_what_they_did(officer, a_proposal):
    at = clock.now()
    wanted = {
        a_proposal(at=at + n, title=f"Bảng chỉ đường số {n}", solution="Sơn lại cho rõ.", **TOLD)
        .code: {"category": "7", "field": "other"}
        for n in range(20)
    }  # fmt: skip

    taps, loads = _walk(officer, wanted)
    print(f"20 ideas without a suggestion: {taps} taps, {loads} page loads")
    assert (taps <= 120, loads <= 40) == (True, True)


def _walk(officer, wanted):
    """Sort all that waits as `wanted`, from the list on; return taps and page loads."""
    desk = Desk(officer)
    desk.open("/?status=received")
    desk.open(unescape(re.search(r'href="(/ho-so/\d+[^"]*)"', desk.page.text)[1]))
    while desk.action:
        desk.choose(**wanted[re.search(r"\d{12}", desk.action)[0]])
        desk.save()
    return desk.taps, desk.loads
