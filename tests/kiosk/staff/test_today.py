""" "Hôm nay": whatever waits stands on somebody's list, due first, and its number on every page."""

import re

import pytest

from kiosk.staff.today.kinds import KINDS, MOST, MOST_COUNTED
from shared.db import counting
from shared.db.connection import Store, writing
from shared.db.rows import Rows
from shared.domain import clock
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.domain.roles import ROLES
from shared.store.cases import conversation, proposals, roadmap
from shared.store.council import agenda, invitations, plans, sessions
from shared.store.council.items import COUNCIL_ITEM
from shared.store.council.sessions import NewSession
from shared.store.messages import call_backs, inbox
from shared.store.models import adoptions, trials
from shared.store.models.trials import Trial
from shared.store.office import campaigns, dispatches
from shared.store.office.dispatches import NewDispatch, NewPaper
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import NewDataRequest
from shared.workflows import pending
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE
from tests.kiosk.staff.conftest import PASSWORD

DESK, READERS = {"officer", "chair"}, {"receptionist", "officer", "chair"}
# What waits, as its line says it → whose list it stands on. `an` and `chu` are the desk, `hai` a
# member of the council with a seat.
LINES = {
    "due": (" ngày Hạn trả lời người gửi Tên trễ Mở hồ sơ", DESK),
    "answer": ("Người gửi trả lời Tên đã trả lời Đọc", DESK),
    "trial": ("Còn 3 ngày Hết hạn làm thử Tên đang thử Ghi kết quả", DESK),
    "step": ("Hạn hôm nay Bước lộ trình In bảng · Tên có lộ trình Ghi kết quả", DESK),
    "returned": ("Chủ tịch trả lại: cần số đo Tên bị trả lại Mở phiên", DESK | {"council"}),
    "unsigned": ("Kết luận chờ ký Tên chờ ký Xem và ký", {"chair"}),
    "session": ("Hạn hôm nay Phiên họp Hội đồng", DESK | {"council"}),
    "invited": ("Mời họp: 1 dự, 0 báo vắng, 1 cần đọc", DESK),
    "sheets": ("Hạn hôm nay Còn 1 phiếu chấm chưa nộp", {"chair", "council"}),
    "act": ("còn 10 phút Sẽ đóng hồ sơ lúc", READERS),
    "call_back": ("Gọi lại: Gọi nhỡ 0•• ••• •78 Gọi", READERS),
    "set_aside": ("Tin nhắn để riêng", READERS),
    "data": ("Xem, xin bản sao 1/", READERS),
    "lasting": ("Trễ 10 ngày Còn dùng sau 30 ngày? Ấp 3 Hỏi", DESK),
    "paper": ("Còn 1 nơi chưa gửi Báo cáo năm Gửi", DESK),
}
# Lines that stand for many things; the tests of their desks know them.
ELSEWHERE = {"ring", "failed_sms", "unit", "honours", "names", "printer", "reds"}


def day(offset, now):
    return clock.to_local(now + offset * clock.DAY, ZONE).date().isoformat()


