"""What the words do without a code, and what becomes of texts that are no idea."""

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import conversation, moves, proposals
from shared.store.messages import inbox, opt_outs, threads
from shared.store.people import staff
from shared.workflows import sms_steps
from sms import inbound
from sms.cases import REMEMBERED
from tests.conftest import DETAILS
from tests.sms.conftest import HOA, MAN

IDEA = "SK cho bà con nhắn tin hẹn giờ chứng thực"
OTHER = "SK thêm ghế cho người già ở quầy"
DENUNCIATION = "Tôi tố cáo ông trưởng ấp ăn chặn tiền làm đường"
QUESTION = "Làm giấy khai sinh cần những giấy tờ gì?"


@pytest.fixture
def chair(db):
    """The chair of the office."""
    return staff.add(
        db, "chair", name="Chủ tịch", role="chair", password_hash="x", must_change=False,
        actor="t", at=1,
    )  # fmt: skip


def keys(answers):
    return [one.text_key for one in answers]


def count(db):
    return db.row("SELECT count(*) FROM proposal")[0]


@pytest.mark.parametrize("words", ["TT", "bao gio co ket qua", "TT cua toi"])
def test_the_status_of_the_last_idea_needs_no_code(db, text, words):
    text(IDEA)
    code = text(OTHER)[0].blanks["ma"]

    (answer,) = text(words)

    assert (answer.text_key, answer.blanks["ma"]) == ("st_received", code)
    assert count(db) == 2


def test_another_sim_is_told_nothing(text):
    text(IDEA, MAN)

    assert keys(text("bao giờ có kết quả", HOA)) == ["nothing_sent"]


def test_what_was_typed_at_a_kiosk_with_this_number_is_not_the_sims_own(text, a_proposal):
    a_proposal(phone=MAN, consents={"store": True})

    assert keys(text("TT")) == ["nothing_sent"]
    assert keys(text("RUT")) == ["nothing_sent"]


def test_after_a_year_a_code_is_needed(db, desk, arrive, text):
    at = clock.now() - REMEMBERED - clock.DAY
    arrive(IDEA, at=at)
    inbound.handle(db, desk, inbox.waiting(db)[0], at=at)

    assert keys(text("khi nào có kết quả")) == ["nothing_sent"]


def test_a_confidential_idea_is_never_told_of_without_its_code(db, text, chair):
    code = text(DENUNCIATION)[0].blanks["ma"]

    assert keys(text("TT")) == ["nothing_sent"]
    assert keys(text("RUT")) == ["nothing_sent"]
    assert keys(text("DY")) == ["nothing_sent"]
    assert keys(text(f"TT {code}")) == ["st_received"]


def test_a_word_alone_means_the_only_open_idea(db, text):
    code = text(IDEA)[0].blanks["ma"]

    (asked,) = text("RUT")
    assert (asked.text_key, asked.blanks["ma"]) == ("withdraw_ask", code)
    assert proposals.by_code(db, code).status is Status.RECEIVED
    assert keys(text(f"RUT {asked.blanks['xacnhan']}")) == ["withdraw_waits"]


@pytest.mark.parametrize("word", ["RUT", "BS", "DY"])
def test_of_two_open_ideas_a_word_alone_asks_which(db, text, word):
    first, second = text(IDEA)[0].blanks["ma"], text(OTHER)[0].blanks["ma"]

    (answer,) = text(word)

    assert (answer.text_key, answer.blanks["lenh"]) == ("which", word)
    assert answer.blanks["cacma"] == f"{second}, {first}"


def test_an_idea_that_is_over_is_not_meant(text, withdraw):
    withdraw(text(IDEA)[0].blanks["ma"])
    code = text(OTHER)[0].blanks["ma"]

    assert text("xin rút lại ý kiến")[0].blanks["ma"] == code


def test_an_addition_without_a_code_joins_the_only_open_idea(db, text):
    kept = text(IDEA)[0].proposal_id

    assert keys(text("BS giao cho đoàn thanh niên làm thử một tháng")) == ["more_received"]
    assert len(conversation.additions(db, kept)) == 1


def test_an_addition_to_nothing_is_an_idea(db, text):
    assert keys(text("BS giao cho đoàn thanh niên trực ở quầy"))[0] == "receipt_no_word"
    assert count(db) == 1


@pytest.mark.parametrize("words", ["BS Hùng ở trạm y tế khám rất chậm", "bs kham benh lau qua"])
def test_a_physician_is_no_addition(db, text, words):
    text(IDEA)
    text(words)

    assert count(db) == 2


def test_nhan_undoes_tuchoi_and_asks_whoever_never_agreed(db, text):
    code = text(IDEA)[0].blanks["ma"]
    text("đừng nhắn tin cho tôi nữa")
    assert opt_outs.has(db, MAN)

    (asked,) = text("NHAN")

    assert (asked.text_key, asked.blanks["ma"]) == ("consent_ask", code)
    assert not opt_outs.has(db, MAN)
    text(f"DY {asked.blanks['xacnhan']}")
    assert keys(text("cho tôi nhận tin lại")) == ["opt_in"]


