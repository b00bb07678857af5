"""A council judges blind: nobody learns a score before all who are there have handed in."""

import html
import io
import re
from datetime import timedelta

import docx
import pytest
from docx.oxml.ns import qn
from werkzeug.datastructures import MultiDict

from shared.db import event_log
from shared.db.connection import writing
from shared.db.pages import PAGE_LINES
from shared.domain import clock
from shared.domain.appraisal import AppraisalAnswers, Expected
from shared.domain.council import VoteTally, redacted
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.files import media
from shared.store.cases import appraisals, moves, proposals, redactions
from shared.store.council import agenda, invitations, judging, sessions, sittings
from shared.store.council import sheets as council_sheets
from shared.store.files import attachments
from shared.store.messages import inbox, outgoing
from shared.store.models import adoptions, trials
from shared.store.office import campaigns
from shared.store.people import staff
from shared.workflows import case_steps, withdraw
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE
from tests.kiosk.staff.conftest import PASSWORD
from tests.shared.files.test_media import a_recording

TEXT_NODE = qn("w:t")
SHEET = {f"gate-{at}": "yes" for at in range(5)} | {"points": ["15", "15", "20", "10", "10"]}


@pytest.fixture
def enter(office, a_member):
    """A builder: the id and the browser of somebody new of that role."""

    def build(login, role, name=""):
        member = a_member(login, role=role, name=name or f"Bà {login}")
        client = office.test_client()
        client.post("/login", data={"login": login, "password": PASSWORD})
        return member.id, client

    return build


@pytest.fixture
def room(enter, db, a_proposal):
    """A session of three members with one idea: what a test needs of it."""
    return Room(enter, db, a_proposal(
        status=Status.AT_COUNCIL, name="Trần Văn Ba", phone="0912345678",
        solution="Gọi Trần Văn Ba số 0912 345 678 để hẹn.", consents={"store": True},
    ))  # fmt: skip


class Room:
    def __init__(self, enter, db, idea):
        self.db, self.idea = db, idea
        self.secretary_id, self.secretary = enter("thuky", "officer")
        people = [enter(login, "council") for login in ("hai", "sau")]
        self.chair_id, self.chair = enter("chu", "chair")
        self.ids = [one for one, _ in people] + [self.chair_id]
        self.members = [client for _, client in people] + [self.chair]
        given = {
            "held_on": "01/07/2026", "place": "Hội trường", "member": self.ids,
            "chair": self.chair_id, "secretary": self.secretary_id, "key": "k",
        }  # fmt: skip
        for _ in range(2):
            self.address = self.secretary.post("/hoi-dong", data=given).location
        self.id = self.address.rsplit("/", 1)[1]
        self.secretary.post(f"{self.address}/y", data={"code": idea.code, "redacted": "yes"})
        self.item_id = self.judged.item.id

    @property
    def judged(self):
        [one] = judging.whole(self.db, self.id).judged
        return one

    def score(self, who, act="hand_in", **changes):
        data = SHEET | {"act": act} | changes
        return self.members[who].post(f"{self.address}/cham/{self.item_id}", data=data)

    def conclude(self, verdict="recognise", reason="mới, dễ làm"):
        given = {"verdict": verdict, "reason": reason}
        return self.secretary.post(f"{self.address}/y/{self.item_id}/ket-luan", data=given)

    def seat(self, who, state):
        given = {f"state-{self.ids[who]}": state, f"why-{self.ids[who]}": "việc gấp"}
        return self.secretary.post(f"{self.address}/thanh-vien", data=given)

    def cast(self, who, choice):
        address = f"{self.address}/y/{self.item_id}/la-phieu"
        return self.members[who].post(address, data={"choice": choice})

    def hands(self, agree, against, blank, by=None):
        given = {"agree": agree, "against": against, "blank": blank}
        address = f"{self.address}/y/{self.item_id}/bieu-quyet"
        return (by or self.secretary).post(address, data=given)

    def recuse(self, who):
        address = f"{self.address}/y/{self.item_id}/khong-cham"
        return self.members[who].post(address, data={"why": "tôi là tác giả"})

    def paper(self, path, client=None, **given):
        """Return the words of a paper of the session."""
        answer = (client or self.secretary).post(f"{self.address}/{path}/tai", data=given)
        assert answer.status_code == 200, answer.text
        made = docx.Document(io.BytesIO(answer.data))
        return "\n".join(node.text or "" for node in made.element.body.iter(TEXT_NODE))

    def decided(self):
        for who in range(3):
            self.score(who)
        assert self.conclude().status_code == 303

    def sign(self, number="12/QĐ-UBND", day="01/07/2026"):
        given = {"decision_number": number, "decision_date": day, "item": self.item_id}
        return self.chair.post("/ky-duyet", data=given | {f"reason-{self.item_id}": "mới"})

    def send_back(self, to, reason):
        given = {"item": self.item_id, "to": to, "back": reason}
        return self.chair.post("/ky-duyet/tra-lai", data=given)