@pytest.fixture
def waits(db, a_proposal, a_member):
    """A step: `waits(round)` lets one of everything wait, with the members of the first call."""
    people = {}

    def cases(n, now):
        a_proposal(title=f"Tên trễ{n}", at=now - 35 * clock.DAY)
        asked = a_proposal(title=f"Tên đã trả lời{n}", status=Status.NEEDS_INFO, at=now - clock.DAY)
        conversation.add_more(
            db, asked.code, "Ở ấp 3.", channel="web", key=f"more{n}", at=now - clock.HOUR
        )
        tried = a_proposal(title=f"Tên đang thử{n}", status=Status.ON_TRIAL)
        trials.keep(
            db, tried.id, Trial("Ấp 3", day(-9, now), day(3, now), "Bà Tư", ""), actor="t", at=now
        )
        planned = a_proposal(title=f"Tên có lộ trình{n}", status=Status.UNDER_APPRAISAL)
        roadmap.add(db, planned.id, f"In bảng{n}", day(0, now), key=f"r{n}", actor="t", at=now)
        used = a_proposal(title=f"Tên đã công nhận{n}", status=Status.RECOGNISED)
        adoptions.add(db, used.id, "Ấp 3", "applying", day(-40, now), actor="t", at=1)
        ends = a_proposal(title=f"Tên sắp đóng{n}")
        pending.ask_to_move(
            db, ends.code, Status.CLOSED, actor=people["an"], at=now, details={"reason": "Trùng"}
        )

    def council(n, now):
        ideas = [
            a_proposal(title=f"Tên {said}{n}", status=Status.AT_COUNCIL)
            for said in ("bị trả lại", "chờ ký", "chấm")
        ]
        members = (people["hai"], people["chu"])
        new = NewSession(2026, day(0, now), f"Hội trường{n}", members[1], people["an"], members)
        held = sessions.open_session(db, new, key=f"s{n}", actor="t", at=now)
        invited(n, now, members)
        agenda.list_ideas(db, held, tuple(one.code for one in ideas), actor="t", at=now)
        said = {"verdict": "recognise", "reason": "mới", "concluded_at": now}
        for idea, returned in zip(ideas[:2], ("cần số đo", ""), strict=True):
            with writing(db):
                key = {"session_id": held, "proposal_id": idea.id}
                db.change(COUNCIL_ITEM, key, {**said, "returned_reason": returned})

    def invited(n, now, members):
        new = NewSession(2026, day(20, now), f"Phòng họp{n}", members[1], people["an"], members)
        planned = plans.plan(db, new, "08:00", "", key=f"i{n}", actor="t", at=now)
        said = (("hai", "khong", "away"), ("hai", "xem lai", ""), ("chu", "co", "coming"))
        for at, (who, words, answer) in enumerate(said):
            sender = f"+8490000{n or 5}02{at}"
            inbox.keep(
                db, inbox.Arrived("android", f"a{n}{at}", sender, "mobile", words, "{}", None, now)
            )
            message = inbox.waiting(db)[-1].id
            with writing(db):
                inbox.handled(db, message, outcome=inbox.ANSWERED, at=now)
                invitations.keep_answer(db, planned, people[who], message, answer, at=now)

    def desks(n, now):
        call_backs.missed(db, f"+8491234{n or 5}678", key=f"c{n}", actor="t", at=now)
        inbox.keep(
            db,
            inbox.Arrived("android", f"m{n}", f"+8490000{n or 5}011", "mobile", "Chào", "{}", None,
                          now),
        )  # fmt: skip
        (row,) = db.row("SELECT id FROM message_in ORDER BY id DESC LIMIT 1")
        with writing(db):
            inbox.handled(db, row, outcome="advert", at=now, quarantined=True)
        new = NewDataRequest("access", "counter", said="Xin bản sao")
        data_requests.add(db, new, key=f"d{n}", zone=ZONE, at=now)
        paper = NewPaper(2026, f"Báo cáo năm{n}", "", day(0, now))
        kept = dispatches.add_paper(db, paper, key=f"p{n}", actor="t", at=now)
        sent = NewDispatch("Đảng ủy xã", day(0, now), "paper", "An", "")
        dispatches.send(db, kept, sent, key=f"x{n}", actor="t", at=now)

    def build(n=""):
        now = clock.now()
        if not people:
            people.update(
                {login: a_member(login, role=role).id for login, role in
                 (("an", "officer"), ("chu", "chair"), ("hai", "council"))}
            )  # fmt: skip
            plan = campaigns.campaign_of(db, 2026)
            lists = replace(plan, distribution=("Đảng ủy xã", "HĐND xã"))
            change_campaign(db, lists, actor="t", at=now, zone=ZONE)
        cases(n, now)
        council(n, now)
        desks(n, now)

    return build


@pytest.fixture
def log_in(office, a_member):
    """A builder: the browser of somebody of a role; the desk and the council are there already."""
    known = {"officer": "an", "chair": "chu", "council": "hai"}

    def build(role):
        if role not in known:
            known[role] = a_member(f"p-{role[:4]}", role=role).login
        client = office.test_client()
        answer = client.post("/login", data={"login": known[role], "password": PASSWORD})
        return client, answer.location

    return build


def lines(client):
    page = client.get("/hom-nay").text
    found = re.findall(r"<li class=\"(?:late|soon|fine)\">(.*?)</li>", page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found], page


def test_everything_that_waits_stands_on_the_list_of_those_it_waits_for(waits, log_in, db):
    waits()
    assert {kind.name for kind in KINDS} == LINES.keys() | ELSEWHERE

    for role in ROLES:
        client, first = log_in(role)
        if role in ("culture", "organisation"):  # they have one desk, and are led to it
            assert first == "/" and client.get("/hom-nay").status_code == 403
            continue
        assert first == "/hom-nay"
        shown, page = lines(client)
        for kind, (said, roles) in LINES.items():
            here = [one for one in shown if said in one]
            assert len(here) == (role in roles), (role, kind, shown)
        counted = re.search(r"Hôm nay(?: \((\d+)\))?\s*</a>", client.get("/tai-khoan").text)
        assert int(counted[1] or 0) == len(shown), role
        assert ("Xem hồ sơ mới nhận" in page) == (not shown and role in READERS)


# Of the page of an account: who asks, their sessions, the kiosks that call, the number, and for the
# desk the kind that only a list can tell; for the chair what stands open in an emergency.
STATEMENTS = {"receptionist": 4, "officer": 5, "chair": 6, "council": 3, "admin": 3}


