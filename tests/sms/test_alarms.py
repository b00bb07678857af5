"""A sender who is answered no more is on a list until somebody has looked."""

from shared.domain import clock
from shared.store.messages import forgetting as message_forgetting
from shared.store.messages import loop_alarms, threads
from shared.store.people import staff
from tests.sms.conftest import HOA, MAN

AUTOMATIC = "May nay da nhan duoc tin cua quy vi roi nhe"


def test_a_machine_that_repeats_itself_is_one_line_that_counts(db, text):
    for _ in range(6):
        text(AUTOMATIC)

    (alarm,) = loop_alarms.unseen(db)
    assert (alarm.why, alarm.phone, alarm.text, alarm.count) == ("same_text", MAN, AUTOMATIC, 3)
    assert alarm.at <= alarm.last_at


def test_two_senders_beyond_their_limit_are_two_lines(db, desk, text):
    for sender in (MAN, HOA):
        for number in range(desk.settings.limits.replies_per_hour + 1):
            text(f"SK thêm ghế số {number} cho người già", sender)

    assert {(one.why, one.phone) for one in loop_alarms.unseen(db)} == {
        ("over_limit", MAN), ("over_limit", HOA)
    }  # fmt: skip
    assert loop_alarms.count_unseen(db) == 2


def test_an_alarm_that_was_seen_is_gone_and_the_next_one_is_new(db, text):
    for _ in range(4):
        text(AUTOMATIC)
    (first,) = loop_alarms.unseen(db)
    an = staff.add(
        db, "an", name="An", role="officer", password_hash="x", must_change=False, actor="t", at=1
    )

    assert loop_alarms.see(db, first.id, actor=an.id, at=clock.now())
    assert not loop_alarms.see(db, first.id, actor=an.id, at=clock.now())
    text(AUTOMATIC)

    (second,) = loop_alarms.unseen(db)
    assert second.id != first.id
    assert [one.id for one in loop_alarms.seen_lately(db)] == [first.id]


def test_an_alarm_forgets_a_number_with_its_message(db, text, withdraw):
    for _ in range(4):
        text(AUTOMATIC)
    code = threads.between(db, MAN)[1][0].blanks["ma"]
    withdraw(code)

    message_forgetting.forget_erased(db, before=clock.now() + clock.DAY)

    assert [one.phone for one in loop_alarms.unseen(db)] == [""]