def test_nobody_sees_a_result_before_all_who_are_there_handed_in(room):
    room.score(0)
    room.score(1)

    assert room.judged.result is None
    for client in (*room.members, room.secretary):
        assert "Điểm trung bình" not in client.get(room.address).text
    assert room.conclude().status_code == 409

    room.score(2)

    assert room.judged.result.total == 70
    assert room.judged.result.verdict == "replicate"
    assert "70,0" in room.secretary.get(room.address).text


def test_a_sheet_is_kept_as_it_is_filled_in_and_comes_back(room):
    room.score(0, act="", points=["15", "", "", "", ""], remark=["mới thật", "", "", "", ""])

    page = room.members[0].get(f"{room.address}/cham/{room.item_id}").text
    assert 'value="15"' in page
    assert "mới thật" in page
    assert not room.judged.handed_in


def test_a_sheet_shows_the_evidence_beside_the_points_and_adds_up(room, db, a_proposal):
    idea, told = room.idea, {"into": room.idea.code}
    other = a_proposal(title="Lấy số qua điện thoại của Trần Văn Ba", name="Trần Văn Ba",
                       consents={"store": True})  # fmt: skip
    case_steps.move(db, other.code, Status.MERGED, actor="t", at=2, zone=ZONE, details=told)
    said = AppraisalAnswers("Làm được ngay, Trần Văn Ba đã thử.", "recognise")
    expected = [Expected("days", 3, 1), Expected("operations", 12, 4)]
    appraisals.keep(db, idea.code, said, expected, seen="", actor="t", at=2)
    figures = adoptions.NewMeasure(Figures("steps", 4, 1), "", "2026-06-01", "sổ trực")
    adoptions.measure(db, idea.id, figures, key="m", actor="t", at=2)
    trials.keep(
        db, idea.id, trials.Trial("Bộ phận Một cửa", "2026-05-01", "2026-05-15", "", "đỡ chờ"),
        actor="t", at=2,
    )  # fmt: skip
    room.score(0, act="keep", points=["15", "", "20", "", ""])

    page = room.members[0].get(f"{room.address}/cham/{room.item_id}").text

    for words in (
        "Làm được ngay, … đã thử.", "Số thao tác", "3 ngày", "4 bước", "01/05/2026–15/05/2026",
        "Bộ phận Một cửa", "đỡ chờ", "Lấy số qua điện thoại của …", "lần đầu ở xã",
        "Tổng 35 trên 100", "Từ 50: công nhận",
    ):  # fmt: skip
        assert words in page, words
    assert "Trần Văn Ba" not in page


def test_a_sheet_sent_again_by_a_browser_is_handed_in_once(room):
    """The line was cut before the answer came; meanwhile the secretary returned the sheet."""
    room.score(0, key="sending")
    given = {"staff_id": room.ids[0], "reason": "gõ nhầm"}
    room.secretary.post(f"{room.address}/y/{room.item_id}/mo-lai", data=given)

    again = room.score(0, key="sending")

    assert again.status_code == 303
    assert room.judged.handed_in == ()
    assert room.score(0, key="another").status_code == 303
    assert room.judged.handed_in == (room.ids[0],)


def planned(room, days=3, **more):
    """Plan another session of the room, so many days from now, and turn the room to it."""
    day = (clock.to_local(clock.now(), ZONE) + timedelta(days=days)).date()
    given = {
        "held_on": f"{day:%d/%m/%Y}", "place": "Hội trường", "member": room.ids, "begins": "08:00",
        "chair": room.chair_id, "secretary": room.secretary_id, "agenda": "Xét sáng kiến\nBỏ phiếu",
        "act": "plan", "key": "planned",
    } | more  # fmt: skip
    room.secretary.post(f"{room.address}/dong")
    answer = room.secretary.post("/hoi-dong", data=given)
    room.address, room.id = answer.location, answer.location.rsplit("/", 1)[1]
    given_ideas = {"code": room.idea.code, "redacted": "yes"}
    room.secretary.post(f"{room.address}/y", data=given_ideas)
    room.item_id = room.judged.item.id
    return given


def test_a_planned_session_is_read_and_scored_and_decides_nothing_before_its_day(room):
    given = planned(room)
    page = room.secretary.get(room.address).text
    invitation = room.secretary.get(f"{room.address}/giay-moi").text
    own = room.members[0].get(f"{room.address}/giay-moi").text
    for who in range(3):
        assert room.score(who).status_code == 303
    begin = {f"state-{room.ids[2]}": "absent", f"why-{room.ids[2]}": "đi họp", "act": "begin"}
    presence = f"{room.address}/thanh-vien"
    early = [
        room.secretary.post(presence, data=begin),
        room.conclude(), room.hands(3, 0, 0), room.cast(0, "agree"),
    ]  # fmt: skip
    hidden = room.judged.result
    wrong = room.secretary.post(f"{room.address}/sua", data=given | {"place": ""})
    today = f"{clock.to_local(clock.now(), ZONE):%d/%m/%Y}"
    right = room.secretary.post(f"{room.address}/sua", data=given | {"held_on": today})
    still_planned = room.conclude()
    opened = room.secretary.post(presence, data=begin)

    assert "Đã lên lịch" in page and "Khai mạc được từ ngày" in page and "08:00" in page
    assert invitation.count("Kính mời") == 3 and "Bỏ phiếu" in invitation
    assert own.count("Kính mời") == 1
    assert [one.status_code for one in early] == [422, 409, 409, 409] and hidden is None
    assert "Chưa đến ngày họp" in early[0].text and "đi họp" in early[0].text
    assert (wrong.status_code, right.status_code, still_planned.status_code) == (422, 303, 409)
    assert "Xin điểm danh và khai mạc trước" in still_planned.text
    assert opened.status_code == 303
    whole = judging.whole(room.db, room.id)
    assert (whole.present, whole.is_planned, whole.seats[2].why) == (2, False, "đi họp")
    assert room.conclude().status_code == 303


