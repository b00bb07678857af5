"""What a number and we wrote to each other is read at once, and says what the brakes and the
dialogue ask."""

from itertools import count

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.store.messages import history, inbox, outgoing, sending, threads
from shared.store.messages.history import Came, History, Went
from tests.shared.store.messages.test_messages import plan_of

MAN, HOA = "+84912345678", "+84987654321"
NOW = 1_770_000_000_000
MINUTE, HOUR, DAY = clock.MINUTE, clock.HOUR, clock.DAY


@pytest.fixture
def came(db):
    """A builder: `came(text, at)` keeps an SMS of MAN and returns its id."""
    names = count()

    def build(text, at=NOW, sender=MAN, outcome=None, proposal_id=None):
        inbox.keep(
            db,
            inbox.Arrived("twilio", f"SM{next(names)}", sender, "mobile", text, "{}", None, at),
        )
        kept = next(one for one in inbox.waiting(db) if one.text == text)
        if outcome is not None:
            with writing(db):
                inbox.handled(db, kept.id, outcome=outcome, at=at, proposal_id=proposal_id)
        return kept.id

    return build


def test_only_this_number_s_of_the_last_day_came(db, came):
    came("cũ", at=NOW - DAY - 1)
    came("vừa kịp", at=NOW - DAY)
    came("của người khác", sender=HOA)
    came("mới")

    assert [one.text for one in history.of(db, MAN, at=NOW).came] == ["mới", "vừa kịp"]


def test_what_went_is_known_for_good_and_its_words_for_thirty_days(db):
    for place, at in enumerate((NOW - 31 * DAY, NOW - 29 * DAY)):
        with writing(db):
            outgoing.tell(db, MAN, "help", {}, dedupe=str(place), at=at)
            outgoing.tell(db, HOA, "help", {}, dedupe=f"hoa{place}", at=at)
        for message in threads.between(db, MAN)[1][-1:]:
            sending.note_text(db, message.id, f"HD {place}", "simulator", at=at)

    found = history.of(db, MAN, at=NOW)

    assert [one.text_key for one in found.went] == ["help", "help"]
    assert found.texts() == ["HD 1"]
    assert found.was_told("help") and not found.was_told("help", since=NOW - 28 * DAY)


def test_a_receipt_and_its_privacy_note_are_one_answer_and_a_notice_is_none(db, came, a_proposal):
    case = a_proposal()
    kept = came("SK hẹn giờ")
    with writing(db):
        for key in ("receipt", "privacy_first"):
            db.write_all(outgoing.replying(db, MAN, key, {}, message_id=kept, at=NOW))
        outgoing.notify(db, MAN, "st_received", {}, event="e", at=NOW, proposal_id=case.id)

    found = history.of(db, MAN, at=NOW)

    assert found.answers(NOW - HOUR, NOW) == 1
    assert found.answers(NOW - HOUR, NOW - 1) == 0
    assert found.last_told("st_received", NOW, NOW) == case.id


def test_the_history_says_what_its_rows_say():
    def a(text, minutes, outcome="", proposal_id=None):
        return Came(f"{text}{minutes}", text, outcome, proposal_id, NOW - minutes * MINUTE)

    past = History(
        (a("SK a", 0), a("ok", 2, "addition", "p2"), a("SK a", 5, "proposal", "p1"),
         a("2/2 b", 90, "continued", "p1")),
        (Went("ask_solution", "", "p1", "m", NOW - MINUTE),),
    )  # fmt: skip
    hour = NOW - HOUR

    assert past.count(hour, NOW) == 3 and past.count(hour, NOW - 1) == 2
    assert past.times_said("SK a", hour, NOW) == 2
    assert past.became("SK a", "proposal", beside="SK a0", since=hour) == "p1"
    assert past.became("SK a", "proposal", beside="SK a5", since=hour) is None
    assert past.became("SK a", "proposal", beside="SK a0", since=NOW) is None
    assert past.became("SK a", "withdrawal", beside="SK a0", since=hour) is None
    assert past.kept(NOW - DAY, NOW) == [("p1", "SK a"), ("p1", "2/2 b")]
    assert past.has_added_to("p1") and past.has_added_to("p2") and not past.has_added_to("p3")
    assert past.last_told("ask_solution", hour, NOW) == "p1"
    assert past.last_told("ask_solution", hour, NOW - HOUR) is None
    with pytest.raises(AttributeError):
        past.came = ()


@pytest.mark.of_sqlite
def test_a_history_reads_the_rows_of_its_number_only(db):
    asked = []
    db.conn.set_trace_callback(asked.append)
    history.of(db, MAN, at=NOW)
    db.conn.set_trace_callback(None)

    [question] = asked
    plan = plan_of(db, lambda: db.conn.execute(question))
    assert "commune_id=? AND sender=?" in plan
    assert "commune_id=? AND phone=?" in plan
    assert "SCAN" not in plan
