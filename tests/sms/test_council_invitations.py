"""A member of the council is invited by SMS once for what is planned, and what they answer stands
on the session's page: it becomes no idea and is never set apart."""

import dataclasses
from datetime import datetime, timedelta

import pytest

from shared.db.connection import writing
from shared.domain import clock, record
from shared.store.council import invitations, plans, sessions
from shared.store.messages import inbox, opt_outs, outgoing
from shared.store.people import staff
from shared.workflows import invite_members, sms_steps
from sms import council
from sms.gateways import Reject
from sms.outbox import Outbox
from tests.conftest import ZONE
from tests.sms.conftest import HOA, MAN

pytestmark = pytest.mark.usefixtures("network")
NOW = clock.now()
DAY = (clock.to_local(NOW, ZONE) + timedelta(days=3)).date()


@pytest.fixture
def people(db):
    """The ids of MAN and HOA, who sit in the council, and of Ba, who has no number."""

    def add(login, number):
        return staff.add(
            db, login, name=login.title(), role="council", password_hash="h", must_change=False,
            actor="t", at=1, position="Ủy viên", phone=number,
        ).id  # fmt: skip

    return [add("man", MAN), add("hoa", HOA), add("ba", None)]


def plan(people, **changes):
    new = sessions.NewSession(
        DAY.year, DAY.isoformat(), "Hội trường UBND xã", people[0], people[0], tuple(people)
    )
    return record.replace(new, **changes)


@pytest.fixture
def session(db, people):
    """The id of a session in three days at two o'clock."""
    return plans.plan(db, plan(people), "14:00", "", key="k", actor="t", at=NOW)


def invite(db, session, at=NOW):
    return invite_members.invite(db, session, actor="t", at=at, zone=ZONE)


def sent(outbox, db, at=None):
    """Send what is due and return how many SMS went, as far as the network knows."""
    before = len(outbox.gateway.handed)
    while outbox.send_one(db, at=at or clock.now()):
        pass
    return len(outbox.gateway.handed) - before


def states(db, session):
    return [one.message and one.message.state for one in invite_members.of_session(db, session)]


def answers(db, session):
    return [(one.answer, one.said) for one in invitations.answers_of(db, session)]


def test_each_member_is_invited_once_and_anew_when_the_plan_changed(
    db, people, session, outbox, network
):
    assert [one.why for one in invite_members.of_session(db, session)] == ["", "", "no_number"]
    assert [invite(db, session), invite(db, session)] == [2, 0]
    assert states(db, session) == ["queued", "queued", None]
    assert sent(outbox, db) == 2 and sent(outbox, db) == 0
    to, words = network.handed[0]
    assert to == MAN and f"14:00 ngay {DAY:%d/%m/%Y} tai Hoi truong UBND xa." in words
    assert words.startswith("UBND xa Tan An moi Ong/Ba hop Hoi dong")
    assert states(db, session) == ["sent", "sent", None]

    staff.set_contact(db, people[2], "Ủy viên", "+84900000069", actor="t", at=NOW)
    plans.put_right(
        db, session, plan(people, place="Phòng họp 2"), "15:00", "", "", actor="t", at=NOW
    )
    keys = [one.text_key for one in invite_members.of_session(db, session)]
    assert keys == [invite_members.CHANGED] * 2 + [invite_members.INVITED]
    assert [invite(db, session), invite(db, session)] == [3, 0] and sent(outbox, db) == 3
    assert "doi sang 15:00" in network.handed[2][1] and "Phong hop 2" in network.handed[2][1]

    plans.begin(db, session, actor="t", at=NOW)
    with pytest.raises(invite_members.TooLate):
        invite(db, session)


def test_what_waits_and_is_not_true_any_more_is_not_sent(db, people, session, outbox, settings):
    night = (
        clock.from_local(datetime(DAY.year, DAY.month, DAY.day, 23, tzinfo=ZONE)) - 2 * clock.DAY
    )
    quiet = dataclasses.replace(settings.sms, quiet_from="21:00", quiet_to="07:00")
    sleeping = Outbox(
        outbox.gateway, dataclasses.replace(settings, sms=quiet), outbox.office
    )  # fmt: skip
    assert invite(db, session, at=night) == 2
    assert sent(sleeping, db, at=night) == 0, "quiet hours"
    plans.put_right(db, session, plan(people), "08:00", "", "", actor="t", at=night)
    opt_outs.add_for(db, HOA, actor="t", at=night)

    again = invite(db, session, at=night)
    went = sent(sleeping, db, at=night + 9 * clock.HOUR)

    assert (again, went) == (1, 1), "the first of MAN is outdated, HOA wants none"
    assert "moi Ong/Ba hop Hoi dong 08:00" in outbox.gateway.handed[0][1]
    assert states(db, session) == ["sent", "suppressed", None]
    assert [one.why for one in invite_members.of_session(db, session)][1] == "stopped"


def test_an_invitation_that_no_budget_let_go_before_its_day_is_left(db, session, outbox):
    invite(db, session)

    assert sent(outbox, db, at=NOW + 5 * clock.DAY) == 0
    assert states(db, session) == ["suppressed", "suppressed", None]


