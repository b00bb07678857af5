"""Thirty and ninety days after a unit began, its idea's sender and the unit are asked whether it is
still used: once each, by SMS or on a page of their own; the office's own check stays possible."""

from datetime import UTC, timedelta

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.messages import opt_outs
from shared.store.models import adoptions, follow_up, lasting_questions, lasting_standing
from shared.workflows import ask_lasting
from sms import lasting
from tests.sms.conftest import HOA, MAN

KEY = b"k" * 32


def days_ago(days):
    return (clock.to_local(clock.now(), UTC).date() - timedelta(days=days)).isoformat()


@pytest.fixture
def case(a_proposal):
    """A recognised idea whose sender agreed to be told."""
    return a_proposal(
        status=Status.RECOGNISED, name="Lan", phone="0912345678",
        consents={"store": True, "sms": True},
    )  # fmt: skip


@pytest.fixture
def unit(db, case):
    """A builder: `unit(days)` has used the idea for so many days; returns its id."""
    return lambda days, name="Ấp 3": adoptions.add(
        db, case.id, name, "applying", days_ago(days), actor="t", at=1
    )


def ask(db):
    return ask_lasting.ask_due(db, key=KEY, at=clock.now())


def went(db, number=MAN):
    rows = db.rows("SELECT phone, text_key FROM outbox ORDER BY id")
    return [key for phone, key in rows if db.decrypt(phone) == number]


def keys(answers):
    return [one.text_key for one in answers]


def questions(db, case):
    return lasting_questions.of_proposal(db, case.id)


@pytest.mark.parametrize(
    "text, outcome",
    [
        ("CON", "lasts"), ("còn", "lasts"), ("Dạ còn dùng ạ", "lasts"), ("van con dung", "lasts"),
        ("Có, bà con khen lắm", "lasts"), ("Đang dùng rất tốt", "lasts"), ("con ap dung", "lasts"),
        ("KHONG", "stopped"), ("Không còn dùng nữa", "stopped"), ("ko", "stopped"),
        ("hong con dung nua", "stopped"), ("Dừng rồi", "stopped"), ("ngừng rồi em ơi", "stopped"),
        ("không, vì thiếu người", "stopped"), ("thoi khong dung nua", "stopped"),
        ("Con đường ấp 3 hư rồi", ""), ("dùng", ""), ("Không ai dọn rác ở chợ", ""), ("STOP", ""),
        ("TT 482173950688", ""), ("", ""), ("GOI", ""), ("cảm ơn", ""),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_people_write_it(text, outcome):
    assert lasting.read(text) == outcome


def test_the_sender_is_asked_once_by_sms_and_answers_once_in_that_thread(
    db, case, unit, text, outbox
):
    assert "lasting_noted" not in keys(text("CON")), "nobody asked"
    adoption = unit(31)
    fresh = unit(12, "Ấp 4")

    assert [ask(db), ask(db)] == [2, 0]
    assert went(db).count("ask_lasting") == 1
    while outbox.send_one(db, at=clock.now()):
        pass
    assert "lasting_noted" not in keys(text("con", HOA)), "another number was not asked"
    assert keys(text("Dạ còn dùng")) == ["lasting_noted"]
    assert "lasting_noted" not in keys(text("khong")), "it is answered"

    [said] = [one for one in questions(db, case) if one.kind == "author"]
    assert (said.outcome, said.way, said.days) == ("lasts", "sms", 30)
    assert [one.said for one in follow_up.due(db, now=clock.now())] == ["lasts"]
    assert lasting_standing.of_units(db, case.id)[adoption].by == "author"
    assert fresh not in lasting_standing.of_units(db, case.id)
    kinds = [one.kind for one in event_log.of_proposal(db, case.id)]
    assert kinds.count("lasting_asked") == 2 and kinds.count("lasting_answered") == 1

    assert follow_up.check(
        db, adoption, 30, "partly", "", today=days_ago(0), actor="an", at=clock.now()
    )
    known = lasting_standing.of_units(db, case.id)[adoption]
    assert (known.outcome, known.by) == ("partly", "office"), "the office's word counts more"


@pytest.mark.parametrize("how", ["no consent", "silence", "long ago", "checked"])
def test_nobody_is_written_to_who_did_not_agree_or_need_not_be_asked(db, a_proposal, how):
    agreed = {"store": True, "sms": how != "no consent"}
    case = a_proposal(status=Status.RECOGNISED, name="Lan", phone="0912345678", consents=agreed)
    days = 200 if how == "long ago" else 31
    unit = adoptions.add(db, case.id, "Ấp 3", "applying", days_ago(days), actor="t", at=1)
    if how == "silence":
        opt_outs.add_for(db, MAN, actor="an", at=clock.now())
    if how == "checked":
        follow_up.check(db, unit, 30, "lasts", "", today=days_ago(0), actor="an", at=clock.now())

    asked = ask(db)

    assert "ask_lasting" not in went(db)
    assert asked == (2 if how in ("no consent", "silence") else 0), "who has a page is asked there"
