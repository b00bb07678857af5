"""One question, one answer; what was cut by hand is one dossier again."""

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import conversation, moves, proposals
from shared.store.messages import inbox, threads
from sms import inbound
from sms.dialogue import WINDOW
from tests.conftest import DETAILS
from tests.forgetting import forget_authors
from tests.sms.conftest import HOA, MAN

TROUBLE = "SK đi chứng thực phải chờ lâu quá"
ANSWER = "Cho bà con nhắn tin hẹn giờ trước"


def keys(answers):
    return [one.text_key for one in answers]


def added_to(db, proposal_id):
    return [one.text for one in conversation.additions(db, proposal_id)]


def count(db):
    return db.row("SELECT count(*) FROM proposal")[0]


@pytest.mark.parametrize("trouble", [TROUBLE, "Đi chứng thực phải chờ lâu quá"])
def test_a_trouble_alone_is_asked_what_to_do_and_the_answer_joins_it(db, text, trouble):
    question, privacy = text(trouble)
    (thanks,) = text(ANSWER)

    assert (question.text_key, privacy.text_key) == ("ask_solution", "privacy_first")
    assert question.blanks["ma"] == proposals.by_id(db, question.proposal_id).code
    assert (thanks.text_key, thanks.blanks["ma"]) == ("more_received", question.blanks["ma"])
    assert added_to(db, question.proposal_id) == [ANSWER]
    assert count(db) == 1


def test_an_idea_that_says_what_to_do_is_not_asked(text):
    assert keys(text("SK nên cho bà con hẹn giờ, giờ chờ lâu quá"))[0] == "receipt"


def test_a_dossier_is_asked_once_and_an_answer_that_names_another_trouble_asks_nothing(db, text):
    text(TROUBLE)

    assert keys(text("Chờ mệt lắm, phiền lắm, xa lắm")) == ["more_received"]
    assert keys(text("Đường vào ấp 3 nên có đèn")) == ["receipt_no_word"]
    assert count(db) == 2


def test_reply_to_a_reply_to_a_reply_ends(db, text):
    text(TROUBLE)
    said = [keys(text(words)) for words in (ANSWER, "ok", "cam on", "da", "ok")]

    assert said[0] == ["more_received"]
    assert all(answers == ["courtesy"] for answers in said[1:])
    assert count(db) == 1


@pytest.mark.parametrize("words", ["ok", "Dạ cảm ơn cán bộ nhiều", "👍", "0912345678"])
def test_thanks_are_no_answer_and_leave_the_question_open(db, text, words):
    question = text(TROUBLE)[0]
    text(words)

    assert keys(text(ANSWER)) == ["more_received"]
    assert added_to(db, question.proposal_id) == [ANSWER]


def test_a_word_is_a_command_also_while_a_question_is_open(db, text):
    question = text(TROUBLE)[0]

    assert keys(text(f"TT {question.blanks['ma']}")) == ["st_received"]
    assert keys(text("SK thêm ghế cho người già")) == ["receipt"]
    assert count(db) == 2
    assert keys(text(ANSWER)) == ["more_received"]
    assert added_to(db, question.proposal_id) == [ANSWER]


def test_who_answered_with_bs_has_answered(db, text):
    question = text(TROUBLE)[0]
    text(f"BS {question.blanks['ma']} {ANSWER}")

    assert keys(text("Đường vào ấp 3 nên có đèn")) == ["receipt_no_word"]


def test_the_same_answer_delivered_twice_is_kept_once(db, text):
    question = text(TROUBLE)[0]
    text(ANSWER)

    assert keys(text(ANSWER)) == ["more_received"]
    assert added_to(db, question.proposal_id) == [ANSWER]
    assert count(db) == 1


def test_the_same_trouble_twice_is_one_dossier_and_no_answer_to_itself(db, text):
    question = text(TROUBLE)[0]

    assert keys(text(TROUBLE)) == ["receipt"]
    assert added_to(db, question.proposal_id) == []


def test_after_a_day_a_text_stands_for_itself(db, desk, arrive):
    at = clock.now() - WINDOW - clock.MINUTE
    arrive(TROUBLE, at=at)
    inbound.handle(db, desk, inbox.waiting(db)[0], at=at)
    arrive(ANSWER)
    inbound.handle_waiting(db, desk)

    assert count(db) == 2


def test_two_telephones_are_two_people(db, text):
    text(TROUBLE, MAN)

    assert keys(text(ANSWER, HOA))[0] == "receipt_no_word"
    assert count(db) == 2


def test_a_dossier_that_was_taken_back_gets_nothing_more(db, text, withdraw):
    question = text(TROUBLE)[0]
    withdraw(question.blanks["ma"])

    assert keys(text(ANSWER))[0] == "receipt_no_word"
    assert added_to(db, question.proposal_id) == []


