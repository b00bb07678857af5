"""What a number asks for is done when it sends back the digits that went to it: a number can be
forged, what is sent to it cannot be read."""

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, proposals
from shared.store.messages import asked_back, inbox, opt_outs, outgoing, threads
from shared.texts import NOTICE_VERSION
from sms import inbound
from tests.sms.conftest import HOA, MAN

IDEA = "SK cho bà con nhắn tin hẹn giờ chứng thực"


@pytest.fixture
def code(text):
    """The code of an idea that MAN sent."""
    return text(IDEA)[0].blanks["ma"]


def status(db, code):
    return proposals.by_code(db, code).status


def keys(answers):
    return [one.text_key for one in answers]


def other_than(digits: str) -> str:
    return "1000" if digits != "1000" else "1001"


def test_a_withdrawal_is_asked_back_and_done_with_the_digits_alone(db, text, code, when_due):
    (asked,) = text(f"RUT {code}")
    digits = asked.blanks["xacnhan"]

    assert (asked.text_key, len(digits), digits.isdigit()) == ("withdraw_ask", 4, True)
    assert status(db, code) is Status.RECEIVED
    assert authors.of(db, asked.proposal_id).phone == MAN

    assert keys(text(f"RUT {digits}")) == ["withdraw_waits"]
    assert status(db, code) is Status.RECEIVED
    when_due()
    assert status(db, code) is Status.WITHDRAWN
    assert authors.of(db, asked.proposal_id).phone is None


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    "shape",
    ["RUT {}", "rut{}", "Rút {}", "Rút lại {}", "RUT mã {}", "RUT <{}>", "“RUT {}”", "ruts {}",
     "soan: RUT {} gui 0901234567", "RUT {} gui 0901234567 trong 24 gio", "{}", " {}.",
     "RUT \u202a{}\u202c", "RUT số xác nhận {}", "{} ạ", "{}, cảm ơn", "Mã {}", "số xác nhận: {}",
     "{} 🙏"],
)  # fmt: skip
def test_the_digits_are_read_however_they_are_typed(db, text, code, shape):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]

    assert keys(text(shape.format(digits))) == ["withdraw_waits"]


def test_four_digits_that_begin_an_idea_are_no_answer(db, text, code):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]

    text(f"{digits} hộ dân ấp 3 chưa có nước sạch")

    assert status(db, code) is Status.RECEIVED


def test_a_code_is_told_from_digits(db, text, code):
    text(f"RUT {code}")

    assert keys(text(f"RUT {code[:4]} {code[4:8]} {code[8:]}")) == ["withdraw_ask"]
    assert keys(text("RUT 4821 7395")) == ["code_not_found"]
    assert status(db, code) is Status.RECEIVED


def test_three_wrong_digits_end_the_request(db, text, code):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]
    wrong = other_than(digits)

    answers = [text(f"RUT {wrong}{' ' * place}")[0] for place in range(3)]

    assert keys(answers) == ["digits_wrong", "digits_wrong", "digits_void"]
    assert [one.blanks["n"] for one in answers] == ["2", "1", "0"]
    assert keys(text(f"RUT {digits}")) == ["digits_void"]
    assert status(db, code) is Status.RECEIVED


def test_a_second_request_takes_the_place_of_the_first(db, text, code):
    first = text(f"RUT {code}")[0].blanks["xacnhan"]
    second = text(f"RUT {code}")[0].blanks["xacnhan"]

    assert first != second
    assert keys(text(f"RUT {first}")) == ["digits_wrong"]
    assert keys(text(f"RUT {second}")) == ["withdraw_waits"]


def test_a_day_has_three_requests(db, text, code):
    for _ in range(asked_back.MOST_A_DAY):
        last = text(f"RUT {code}")[0].blanks["xacnhan"]

    assert keys(text(f"rut {code}")) == ["asked_often"]
    assert keys(text(f"RUT {last}")) == ["digits_void"]
    assert status(db, code) is Status.RECEIVED