def test_members_of_a_planned_session_are_invited_by_sms_from_its_page(room, db):
    given = planned(room)
    staff.set_contact(db, room.ids[0], "Phó Chủ tịch", "+84912345678", actor="t", at=1)
    address = f"{room.address}/nhan-tin-moi"
    before = room.secretary.get(room.address).text
    own = room.members[0].get(room.address).text
    refused = room.members[0].post(address)
    sheet = room.secretary.get(f"{room.address}/giay-moi").text
    codes = [room.secretary.post(address).status_code for _ in range(2)]
    after = room.secretary.get(room.address).text
    [invited] = invitations.of_session(db, room.id)
    with writing(db):
        for at, (said, answer) in enumerate([("Ban hop o tinh", "away"), ("Hop o dau vay em", "")]):
            arrived = inbox.Arrived("s", str(at), "+84912345678", "mobile", said, "", None, at)
            inbox.keep(db, arrived)
            message = inbox.waiting(db)[-1].id
            inbox.handled(db, message, outcome=inbox.ANSWERED, at=at)
            invitations.keep_answer(db, room.id, room.ids[0], message, answer, at=at)
    answered = room.secretary.get(room.address).text
    taken = [
        room.secretary.post(f"{room.address}/tra-loi/{one}").status_code for one in (message, "x")
    ]
    room.secretary.post(f"{room.address}/sua", data=given | {"begins": "09:00"})
    changed = room.secretary.get(room.address).text

    assert "Nhắn 1 người:" in before and "Tất cả 1 tin" in before and "Nhắn tin mời" in before
    assert "Đã lên lịch" in before and "cần ít nhất" not in before, "nobody was to come yet"
    assert "0•• ••• •78" in before and "0912 345 678" not in before
    assert before.count("chưa có số di động") == 2
    assert "UBND xa Tan An moi Ong/Ba hop Hoi dong 08:00 ngay" in before
    assert "0•• ••• •78" not in own and refused.status_code == 403
    assert "<strong>Bà hai</strong>, Phó Chủ tịch" in sheet and "Nơi nhận: như trên" in sheet
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in sheet and "Số: …../GM" in sheet
    assert codes == [303, 303]
    assert outgoing.last_of(db, invited.message_id).state == "queued"
    assert "chờ gửi" in after and address not in after
    assert "Ai có số đều đã được nhắn theo lịch này" in after
    assert "báo vắng" in answered and "<q>Hop o dau vay em</q>" in answered
    assert answered.count("Là sáng kiến") == 1 and taken == [303, 404]
    assert "mời theo lịch cũ" in changed and "hop Hoi dong 09:00" in changed


def test_an_open_sessions_wrong_day_is_put_right_with_a_reason_until_a_signature(room):
    given = {
        "held_on": "30/06/2026", "place": "Hội trường", "member": room.ids,
        "chair": room.chair_id, "secretary": room.secretary_id, "begins": "", "agenda": "",
    }  # fmt: skip
    address, later = f"{room.address}/sua", {"held_on": "01/01/2099", "right_reason": "nhầm"}

    no_reason = room.secretary.post(address, data=given)
    future = room.secretary.post(address, data=given | later)
    other_year = given | {"held_on": "30/06/2025", "right_reason": "nhầm"}
    room.score(0)
    year = room.secretary.post(address, data=other_year)
    right = room.secretary.post(address, data=given | {"right_reason": "ghi nhầm ngày"})
    day = judging.whole(room.db, room.id).session.held_on
    kept = event_log.of_kind(room.db, "council_put_right")[-1]
    for who in (1, 2):
        room.score(who)
    room.conclude()
    room.sign()
    signed = room.secretary.post(address, data=given | {"place": "A", "right_reason": "nhầm"})

    assert [one.status_code for one in (no_reason, future, year)] == [422, 422, 409]
    assert (right.status_code, day) == (303, "2026-06-30")
    assert (kept.data["reason"], kept.data["was"]) == ("ghi nhầm ngày", "2026-07-01")
    assert signed.status_code == 422 and "đã ký" in signed.text


