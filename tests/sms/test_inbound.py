"""What came is handled once, and not everything is answered."""

import pytest

from shared.domain import clock
from shared.store.cases import proposals
from shared.store.messages import inbox, threads
from shared.workflows import sms_steps
from sms import commands, inbound
from tests.sms.conftest import MAN, with_settings


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("Viettel", "Khuyen mai 50% gia tri the nap hom nay"),
        ("9029", "Quy khach da dang ky goi cuoc thanh cong"),
        ("191", "Tai khoan cua quy khach con 10000 dong"),
        ("0901234567", "SK thu chinh minh gui cho minh"),
        ("Vietcombank", "TT 482173950688"),
    ],
)
def test_short_codes_names_and_ourselves_are_kept_and_never_answered(db, text, sender, words):
    assert text(words, sender) == []

    row = db.row("SELECT state, outcome, proposal_id, text FROM message_in")
    assert row == ("quarantined", "not_a_person", None, words)


def test_a_landline_may_use_words_but_a_text_without_one_is_set_aside(db, text):
    assert [one.text_key for one in text("SK thêm ghế cho người già", "02513999888")] != []
    assert text("Quang cao nhieu khuyen mai hap dan hom nay", "02513999888") == []
    assert db.rows("SELECT state FROM message_in ORDER BY id") == [("done",), ("quarantined",)]


def test_the_same_text_is_answered_three_times_an_hour(db, text):
    answers = [len(text("Xin cam on, may nay da nhan tin cua quy vi")) for _ in range(5)]

    assert answers == [2, 1, 1, 0, 0]
    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert db.row("SELECT count(*) FROM message_in WHERE proposal_id IS NOT NULL") == (5,)


def test_beyond_the_hours_limit_one_word_of_it_and_then_silence(db, desk, arrive):
    desk = with_settings(desk, replies_per_hour=2)
    for number in range(5):
        arrive(f"SK thêm ghế số {number} cho người già")
        inbound.handle_waiting(db, desk)

    keys = [one.text_key for one in threads.between(db, MAN)[1]]
    assert keys == ["receipt", "privacy_first", "receipt", "rate_limited"]
    assert db.row("SELECT count(*) FROM proposal") == (5,)


def test_beyond_the_days_limit_the_number_of_messages_and_the_day_are_said(db, desk, arrive):
    desk = with_settings(desk, replies_per_day=1)
    for number in range(3):
        arrive(f"SK thêm ghế số {number} cho người già")
        inbound.handle_waiting(db, desk)

    last = threads.between(db, MAN)[1][-1]
    assert (last.text_key, last.blanks["n"]) == ("rate_limited", "2")
    zone = desk.settings.office.zone
    assert last.blanks["ngay"] == clock.day_words(last.created_at + clock.DAY, zone)


def test_limits_are_each_senders_own(db, desk, arrive):
    desk = with_settings(desk, replies_per_hour=1)
    arrive("HD", MAN)
    arrive("HD", "0987654321")
    inbound.handle_waiting(db, desk)

    assert [one.text_key for one in threads.between(db, "+84987654321")[1]] == ["help"]


def test_a_crash_while_handling_keeps_neither_half(db, desk, arrive, monkeypatch):
    message_id = arrive("SK thêm ghế cho người già")

    def crash(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(inbound, "_answers", crash)
    with pytest.raises(KeyboardInterrupt):
        inbound.handle_waiting(db, desk)

    assert inbox.still_waits(db, message_id)
    assert db.row("SELECT count(*) FROM proposal") == (0,)
    monkeypatch.undo()
    inbound.handle_waiting(db, desk)
    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert db.row("SELECT count(*) FROM outbox WHERE text_key = 'receipt'") == (1,)


def test_a_message_already_handled_is_not_handled_again(db, desk, arrive, text):
    code = text("SK thêm ghế cho người già")[0].blanks["ma"]
    arrive(f"RUT {code}")
    (waiting,) = inbox.waiting(db)

    inbound.handle(db, desk, waiting, at=clock.now())
    inbound.handle(db, desk, waiting, at=clock.now())

    answers = [one.text_key for one in threads.between(db, MAN)[1]]
    assert answers == ["receipt", "privacy_first", "withdraw_ask"]


def test_one_message_that_cannot_be_handled_does_not_stop_the_others(db, desk, arrive, monkeypatch):
    def poisoned(store, sms, said):
        raise ZeroDivisionError

    monkeypatch.setitem(commands.COMMANDS, "GOI", poisoned)
    bad, good = arrive("GOI"), arrive("HD")
    tries: dict[str, int] = {}

    for _ in range(inbound.TRIES):
        inbound.handle_waiting(db, desk, tries)

    states = dict(db.rows("SELECT id, state FROM message_in"))
    assert states == {bad: "quarantined", good: "done"}


def test_the_networks_own_time_counts_as_receipt(db, desk):
    at = clock.now()
    inbox.keep(
        db,
        inbox.Arrived(
            "simulator", "late", MAN, "mobile", "SK thêm ghế cho người già", "",
            at - 2 * clock.HOUR, at,
        ),
    )  # fmt: skip

    inbound.handle_waiting(db, desk)

    proposal = proposals.by_id(db, threads.between(db, MAN)[0][0].proposal_id)
    assert proposal.received_at == at - 2 * clock.HOUR


@pytest.mark.parametrize(
    ("sender", "words", "answered"),
    [
        ("Vietcombank", "Nen cho nguoi gia ngoi truoc quay", False),
        ("02513999888", "Nen cho nguoi gia ngoi truoc quay", True),
        (MAN, "Chay nha o ap 2, cuu voi", True),
    ],
)
def test_what_staff_take_for_a_citizens_becomes_a_case_once(
    db, desk, text, sender, words, answered
):
    text(words, sender)
    (row,) = db.row("SELECT id FROM message_in")
    sent_before = db.row("SELECT count(*) FROM outbox")[0]

    for _ in range(2):
        sms_steps.take_for_a_citizens(db, row, actor="an", at=clock.now())
        inbound.handle_waiting(db, desk)

    assert db.row("SELECT state, outcome FROM message_in") == ("done", "proposal")
    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert (db.row("SELECT count(*) FROM outbox")[0] > sent_before) is answered


@pytest.mark.of_sqlite
def test_what_a_number_wrote_and_got_before_is_read_once(db, desk, arrive, text):
    text("SK thêm ghế cho người già")
    arrive("Cho bà con ngồi chờ ở hành lang có mái che")
    asked = []
    db.conn.set_trace_callback(asked.append)

    inbound.handle_waiting(db, desk)

    db.conn.set_trace_callback(None)
    past = [one for one in asked if "AND sender =" in one or "FROM outbox" in one]
    assert len(past) == 1, past