@pytest.mark.parametrize(
    "pieces",
    [
        ("1/2 Đường vào ấp 3 tối lắm, bà con", "2/2 đi lại sợ té, nên gắn thêm đèn"),
        ("2/2 đi lại sợ té, nên gắn thêm đèn", "1/2 Đường vào ấp 3 tối lắm, bà con"),
        ("SK 1/2 Đường vào ấp 3 phải chờ", "SK 2/2 lâu lắm mới có đèn"),
        ("(1/3) Đường vào ấp 3", "(2/3) tối lắm nên gắn", "(3/3) thêm đèn cho bà con"),
        ("Đường vào ấp 3 tối, bà con (1/2)", "nên gắn thêm đèn cho dễ đi (2/2)"),
        ("SK nên gắn đèn ở đường ấp 3 vì", "p2 bà con đi lại sợ té"),
        ("p1: nên gắn đèn ở đường ấp 3 vì", "P2: bà con đi lại sợ té"),
        ("SK nên gắn đèn ở đường ấp 3 vì (còn tiếp)", "(tiếp) bà con đi lại sợ té"),
        ("SK nên gắn đèn ở đường ấp 3 vì", "tiếp theo: bà con đi lại sợ té", "(tiếp) và xa lắm"),
        ("SK nên gắn đèn ở đường ấp 3 vì", "Phần 2: bà con đi lại sợ té"),
    ],
)
def test_pieces_marked_by_hand_are_one_dossier(db, text, pieces):
    first, *others = [keys(text(piece)) for piece in pieces]

    assert first[0].startswith("receipt")
    assert others == [["more_received"]] * len(others)
    assert count(db) == 1
    kept = threads.between(db, MAN)[0][0].proposal_id
    assert len(added_to(db, kept)) == len(others)


@pytest.mark.parametrize(
    "words",
    [
        "2/3 bà con ở ấp 3 không có nước sạch",
        "1/2 số hồ sơ bị trả lại, nên có mẫu sẵn",
        "Giảm giấy tờ còn 1/2 thì bà con mừng",
        "Phần 2 của đường ấp 3 nên làm sớm",
        "SK 24/7 nên có người trực ở trạm y tế",
        "15/3 họp ấp nên báo trước cho bà con",
    ],
)
def test_a_fraction_is_no_piece(db, text, words):
    text("SK thêm ghế cho người già ngồi chờ")
    text(words)

    assert count(db) == 2


def test_pieces_of_two_telephones_stay_two(db, text):
    text("1/2 Đường vào ấp 3 nên gắn đèn", MAN)
    text("2/2 cho bà con dễ đi lại hơn", HOA)

    assert count(db) == 2


@pytest.fixture
def waiting_for_more(db, a_proposal, text):
    """A builder: a proposal of MAN that the office waits for more of."""

    def build():
        made = a_proposal(phone=MAN, consents={"store": True})
        text(f"DY {made.code}")
        return moves.move(
            db, made.code, Status.NEEDS_INFO, actor="test", at=clock.now(),
            details=DETAILS[Status.NEEDS_INFO],
        )  # fmt: skip

    return build


def test_what_the_office_waits_for_needs_no_word(db, text, waiting_for_more):
    proposal = waiting_for_more()

    assert keys(text("Quầy số 2 làm")) == ["more_received"]
    assert added_to(db, proposal.id) == ["Quầy số 2 làm"]
    assert proposals.by_id(db, proposal.id).status is Status.RECEIVED


def test_of_two_that_wait_nobody_guesses(db, text, waiting_for_more):
    waiting_for_more()
    waiting_for_more()

    assert keys(text("Đường vào ấp 3 nên có đèn"))[0] == "receipt_no_word"


def test_thanks_do_not_end_the_waiting(db, text, waiting_for_more):
    proposal = waiting_for_more()
    text("da cam on can bo")

    assert proposals.by_id(db, proposal.id).status is Status.NEEDS_INFO


def test_an_erased_sender_is_nobody_to_go_on_with(db, text):
    question = text(TROUBLE)[0]
    with writing(db):
        forget_authors(db, question.proposal_id, at=clock.now())

    assert keys(text(ANSWER))[0] == "receipt_no_word"


def test_a_cry_for_help_is_answered_at_once_and_left_for_a_person(db, text):
    (answer,) = text("Cháy nhà ở ấp 3 cứu với")

    assert answer.text_key == "emergency"
    assert db.row("SELECT state, outcome FROM message_in") == ("quarantined", "emergency")
    assert count(db) == 0


def test_a_cry_answers_no_question(db, text):
    question = text(TROUBLE)[0]

    assert keys(text("co cuop o cho")) == ["emergency"]
    assert added_to(db, question.proposal_id) == []


def test_what_to_do_that_follows_at_once_belongs_to_what_was_begun(db, text):
    begun = text("Lên xã gặp toàn người quen ngồi nói chuyện", MAN)[0].proposal_id

    assert keys(text("Nên gắn bảng nhắc cán bộ giờ làm việc", MAN)) == ["more_received"]
    assert added_to(db, begun) == ["Nên gắn bảng nhắc cán bộ giờ làm việc"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Xã nên gắn đèn ở ngã ba ấp 3", "Nên mở cửa sáng thứ bảy cho công nhân"),
        ("Lên xã gặp toàn người quen ngồi nói chuyện", "SK nên mở cửa sáng thứ bảy cho công nhân"),
        ("Lên xã gặp toàn người quen ngồi nói chuyện", "Đường vào ấp 3 tối thui"),
    ],
)
def test_two_ideas_one_after_the_other_stay_two(db, text, first, second):
    text(first, MAN)
    text(second, MAN)

    assert count(db) == 2


def test_what_comes_later_stands_alone(db, text):
    text("Lên xã gặp toàn người quen ngồi nói chuyện", MAN, at=clock.now() - 11 * clock.MINUTE)
    text("Nên gắn bảng nhắc cán bộ giờ làm việc", MAN)

    assert count(db) == 2
