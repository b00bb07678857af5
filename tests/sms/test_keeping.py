"""A withdrawal by SMS waits a day, and one word, or a sentence that means it, takes it back."""

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, pending_acts, proposals
from shared.store.privacy.data_requests import Door
from shared.texts.sms_text import compose, fits
from shared.workflows import pending
from tests.conftest import ZONE
from tests.sms.conftest import HOA, MAN
from tests.sms.test_people import CORPUS

IDEA = "SK cho bà con nhắn tin hẹn giờ chứng thực"
OTHER = "SK thêm ghế cho người già ở quầy"
SAID = next(one["texts"] for one in CORPUS["group"] if one["kind"] == "no withdrawal any more")


@pytest.fixture
def waiting(text):
    """A builder: the code of an idea of MAN's whose withdrawal waits."""

    def build(words: str = IDEA) -> str:
        code = text(words)[0].blanks["ma"]
        (asked,) = text(f"RUT {code}")
        text(f"RUT {asked.blanks['xacnhan']}")
        return code

    return build


def keys(answers):
    return [one.text_key for one in answers]


def is_waiting(db, code) -> bool:
    return pending_acts.withdrawal(db, proposals.by_code(db, code).id) is not None


def test_it_waits_a_day_and_the_answer_says_until_when_and_how_to_keep_it(db, text):
    code = text(IDEA)[0].blanks["ma"]
    digits = text(f"RUT {code}")[0].blanks["xacnhan"]

    (told,) = text(f"RUT {digits}")

    act = pending_acts.withdrawal(db, proposals.by_code(db, code).id)
    assert act.due_at - act.at == clock.DAY
    assert told.blanks["gio"] == clock.hour_words(act.due_at, ZONE)
    assert told.blanks["ngay"] == clock.day_words(act.due_at, ZONE)
    said = compose(told.text_key, told.blanks, {"dausms": "0901 234 567", "sdt": "02513861111"})
    assert f"GIU {code}" in said and fits(said)
    assert authors.of(db, act.proposal_id).phone == MAN


@pytest.mark.of_sqlite
@pytest.mark.parametrize("words", SAID)
def test_the_word_and_the_sentence_keep_it(db, text, waiting, when_due, words):
    code = waiting()

    (told,) = text(words.replace("{code}", code))

    assert (told.text_key, told.blanks["ma"]) == ("withdraw_kept", code)
    assert when_due() == 0
    assert proposals.by_code(db, code).status is Status.RECEIVED


def test_asking_twice_says_that_it_waits_and_moves_nothing(db, text, waiting):
    code = waiting()
    due_at = pending_acts.withdrawal(db, proposals.by_code(db, code).id).due_at

    assert keys(text(f"RUT {code}")) == ["st_withdrawing"]
    assert keys(text("RUT")) == ["st_withdrawing"]
    assert keys(text(f"TT {code}")) == ["st_withdrawing"]
    assert pending_acts.withdrawal(db, proposals.by_code(db, code).id).due_at == due_at


def test_what_is_kept_can_be_withdrawn_again(db, text, waiting):
    code = waiting()
    text("GIU")

    (asked,) = text(f"RUT {code}")
    assert keys(text(f"RUT {asked.blanks['xacnhan']}")) == ["withdraw_waits"]
    assert is_waiting(db, code)


def test_only_the_number_that_sent_it_keeps_it(db, text, waiting):
    code = waiting()

    assert keys(text(f"GIU {code}", HOA)) == ["not_owner"]
    assert keys(text("GIU", HOA)) == ["nothing_sent"]
    assert keys(text("GIU 482173950680")) == ["code_not_found"]
    assert is_waiting(db, code)


def test_of_two_that_wait_the_word_alone_asks_which(db, text, waiting):
    first, second = waiting(), waiting(OTHER)

    (told,) = text("GIU")

    assert (told.text_key, told.blanks["lenh"]) == ("which", "GIU")
    assert told.blanks["cacma"] == f"{second}, {first}"
    assert keys(text(f"GIU {first}")) == ["withdraw_kept"]
    assert (is_waiting(db, first), is_waiting(db, second)) == (False, True)


def test_the_word_alone_means_the_one_that_waits_not_the_last(db, text, waiting):
    code = waiting()
    text(OTHER)

    (told,) = text("giữ lại")

    assert (told.text_key, told.blanks["ma"]) == ("withdraw_kept", code)


def test_a_withdrawal_on_the_web_is_kept_by_sms_too(db, text):
    code = text(IDEA)[0].blanks["ma"]
    pending.ask_to_withdraw(db, code, Door("receipt", ZONE), at=clock.now())

    assert keys(text(f"GIU {code}")) == ["withdraw_kept"]


def test_where_nothing_waits_it_says_where_the_idea_stands(text, waiting, when_due):
    assert keys(text("GIU")) == ["nothing_sent"]
    code = waiting()
    when_due()

    assert keys(text(f"GIU {code}")) == ["st_withdrawn"]