@pytest.mark.of_sqlite
def test_sixty_ideas_in_a_session_ask_as_much_of_the_store_as_three(room, a_proposal, office):
    """The secretary's grid says who has handed in what, and points only once all may see them."""
    room.score(0)
    watched, asked = office.extensions["hienke"].store().conn, []

    def cost(client):
        asked.clear()
        watched.set_trace_callback(asked.append)
        page = client.get(room.address).text
        watched.set_trace_callback(None)
        return len(asked), page

    def fill(count):
        new = [a_proposal(status=Status.AT_COUNCIL) for _ in range(count)]
        given = {"code": [one.code for one in new], "redacted": "yes"}
        assert room.secretary.post(f"{room.address}/y", data=given).status_code == 303

    fill(2)
    few, _ = cost(room.secretary)
    fill(57)
    many, page = cost(room.secretary)
    item = judging.whole(room.db, room.id).judged[40].item.id
    one = room.secretary.get(f"{room.address}?y={item}").text

    assert many <= few
    assert page.count('id="y-') == 1 and page.count("<td>đã nộp</td>") == 1
    assert page.count('class="council-grid"') == 1 and page.count("?y=") == 60
    assert f'id="y-{item}"' in one and one.count('id="y-') == 1
    assert len(page) < 200_000


def test_an_unfinished_sheet_is_kept_and_not_handed_in(room):
    answer = room.score(0, points=["15", "", "20", "10", "10"])

    assert answer.status_code == 422
    assert not room.judged.handed_in
    assert council_sheets.own_sheet(room.db, room.item_id, room.ids[0]).sheet.points[0] == 15


@pytest.mark.of_sqlite
@pytest.mark.parametrize("points", ["21", "-1", "²", "nhiều"])
def test_points_beyond_the_most_are_said_at_their_field(room, points):
    answer = room.score(0, points=[points, "1", "1", "1", "1"])

    assert answer.status_code == 422
    assert 'href="#points-0"' in answer.text


def test_a_member_scores_once_and_only_the_secretary_reopens_the_sheet(room):
    room.score(0)

    again = room.score(0)
    other = room.score(0, points=["1", "1", "1", "1", "1"])

    assert (again.status_code, other.status_code) == (303, 409)
    address = f"{room.address}/y/{room.item_id}/mo-lai"
    given = {"staff_id": room.ids[0], "reason": "gõ nhầm"}
    assert room.chair.post(address, data=given).status_code == 409
    room.secretary.post(address, data=given)
    assert room.judged.handed_in == ()
    assert room.score(0, points=["1", "1", "1", "1", "1"]).status_code == 303


def test_an_author_does_not_judge(room):
    room.members[0].post(
        f"{room.address}/y/{room.item_id}/khong-cham", data={"why": "tôi là tác giả"}
    )

    assert room.score(0).status_code == 409
    room.score(1)
    room.score(2)
    assert room.judged.result.sheets == 2


def test_who_bears_the_senders_name_does_not_judge(enter, db, a_proposal):
    idea = a_proposal(status=Status.AT_COUNCIL, name="Bà Hai", consents={"store": True})
    member_id, _ = enter("hai", "council", "bà hai")
    opened = sessions.open_session(
        db, sessions.NewSession(2026, "2026-07-01", "A", member_id, member_id, (member_id,)),
        key="k", actor="t", at=1,
    )  # fmt: skip

    agenda.list_ideas(db, opened, (idea.code,), actor="t", at=1)

    assert member_id in judging.whole(db, opened).judged[0].recused


def test_a_members_days_are_those_of_the_sessions_in_which_they_have_a_seat(room, db):
    one, two, three = room.ids
    first = sessions.NewSession(2026, "2026-03-01", "A", one, one, (one, two))
    opened = sessions.open_session(db, first, key="a", actor="t", at=1)

    def days(member):
        found = sessions.page(db, member, "").lines
        return [session.held_on for session in found if session.id == opened]

    assert [days(member) for member in (one, two, three)] == [["2026-03-01"], ["2026-03-01"], []]
    moved = replace(first, held_on="2026-03-09", members=(one, three))
    with writing(db):
        sessions.put_right(db, sessions.by_id(db, opened), moved)

    assert [days(member) for member in (one, two, three)] == [["2026-03-09"], [], ["2026-03-09"]]
    assert list(sittings.wrong(db)) == []
    with writing(db):
        db.write("UPDATE council_sitting SET held_on = '2026-03-08' WHERE staff_id = :id", id=three)
    assert len(list(sittings.wrong(db))) >= 2


def test_sessions_go_on_page_by_page_the_latest_first_and_a_members_are_their_own(room, db):
    one, two, _ = room.ids
    for n in range(2 * PAGE_LINES + 3):
        sessions.open_session(
            db, sessions.NewSession(
                2026, f"2026-03-{1 + n % 9:02}", "A", one, one, ((one, two)[n % 2],)
            ),
            key=f"past{n}", actor="t", at=1,
        )  # fmt: skip

    def read(client):
        seen, road = [], "/hoi-dong"
        while road:
            page = client.get(road).text
            seen.append(re.findall(r'<a href="/hoi-dong/([0-9a-f-]{36})">', page))
            following = re.search(r'href="(/hoi-dong\?after=[^"]+)"', page)
            road = following and html.unescape(following[1])
        return seen

    every, own = read(room.secretary), read(room.members[0])

    assert [len(page) for page in every] == [PAGE_LINES, PAGE_LINES, 4]
    assert [one for page in every for one in page] == [one.id for one in sessions.sessions(db)]
    assert [len(page) for page in own] == [PAGE_LINES, 3]
    assert room.secretary.get("/hoi-dong?after=none").text.count("/hoi-dong/") >= PAGE_LINES