def test_a_failed_invitation_is_sent_again_from_the_desk_and_its_state_follows(
    db, session, outbox, network
):
    network.outcomes = [Reject("21614"), Reject("21614")]
    invite(db, session)
    sent(outbox, db)
    assert states(db, session) == ["failed", "failed", None]

    [man, *_] = invite_members.of_session(db, session)
    assert invite(db, session) == 0, "the same again would fail again"
    assert sms_steps.resend(db, man.message.id, actor="t", at=clock.now())
    sent(outbox, db)

    assert states(db, session) == ["sent", "failed", None]


@pytest.mark.parametrize(
    "said, answer",
    [
        ("CO", "coming"), ("Có, tôi dự", "coming"), ("ok anh", "coming"), ("vâng", "coming"),
        ("Dong y", "coming"), ("Se du hop dung gio", "coming"), ("Tôi sẽ đến", "coming"),
        ("KHONG", "away"), ("KHONG DU HOP DUOC, ban hop o tinh", "away"), ("ko di dc", "away"),
        ("Xin phép vắng mặt", "away"), ("Bận rồi em ơi", "away"), ("xin vang, uy quyen", "away"),
        ("tôi ủy quyền cho anh Ba dự thay", "away"), ("Từ chối", "away"), ("vắng", "away"),
        ("vang", ""), ("Co gi khong?", ""), ("May gio hop vay?", ""), ("Gui tai lieu truoc", ""),
        ("khong biet, de toi co the du hop tre", ""),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_people_write_it(said, answer):
    assert council.read(said) == answer


@pytest.mark.parametrize(
    "said",
    [
        "KHONG DU HOP DUOC, toi ban hop o tinh", "co", "Đồng ý", "ok", "Từ chối", "Nhận",
        "Hop o dau vay em, co can mang theo giay to gi khong?",
        "De nghi doi gio hop sang buoi chieu cho anh em o ap xa kip ve",
        "Me om nang nen hom do chac toi khong co mat o xa duoc, mong thong cam",
        "Toi dang hop, se goi lai sau", "cam on em nhieu", "Liked “UBND xa Tan An moi Ong/Ba”",
    ],
)  # fmt: skip
def test_what_an_invited_member_writes_stands_on_the_sessions_page_and_is_no_idea(
    db, session, outbox, text, said
):
    invite(db, session)
    sent(outbox, db)

    replies = [one.text_key for one in text(said)]

    assert [words for _, words in answers(db, session)] == [said]
    by_itself = said.startswith(("Liked", "Toi dang hop"))
    assert replies == ([] if by_itself else ["council_noted"])
    [(state, outcome)] = db.rows("SELECT state, outcome FROM message_in")
    assert (state, outcome) == ("done", inbox.ANSWERED)
    assert db.rows("SELECT count(*) FROM proposal") == [(0,)]


def test_what_is_said_with_a_word_or_by_somebody_else_goes_its_own_way(
    db, session, people, outbox, text
):
    assert "council_noted" not in [one.text_key for one in text("co")], "not invited yet"
    invite(db, session)
    sent(outbox, db)

    assert text("SK nen co ghe cho nguoi gia o quay mot cua")[0].text_key.startswith("receipt")
    assert text("Toi to cao ong Ba nhan hoi lo cua dan")[0].text_key == "denounced"
    assert text("co", "+84911111111")[0].text_key != "council_noted"
    assert text("STOP")[0].text_key == "opt_out"
    assert answers(db, session) == []
    staff.set_active(db, people[1], False, actor="t", at=NOW)
    assert "council_noted" not in [one.text_key for one in text("co", HOA)], "the account is closed"
    sessions.close(db, session, actor="t", at=NOW)
    assert "council_noted" not in [one.text_key for one in text("co")], "it is over"


def test_the_desk_may_take_an_answer_for_an_idea_and_it_stays_an_answer(
    db, session, outbox, text, desk
):
    from sms import inbound

    said = "Nen dat ghe cho nguoi gia o quay mot cua de ba con do moi chan"
    invite(db, session)
    sent(outbox, db)
    text(said)
    [answer] = invitations.answers_of(db, session)

    taken = sms_steps.take_for_a_citizens(db, answer.message_id, actor="t", at=clock.now())
    inbound.handle_waiting(db, desk)
    again = sms_steps.take_for_a_citizens(db, answer.message_id, actor="t", at=clock.now())

    assert (taken, again) == (True, False)
    [answer] = invitations.answers_of(db, session)
    assert (answer.said, answer.is_idea) == (said, True)


def test_of_an_idea_and_an_invitation_the_newer_question_is_answered(db, session, outbox, text):
    invite(db, session)
    sent(outbox, db)
    text("SK di lam giay to mat ca ngay, cho doi rat lau")
    with writing(db):
        asked = outgoing.replying(db, MAN, "ask_solution", {}, message_id="m", at=clock.now())
        db.write_all(asked)

    text("nen cho hen gio truoc qua dien thoai")
    assert answers(db, session) == []
    text("Toi khong du hop duoc")

    assert answers(db, session) == [("away", "Toi khong du hop duoc")], "it speaks of the session"