def test_the_digits_are_good_for_a_day(db, desk, arrive, text, code):
    digits, now = text(f"RUT {code}")[0].blanks["xacnhan"], clock.now()
    arrive(f"RUT {digits}", at=now + clock.DAY + clock.MINUTE)
    (late,) = inbox.waiting(db)

    inbound.handle(db, desk, late, at=now + clock.DAY + clock.MINUTE)

    assert threads.between(db, MAN)[1][-1].text_key == "digits_void"
    assert status(db, code) is Status.RECEIVED


def test_digits_from_another_number_are_none(db, text, code):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]

    assert keys(text(f"RUT {digits}", HOA)) == ["digits_void"]
    assert keys(text(digits, HOA)) == ["unknown_command"]
    assert status(db, code) is Status.RECEIVED


def test_the_same_digits_delivered_twice_withdraw_once(db, text, code, when_due):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]

    assert keys(text(f"RUT {digits}")) == ["withdraw_waits"]
    assert keys(text(f"RUT {digits}")) == ["st_withdrawing"]
    when_due()
    assert keys(text(f"RUT {code}")) == ["st_withdrawn"]
    assert db.row("SELECT count(*) FROM move WHERE to_status = 'withdrawn'") == (1,)


def test_a_crash_between_digits_and_answer_keeps_neither(
    db, desk, arrive, text, code, monkeypatch, when_due
):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]
    arrive(f"RUT {digits}")
    with monkeypatch.context() as cut:
        cut.setattr(outgoing, "replying", lambda *_, **__: 1 / 0)
        inbound.handle_waiting(db, desk)
    assert status(db, code) is Status.RECEIVED

    inbound.handle_waiting(db, desk)

    assert keys(threads.between(db, MAN)[1])[-1] == "withdraw_waits"
    when_due()
    assert status(db, code) is Status.WITHDRAWN


def test_of_two_ideas_the_digits_name_one(db, text, code, when_due):
    other = text("SK thêm ghế cho người già ở quầy")[0].blanks["ma"]
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]
    text(f"RUT {other}")

    text(f"RUT {digits}")

    when_due()
    assert status(db, code) is Status.WITHDRAWN
    assert status(db, other) is Status.RECEIVED


def test_where_nothing_is_erased_nothing_is_asked_back(text, a_proposal):
    kept = a_proposal(status=Status.RECOGNISED, phone=MAN, consents={"store": True})
    text(f"DY {kept.code}")

    assert keys(text(f"RUT {kept.code}")) == ["withdraw_late"]


@pytest.mark.parametrize("word", ["DY", "đồng ý", "dy"])
def test_consent_without_a_code_is_asked_back(db, text, code, word):
    (asked,) = text(word)
    assert (asked.text_key, asked.blanks["ma"]) == ("consent_ask", code)
    assert not authors.of(db, asked.proposal_id).consent_sms

    assert keys(text(f"DY {asked.blanks['xacnhan']}")) == ["opt_in"]

    author = authors.of(db, asked.proposal_id)
    assert (author.consent_sms, author.notice) == (True, NOTICE_VERSION)


def test_digits_for_one_thing_are_none_for_another(db, text, code):
    digits = text("DY")[0].blanks["xacnhan"]

    assert keys(text(f"RUT {digits}")) == ["digits_void"]
    assert status(db, code) is Status.RECEIVED


def test_who_agreed_already_and_who_sent_nothing_are_not_asked(db, text, code):
    text(f"DY {code}")

    assert keys(text("DY")) == ["opt_in"]
    assert keys(text("DY", HOA)) == ["nothing_sent"]
    assert not opt_outs.has(db, MAN)


def test_the_digits_lie_hidden_in_the_request(db, text, code):
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]

    assert digits not in repr(db.rows("SELECT digits FROM asked_back"))