def test_without_a_quorum_nothing_is_seen_and_nothing_concluded(room):
    room.score(0)
    room.seat(1, "left")
    room.seat(2, "left")

    assert room.judged.result is None
    assert room.conclude().status_code == 409
    room.seat(1, "present")
    room.seat(2, "present")
    room.decided()


def test_who_leaves_in_the_middle_holds_nobody_up_and_scores_no_more(room):
    room.score(0)
    room.score(1, act="keep")
    assert room.judged.result is None
    room.score(2)
    room.seat(1, "left")

    assert room.judged.result is not None
    refused = room.score(1, remark=["đã gõ dở"])
    assert (refused.status_code, "đã gõ dở" in refused.text) == (409, True)
    assert room.conclude().status_code == 303
    assert "việc gấp" in room.paper("bien-ban")


def test_an_idea_withdrawn_meanwhile_is_neither_scored_nor_concluded(room):
    withdraw.withdraw(room.db, room.idea.code, at=1)

    assert room.score(0).status_code == 409
    assert room.conclude().status_code == 409
    assert room.secretary.get(room.address).status_code == 200


def test_a_session_is_closed_once_and_then_takes_nothing(room):
    for _ in range(2):
        assert room.secretary.post(f"{room.address}/dong").status_code == 303

    assert room.score(0, remark=["đã gõ dở"]).status_code == 409
    assert "đã gõ dở" in room.score(0, remark=["đã gõ dở"]).text
    assert room.secretary.post(f"{room.address}/bien-ban/tai").status_code == 200


def test_an_idea_is_on_one_open_list_at_a_time(room):
    given = {
        "held_on": "02/07/2026", "place": "A", "member": room.ids, "key": "other",
        "chair": room.chair_id, "secretary": room.secretary_id,
    }  # fmt: skip
    other = room.secretary.post("/hoi-dong", data=given).location

    answer = room.secretary.post(f"{other}/y", data={"code": room.idea.code, "redacted": "yes"})

    assert answer.status_code == 409


def test_the_council_reads_no_name_and_no_number(room):
    page = room.members[0].get(f"{room.address}/cham/{room.item_id}").text

    assert "Trần Văn Ba" not in page
    assert "345 678" not in page
    assert "để hẹn" in page
    assert redacted("CCCD 012345678901, 3 ngày", [None]) == "CCCD …, 3 ngày"


def test_the_council_reads_the_redacted_words_where_an_officer_wrote_them(room):
    texts = {"title": "Hẹn giờ", "current_state": "", "solution": "Nhắn tin hẹn.",
             "expected_effect": ""}  # fmt: skip
    redactions.keep(room.db, room.idea.code, texts, actor=room.secretary_id, at=1)

    page = room.members[0].get(f"{room.address}/cham/{room.item_id}").text

    assert "Nhắn tin hẹn." in page
    assert "để hẹn" not in page


def test_who_has_no_seat_sees_no_session(room, enter):
    _, stranger = enter("la", "council")

    assert stranger.get(room.address).status_code == 404
    assert stranger.get("/").location == "/hoi-dong"


