"""Who takes an idea back is forgotten: a day later no SMS row carries their number."""

from shared.domain import clock
from shared.store.cases import proposals
from shared.store.messages import forgetting as message_forgetting
from shared.store.messages import outgoing
from tests.sms.conftest import HOA, MAN


def _dump(db):
    came = db.rows("SELECT sender, raw FROM message_in WHERE commune_id = :commune_id")
    went = db.rows("SELECT phone FROM outbox WHERE commune_id = :commune_id")
    return repr([db.decrypt(text) for row in came + went for text in row])


def test_a_day_after_a_withdrawal_no_sms_carries_the_number(db, text, outbox, withdraw):
    kept = text("SK cho bà con hẹn giờ chứng thực", MAN)
    text("SK mở cửa sáng thứ bảy cho công nhân", HOA)
    code = proposals.by_id(db, kept[0].proposal_id).code
    withdraw(code)
    while outbox.send_one(db, at=clock.now()):
        pass

    outbox.tidy(db, at=clock.now() + 3 * clock.DAY)

    assert MAN not in _dump(db)
    assert HOA in _dump(db)


def test_the_answer_to_a_withdrawal_still_finds_its_way(db, text, outbox, withdraw):
    kept = text("SK cho bà con hẹn giờ chứng thực", MAN)
    code = proposals.by_id(db, kept[0].proposal_id).code

    [answer] = withdraw(code)
    message_forgetting.forget_erased(db, before=clock.now() + 2 * clock.DAY)

    assert answer.text_key == "withdraw_waits"
    assert outgoing.by_id(db, answer.id).phone == MAN