@pytest.mark.parametrize("words", [DENUNCIATION, f"SK {DENUNCIATION}"])
def test_a_denunciation_is_the_chairs_alone_from_the_first_second(db, text, chair, words):
    (answer, _) = text(words)

    kept = proposals.by_id(db, answer.proposal_id)
    assert (answer.text_key, answer.blanks["ma"]) == ("denounced", kept.code)
    assert (kept.is_confidential, kept.assignee_id) == (True, chair.id)
    assert not kept.is_open_to("somebody else")


def test_a_denunciation_is_confidential_also_where_nobody_works_yet(db, text):
    (answer, _) = text(DENUNCIATION)

    kept = proposals.by_id(db, answer.proposal_id)
    assert (kept.is_confidential, kept.assignee_id) == (True, None)


def test_a_denunciation_answers_no_question(db, text, chair):
    question = text("Đi chứng thực phải chờ lâu quá")[0]

    assert keys(text(DENUNCIATION))[0] == "denounced"
    assert conversation.additions(db, question.proposal_id) == []


def test_a_question_of_procedure_becomes_an_idea_of_its_own_time_when_staff_say_so(
    db, desk, arrive
):
    at = clock.now() - clock.DAY
    message_id = arrive(QUESTION, at=at)
    inbound.handle(db, desk, inbox.incoming(db, message_id), at=at)
    assert inbox.incoming(db, message_id).state == "quarantined"
    assert keys(threads.between(db, MAN)[1]) == ["ask_counter"]
    assert count(db) == 0

    sms_steps.take_for_a_citizens(db, message_id, actor="an", at=clock.now())
    inbound.handle_waiting(db, desk)

    kept = proposals.by_id(db, inbox.incoming(db, message_id).proposal_id)
    assert (kept.solution, kept.received_at) == (QUESTION, at)


@pytest.mark.parametrize("words", ["Mẹ ơi con hết tiền rồi", "cảm ơn " * 7, "Cháy nhà ở ấp 3"])
def test_whatever_was_set_aside_becomes_an_idea_when_staff_say_so(db, desk, text, words):
    text(words)
    (kept,) = threads.between(db, MAN)[0]
    assert count(db) == 0

    sms_steps.take_for_a_citizens(db, kept.id, actor="an", at=clock.now())
    inbound.handle_waiting(db, desk)

    assert count(db) == 1


def test_an_answer_that_looks_like_a_question_is_the_answer(db, text, a_proposal):
    made = a_proposal(phone=MAN, consents={"store": True})
    text(f"DY {made.code}")
    moves.move(
        db, made.code, Status.NEEDS_INFO, actor="t", at=clock.now(),
        details=DETAILS[Status.NEEDS_INFO],
    )  # fmt: skip

    assert keys(text("thủ tục khai sinh thì nộp ở đâu")) == ["more_received"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("1/2 Đường vào ấp 3 nên gắn đèn", "Đường vào ấp 3 nên gắn đèn"),
        ("SK (1/2) nên gắn đèn ở ấp 3", "nên gắn đèn ở ấp 3"),
        ("nên gắn đèn ở đường ấp 3 (1/2)", "nên gắn đèn ở đường ấp 3"),
        ("p1: nên gắn đèn ở đường ấp 3", "nên gắn đèn ở đường ấp 3"),
        ("tiếp theo: nên gắn đèn ở đường ấp 3", "nên gắn đèn ở đường ấp 3"),
        ("nên gắn đèn ở ấp 3 vì (còn tiếp)", "nên gắn đèn ở ấp 3 vì"),
        ("sk neen mowr cuwra buooir toosi", "nên mở cửa buổi tối"),
        ("1/2 số hồ sơ bị trả lại, nên có mẫu sẵn", "1/2 số hồ sơ bị trả lại, nên có mẫu sẵn"),
    ],
)
def test_a_title_is_what_was_meant_without_marks_of_pieces(db, text, typed, title):
    kept = proposals.by_id(db, text(typed)[0].proposal_id)

    assert kept.title == title


def test_the_words_stay_as_they_were_sent(db, text):
    kept = proposals.by_id(db, text("SK neen mowr cuwra buooir toosi")[0].proposal_id)

    assert kept.solution == "neen mowr cuwra buooir toosi"


def test_keys_of_a_switched_off_keyboard_are_found_as_they_were_meant(db, text):
    kept = text("sk neen mowr cuwra buooir toosi cho ba con ddi lafm")[0].proposal_id

    found = db.rows(
        "SELECT search_row.proposal_id FROM proposal_fts JOIN search_row"
        " ON search_row.fts_row = proposal_fts.rowid WHERE proposal_fts MATCH ?".replace(
            "?", ":query"
        ),
        query='"buoi" "toi"',
    )

    assert found == [(kept,)]