def hidden(page):
    """Return what a page's form would send again, by name."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return MultiDict((name, html.unescape(value)) for name, value in found)


def test_a_tablet_that_slept_through_its_session_loses_no_tick_and_no_word(room, office):
    address = f"{room.address}/cham/{room.item_id}"
    asleep = office.test_client()
    typed = SHEET | {"remark": ['đã "gõ"', "", "", "", ""], "act": "hand_in", "by": room.ids[0]}

    answer = asleep.post(address, data=typed)
    again = hidden(answer.text)

    assert answer.status_code == 403
    assert "Phiên làm việc đã hết" in answer.text and f'action="{address}"' in answer.text
    assert room.members[1].post(address, data=again).status_code == 409
    asleep.post("/login", data={"login": "hai", "password": PASSWORD})
    assert asleep.post(address, data=again).status_code == 303
    own = council_sheets.own_sheet(room.db, room.item_id, room.ids[0])
    assert own.submitted_at is not None and own.sheet.remarks[0] == 'đã "gõ"'


def test_a_form_of_a_case_is_sent_again_after_the_session_ended(room, office, a_proposal, db):
    case, asleep = a_proposal(), office.test_client()
    typed = {"opinion": "dòng một\ndòng hai", "proposed": "commend", "days_before": "3",
             "days_after": "1", "seen": ""}  # fmt: skip

    answer = asleep.post(f"/ho-so/{case.code}/tham-dinh", data=typed)
    asleep.post("/login", data={"login": "thuky", "password": PASSWORD})
    sent = asleep.post(f"/ho-so/{case.code}/tham-dinh", data=hidden(answer.text))

    assert (answer.status_code, sent.status_code) == (403, 303)
    assert appraisals.of(db, case.id).said.opinion == "dòng một\ndòng hai"


def test_a_password_is_never_given_back_on_a_page(office):
    answer = office.test_client().post(
        "/mat-khau", data={"old": "bí mật", "new": "x", "again": "x"}
    )

    assert (answer.status_code, answer.location) == (303, "/login")


def test_the_chair_signs_what_was_concluded_once(room, when_due):
    room.decided()
    assert room.idea.title in room.chair.get("/ky-duyet").text

    answers = [room.sign().status_code for _ in range(2)]
    other = room.sign(number="99/QĐ-UBND")
    done = when_due()
    late = [room.sign(), room.sign(number="99/QĐ-UBND")]

    assert (answers, other.status_code, done) == ([303, 303], 409, 1)
    assert [one.status_code for one in late] == [303, 409]
    assert len([one for one in moves.of_proposal(room.db, room.idea.id)
                if one.to_status is Status.RECOGNISED]) == 1  # fmt: skip
    assert proposals.by_code(room.db, room.idea.code).status is Status.RECOGNISED


def test_many_ideas_are_signed_under_one_number_in_one_press_or_none_is(
    enter, db, a_proposal, when_due
):
    room = Room(enter, db, a_proposal(status=Status.AT_COUNCIL))
    ideas = [a_proposal(status=Status.AT_COUNCIL, title=f"Bảng mẫu số {n}") for n in range(2)]
    given = {"code": [one.code for one in ideas], "redacted": "yes"}
    room.secretary.post(f"{room.address}/y", data=given)
    items = [one.item.id for one in judging.whole(db, room.id).judged]
    for room.item_id, verdict in zip(items, ("recognise", "replicate", "refuse"), strict=True):
        for who in range(3):
            room.score(who)
        room.conclude(verdict)

    folder = room.chair.get("/ky-duyet").text
    signing = {"decision_number": "217/QĐ-UBND", "decision_date": "30/06/2026"}
    mixed = room.chair.post("/ky-duyet", data=signing | {"item": items})
    preview = room.chair.post("/ky-duyet/xem-truoc", data=signing | {"item": items[:2]})
    draft = room.chair.post(
        "/ky-duyet/xem-truoc", data=signing | {"item": items[:2], "take": "yes"}
    )
    none = room.chair.post("/ky-duyet", data=signing)
    before = [proposals.by_code(db, one.code).status for one in (room.idea, *ideas)]
    signed = [room.chair.post("/ky-duyet", data=signing | {"item": items[:2]}) for _ in range(2)]

    assert "trình 3 sáng kiến" in folder and "Ký 2 sáng kiến, một quyết định" in folder
    assert folder.count("70,0") == 3 and "Không công nhận" in folder
    assert (mixed.status_code, none.status_code) == (422, 422)
    assert "217/QĐ-UBND" in preview.text and "Công nhận 02 sáng kiến" in preview.text
    assert "Bảng mẫu số 0" in preview.text and "Bảng mẫu số 1" not in preview.text
    assert draft.status_code == 200 and "docx" in draft.headers["Content-Disposition"]
    assert before == [Status.AT_COUNCIL] * 3
    assert [one.status_code for one in signed] == [303, 303] and when_due() == 2
    after = [proposals.by_code(db, one.code).status for one in (room.idea, *ideas)]
    assert after == [Status.RECOGNISED, Status.RECOGNISED, Status.AT_COUNCIL]


def test_a_decision_number_bears_one_day_and_may_name_several_ideas(room, a_proposal):
    a_proposal(status=Status.RECOGNISED)  # 12/QĐ-UBND of 1 July 2026
    room.decided()

    other_day = room.sign(day="02/07/2026")

    assert other_day.status_code == 422
    assert "12/QĐ-UBND" in other_day.text
    assert room.sign(day="01/07/2026").status_code == 303


@pytest.mark.parametrize(
    ("to", "status"), [("officer", Status.UNDER_APPRAISAL), ("council", Status.AT_COUNCIL)]
)
def test_the_chair_sends_back_with_a_reason(room, to, status):
    room.decided()

    assert room.send_back(to, " ").status_code == 422
    pressed = [room.send_back(to, "thiếu chứng cứ").status_code for _ in range(2)]

    assert pressed == [303, 303]

    assert proposals.by_code(room.db, room.idea.code).status is status
    assert "thiếu chứng cứ" in room.secretary.get(room.address).text
    case = room.secretary.get(f"/ho-so/{room.idea.code}").text
    assert "Chủ tịch trả lại: thiếu chứng cứ" in case
    assert [one.code for one in agenda.waiting(room.db)] == [room.idea.code] * (to == "council")


def test_a_show_of_hands_is_counted_once_every_sheet_is_in_and_makes_all_who_judge(room):
    assert room.hands(3, 0, 0).status_code == 409
    for who in range(3):
        room.score(who)

    short = room.hands(2, 0, 0)
    kept = [room.hands(2, 1, 0).status_code for _ in range(2)]

    assert short.status_code == 422
    assert "Ba số cộng lại là 2, cần đúng 3 người" in short.text
    assert room.hands("hai", 1, 0).status_code == 422
    assert kept == [303, 303]
    assert "Đồng ý 2, không 1, trống 0: đồng ý 66,7%" in room.chair.get(room.address).text


def test_who_does_not_judge_does_not_vote(room):
    room.recuse(0)
    for who in (1, 2):
        room.score(who)

    assert room.cast(0, "agree").status_code == 409
    assert room.hands(3, 0, 0).status_code == 422
    assert room.hands(2, 0, 0).status_code == 303


def test_ballots_are_secret_until_the_last_is_in_and_locked_after(room):
    assert room.cast(0, "agree").status_code == 409
    for who in range(3):
        room.score(who)

    room.cast(0, "against")
    room.cast(0, "agree")
    room.cast(1, "blank")
    before = room.secretary.get(room.address).text
    room.cast(2, "agree")

    assert "Đã bỏ phiếu: 2 trên 3" in before and "Đồng ý 1" not in before
    assert room.judged.tally == VoteTally(2, 0, 1)
    assert room.cast(2, "agree").status_code == 303
    assert room.cast(2, "against").status_code == 409
    assert room.cast(1, "maybe").status_code == 422


def test_a_member_who_leaves_after_the_conclusion_takes_no_vote_along(room):
    for who in range(3):
        room.score(who)
        if who == 2:
            for one in range(3):
                room.cast(one, "agree")
    room.conclude()

    room.seat(0, "left")

    assert room.judged.tally == VoteTally(3, 0, 0)


def test_a_campaign_that_asks_for_a_vote_concludes_in_favour_with_one_alone(room, db):
    campaign = campaigns.of_year(db, 2026)
    rules = replace(campaign, rubric=replace(campaign.rubric, agree_percent=67))
    change_campaign(db, rules, zone=ZONE, actor="t", at=clock.now())
    given = {
        "held_on": "02/07/2026", "place": "A", "member": room.ids, "key": "second",
        "chair": room.chair_id, "secretary": room.secretary_id,
    }  # fmt: skip
    room.secretary.post(f"{room.address}/dong")
    room.address = room.secretary.post("/hoi-dong", data=given).location
    room.id = room.address.rsplit("/", 1)[1]
    given = {"code": room.idea.code, "redacted": "yes"}
    room.secretary.post(f"{room.address}/y", data=given)
    room.item_id = room.judged.item.id
    for who in range(3):
        room.score(who)

    refused = room.conclude()
    room.hands(1, 2, 0)
    outvoted = room.conclude()
    room.hands(2, 1, 0)  # two of three are the 67 that the rule asks for

    assert (refused.status_code, outvoted.status_code) == (409, 409)
    assert "mới, dễ làm" in outvoted.text
    assert room.conclude().status_code == 303


def test_an_idea_the_chair_sent_back_is_voted_on_anew(room):
    for who in range(3):
        room.score(who)
    room.hands(3, 0, 0)
    room.conclude()
    room.send_back("council", "thiếu chứng cứ")

    given = {"code": room.idea.code, "redacted": "yes"}
    room.secretary.post(f"{room.address}/y", data=given)

    assert room.judged.tally is None


def test_a_paper_sheet_is_entered_by_the_secretary_alone_and_says_so(room, enter):
    address = f"{room.address}/nhap-phieu/{room.item_id}/{room.ids[0]}"
    _, other = enter("khac", "officer")

    assert other.get(address).status_code == 404
    assert room.members[1].post(address, data=SHEET).status_code == 404
    assert room.secretary.post(address, data=SHEET | {"points": [""] * 5}).status_code == 422
    for _ in range(2):
        assert room.secretary.post(address, data=SHEET).status_code == 303
    changed = room.secretary.post(address, data=SHEET | {"points": ["1"] * 5})

    assert changed.status_code == 409
    assert room.judged.handed_in == (room.ids[0],)
    own = room.members[0].get(f"{room.address}/cham/{room.item_id}").text
    assert "thư ký nhập từ phiếu giấy" in own
    assert "Thư ký Bà thuky nhập từ phiếu giấy" in room.paper(
        "phieu-cham", room.members[0], which="own"
    )


def test_minutes_hold_what_was_kept_and_nobodys_own_points(room):
    room.secretary.post(
        f"{room.address}/thanh-vien",
        data={f"state-{room.ids[0]}": "absent", f"why-{room.ids[0]}": "đi công tác"},
    )
    for who in (1, 2):
        room.score(who, points=["15", "15", str(10 + who), "10", "10"])
    room.seat(0, "present")
    room.recuse(0)
    room.hands(1, 1, 0)
    room.conclude()
    given = {
        "began": "14:05", "ended": "16h30", "ended_on": "2026-07-01",
        "closing": "Trình Chủ tịch ký.", "reserved": "Bà sau đề nghị làm thử trước.",
    }  # fmt: skip
    assert room.secretary.post(f"{room.address}/dien-bien", data=given).status_code == 303

    words = room.paper("bien-ban")

    for said in (
        "BIÊN BẢN", "14 giờ 05", "vào 16 giờ 30, ngày 01 tháng 7 năm 2026", "Hội trường",
        "Bà chu", "Bà thuky", "61,5", "50,0", "Công nhận: mới, dễ làm", "Trình Chủ tịch ký.",
        "Bà sau đề nghị làm thử trước.", "Bà hai không chấm", "Có mặt 3 trên 3", "DỰ THẢO",
    ):  # fmt: skip
        assert said in words, said
    assert "Trần Văn Ba" not in words
    shown = room.secretary.get(f"{room.address}/bien-ban").text
    assert "<p>Cuộc họp kết thúc vào 16 giờ 30, ngày 01 tháng 7 năm 2026.</p>" in shown
    assert "DỰ THẢO" not in room.paper("bien-ban", number="01", day="02/07/2026")


def test_minutes_name_the_absent_with_their_reason(room):
    room.secretary.post(
        f"{room.address}/thanh-vien",
        data={f"state-{room.ids[0]}": "absent", f"why-{room.ids[0]}": "đi công tác"},
    )

    assert "Bà hai: đi công tác" in room.paper("bien-ban").replace("\n", "")


@pytest.mark.parametrize(
    "wrong", [{"began": "25:00"}, {"ended_on": "32/13"}, {"closing": "x" * 4001}]
)
def test_what_is_wrong_in_the_minutes_is_said_and_kept(room, wrong):
    given = {"reserved": "ý kiến của bà Sáu"} | wrong

    answer = room.secretary.post(f"{room.address}/dien-bien", data=given)

    assert answer.status_code == 422
    assert "ý kiến của bà Sáu" in answer.text


def test_a_member_takes_his_own_sheets_and_the_secretary_all_once_all_are_in(room):
    room.score(0, remark=["rất mới", "", "", "", ""])
    address = f"{room.address}/phieu-cham/tai"

    own = room.paper("phieu-cham", room.members[0], which="own")
    early = room.secretary.post(address, data={"which": "all"})
    others = room.members[1].post(address, data={"which": "all"})
    for who in (1, 2):
        room.score(who)
    every = room.paper("phieu-cham", which="all")

    assert "rất mới" in own and "Bà hai" in own
    assert (early.status_code, others.status_code) == (409, 403)
    assert room.members[1].post(address, data={"which": "own"}).status_code == 200
    assert every.count("PHIẾU CHẤM ĐIỂM") == 3
    assert all(name in every for name in ("Bà hai", "Bà sau", "Bà chu"))
    assert room.chair.post(address, data={"which": "all"}).status_code == 403


def test_empty_sheets_are_printed_to_score_on_paper(room):
    words = room.paper("phieu-cham", which="empty")

    assert "Tính mới" in words and "Đạt" in words and "Trần Văn Ba" not in words
    assert (
        room.secretary.post(f"{room.address}/phieu-cham/tai", data={"which": "x"}).status_code
        == 404
    )


@pytest.fixture
def heard(room, instance, db):
    """The address of a recording of the idea, before the council has been let hear it."""
    kept = media.examine(instance.media, media.keep(instance.media, [a_recording()]))
    file = attachments.add(db, room.idea.id, kept, source="desk", key="f", actor="t", at=1)
    return f"/ho-so/{room.idea.code}/tep/{file.id}/hoi-dong", file.id


@pytest.mark.slow
def test_the_council_hears_what_an_officer_marked_and_nothing_else(room, heard, db, enter):
    marking, file_id = heard
    address = f"{room.address}/cham/{room.item_id}/tep/{file_id}"
    assert room.members[0].get(address).status_code == 404
    assert room.secretary.post(marking).status_code == 422

    for _ in range(2):
        room.secretary.post(marking, data={"redacted": "yes"})

    assert "<audio" in room.members[0].get(f"{room.address}/cham/{room.item_id}").text
    assert room.members[0].get(address).status_code == 200
    assert enter("la", "council")[1].get(address).status_code == 404
    room.secretary.post(f"{marking}/thoi")
    assert room.members[0].get(address).status_code == 404
    room.secretary.post(marking, data={"redacted": "yes"})
    proposals.flag(db, room.idea.code, spam=False, confidential=True, actor=room.secretary_id, at=1)
    assert room.members[0].get(address).status_code == 404
    assert room.secretary.post(marking, data={"redacted": "yes"}).status_code == 409


def test_an_idea_that_became_confidential_is_judged_by_nobody_any_more(room, db):
    room.decided()
    proposals.flag(db, room.idea.code, spam=False, confidential=True, actor=room.secretary_id, at=1)
    before = room.judged

    answers = [
        room.cast(0, "agree"),
        room.hands(2, 0, 1),
        room.conclude(),
        room.recuse(0),
        room.score(0),
        room.secretary.post(
            f"{room.address}/y/{room.item_id}/mo-lai",
            data={"staff_id": room.ids[0], "reason": "chấm nhầm"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert room.judged == before