def test_the_number_costs_few_statements_and_tells_of_nothing_that_is_hidden(
    waits, log_in, a_proposal, db, statements
):
    waits()
    kept = a_proposal(title="Tố cáo", at=clock.now() - 40 * clock.DAY)
    secret = {"spam": False, "confidential": True, "actor": me_id(db), "at": clock.now()}
    proposals.flag(db, kept.code, **secret)
    for n in range(MOST + 3):
        a_proposal(title=f"Trễ thêm {n}", at=clock.now() - 36 * clock.DAY)
    now = clock.now()
    for key in ("again", "once more"):
        call_backs.missed(db, "+84912345678", key=key, actor="t", at=now)

    for role, most in STATEMENTS.items():
        client, _ = log_in(role)
        client.get("/tai-khoan")
        statements.clear()
        page = client.get("/tai-khoan").text
        assert len(statements) <= most, (role, statements)
        counted = re.search(r"Hôm nay(?: \((\d+)\))?\s*</a>", page)
        shown, listed = lines(client)
        assert int(counted[1] or 0) == len(shown), role
        assert "Tố cáo" not in listed or role == "officer"
        if role in DESK:
            assert sum("Hạn trả lời" in one for one in shown) == MOST


def test_beyond_ninety_nine_the_number_says_that_they_are_more(office, officer, a_proposal, db):
    now = clock.now()
    for n in range(MOST):
        a_proposal(title=f"Trễ {n}", at=now - 36 * clock.DAY)

    def call(first, last):
        for n in range(first, last):
            call_backs.missed(db, f"+849123450{n:02}", key=f"c{n}", actor="t", at=now)
        return [nav_number(officer.get(page).text) for page in ("/tai-khoan", "/hom-nay")]

    assert call(0, MOST_COUNTED - MOST) == ["(99)", "(99)"]
    assert call(MOST_COUNTED - MOST, MOST + 2) == ["(hơn 99)", "(hơn 99)"]
    assert len(lines(officer)[0]) == 2 * MOST


def nav_number(page):
    return re.search(r"Hôm nay ?(\(.*?\))?\s*</a>", page)[1]


@pytest.fixture
def statements(monkeypatch):
    """The statements that are asked of the store from now on."""
    asked = []

    def noting(name):
        ask = getattr(Rows, name)

        def note(self, *given, **params):
            found = ask(self, *given, **params)  # of one that is only foreseen, nothing is found
            if not isinstance(self.conn, counting._Noting):
                asked.append(given[0])
            return found

        monkeypatch.setattr(Rows, name, note)

    for name in ("rows", "row", "get", "all", "records"):
        noting(name)
    return asked


def test_what_is_due_first_stands_first_and_one_tap_takes_an_act_back(waits, log_in, db):
    waits()
    officer, _ = log_in("officer")
    shown, page = lines(officer)

    assert "Sẽ đóng hồ sơ" in shown[0] and "Hạn trả lời" in shown[1]
    assert "Còn 3 ngày" in shown[-2] + shown[-1]
    assert "/lay-lai" not in lines(log_in("receptionist")[0])[1], "who reads takes nothing back"

    [act] = re.findall(r'action="(/viec-cho/[^"]+/lay-lai)"', page)
    assert officer.post(act, data={"from": "today"}).location == "/hom-nay"
    [read] = re.findall(r'action="(/hom-nay/\d{12}/da-doc)"', page)
    assert officer.post(read).location == "/hom-nay"

    rest, _ = lines(officer)
    assert len(rest) == len(shown) - 2
    assert not [one for one in rest if "Sẽ đóng" in one or "Người gửi trả lời" in one]


def test_an_answer_is_settled_by_whatever_the_office_does_in_its_case(a_proposal, officer, db):
    case, now = a_proposal(status=Status.NEEDS_INFO), clock.now()

    def add(key, at):
        conversation.add_more(db, case.code, f"Thêm {key}", channel="sms", key=key, at=at)

    add("1", now + 1000)
    assert len(lines(officer)[0]) == 1
    conversation.answer(db, case.code, "Cảm ơn", staff_id=me_id(db), key="a", at=now + 2000)
    assert lines(officer)[0] == []
    add("2", now + 3000)
    assert len(lines(officer)[0]) == 1, "what is said after it waits again"


def test_the_list_asks_the_store_as_often_for_many_lines_as_for_few(waits, log_in, monkeypatch):
    waits()
    officer, _ = log_in("officer")
    officer.get("/hom-nay")
    asked, rows = [], Store.rows

    def counting(self, sql, **params):
        asked.append(sql)
        return rows(self, sql, **params)

    monkeypatch.setattr(Store, "rows", counting)

    def statements(address):
        asked.clear()
        shown = len(lines(officer)[0]) if address == "/hom-nay" else officer.get(address) and 0
        return len(asked), shown

    few, before = statements("/hom-nay")
    acts = statements("/viec-cho")
    for n in (6, 7, 8):
        waits(n)
    many, after = statements("/hom-nay")

    assert after >= before + 3 * (len(LINES) - 2)
    assert many == few
    assert statements("/viec-cho") == acts


def me_id(db):
    return db.row("SELECT id FROM staff_member WHERE login = 'an'")[0]
