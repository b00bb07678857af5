"""What each word does, seen from the store and from the answer."""

import json

import pytest

from shared import texts
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, conversation, moves, proposals, reserved_codes
from shared.store.messages import inbox, media_downloads, opt_outs, threads
from shared.store.people import devices
from shared.store.privacy.data_requests import Door
from shared.workflows import pending
from sms import inbound
from tests.conftest import ROAD, ZONE
from tests.sms.conftest import HOA, MAN

IDEA = "SK cho bà con nhắn tin hẹn giờ chứng thực"
WRONG = ["482173950689", "48217395068", "4821739506881", "abc"]


def kept(db, proposal_id):
    return proposals.by_id(db, proposal_id)


def test_an_idea_is_kept_with_its_accents_and_receipted_with_the_privacy_note(db, text):
    receipt, privacy = text(IDEA)

    proposal = kept(db, receipt.proposal_id)
    assert (proposal.channel, proposal.status) == ("sms", Status.RECEIVED)
    assert proposal.solution == "cho bà con nhắn tin hẹn giờ chứng thực"
    assert not proposal.title_is_own
    assert authors.of(db, proposal.id).phone == MAN
    assert not authors.of(db, proposal.id).consent_store
    assert (receipt.text_key, privacy.text_key) == ("receipt", "privacy_first")
    assert receipt.blanks["ma"] == proposal.code


def test_the_privacy_note_goes_with_the_first_receipt_only(text):
    text(IDEA)

    assert [one.text_key for one in text("SK thêm ghế cho người già")] == ["receipt"]


def test_an_idea_without_a_word_is_kept_whole(db, text):
    receipt, _ = text("Đường vào ấp 3 nên có đèn, tối đi sợ té.")

    assert receipt.text_key == "receipt_no_word"
    assert kept(db, receipt.proposal_id).solution == "Đường vào ấp 3 nên có đèn, tối đi sợ té."


def test_a_trouble_alone_is_kept_as_the_first_part(db, text):
    receipt, _ = text("SK đi chứng thực phải chờ lâu quá")

    proposal = kept(db, receipt.proposal_id)
    assert (proposal.current_state, proposal.solution) == ("đi chứng thực phải chờ lâu quá", "")


@pytest.mark.parametrize("words", ["SK", "sk:", "SK ab", "góp ý"])
def test_an_empty_idea_is_asked_for(text, words):
    assert [one.text_key for one in text(words)] == ["ask_more_empty"]


@pytest.mark.parametrize("words", ["abc xyz", "0912345678", "cai kia ne"])
def test_a_short_text_without_a_word_gets_help(text, words):
    assert [one.text_key for one in text(words)] == ["unknown_command"]


def test_a_text_beyond_the_limit_is_receipted_as_cut(db, text):
    receipt, _ = text("SK " + "thêm ghế " * 400)

    assert receipt.text_key == "too_long"
    assert len(kept(db, receipt.proposal_id).solution) == 2000


def test_the_same_idea_sent_again_gets_the_same_code(db, text):
    first = text(IDEA)[0]

    again = text(IDEA)[0]

    assert again.blanks["ma"] == first.blanks["ma"]
    assert db.row("SELECT count(*) FROM proposal") == (1,)


def test_an_idea_taken_back_may_be_sent_anew(db, text, withdraw):
    first = text(IDEA)[0].blanks["ma"]
    withdraw(first)

    assert text(IDEA)[0].blanks["ma"] != first


@pytest.mark.parametrize("status", ROAD)
def test_every_status_has_its_answer(a_proposal, outbox, text, db, status):
    code = a_proposal(status=status).code

    (answer,) = text(f"TT {code}", HOA)

    # The trial of a test ended long ago.
    said = "trial_over" if status is Status.ON_TRIAL else status
    assert answer.text_key == f"st_{said}"
    assert f"sms.{answer.text_key}" in texts.load("sms.vi")
    outbox.send_one(db, at=clock.now())
    assert threads.between(db, HOA)[1][0].text.startswith(code)


def test_a_status_answer_says_nothing_but_the_status(a_proposal, text, outbox, db):
    proposal = a_proposal(name="Trần Thị Mận", phone=MAN, consents={"store": True})
    text(f"TT {proposal.code}", HOA)

    outbox.send_one(db, at=clock.now())

    said = threads.between(db, HOA)[1][0].text
    assert "Man" not in said
    assert "912" not in said.replace(proposal.code, "")
    assert "Hen gio" not in said


@pytest.mark.parametrize("word", ["TT", "BS", "RUT", "DY"])
@pytest.mark.parametrize("code", WRONG)
def test_every_wrong_code_gets_the_same_answer(text, word, code):
    assert [(one.text_key, one.blanks) for one in text(f"{word} {code}")] == [
        ("code_not_found", {})
    ]


@pytest.mark.parametrize("word", ["TT", "BS", "RUT", "DY"])
def test_a_code_that_a_kiosk_gave_and_has_not_handed_in_says_so(text, db, word):
    kiosk = devices.add(db, "Kiosk 1", "hash", actor="t", at=clock.now())
    [code] = reserved_codes.issue(db, kiosk.id, reserved_codes.FULL - 1, key=b"k", at=clock.now())

    assert [(one.text_key, one.blanks) for one in text(f"{word} {code}")] == [
        ("st_waiting", {"ma": code})
    ]


def test_the_status_says_that_a_withdrawal_waits_and_until_when(text, db, a_proposal):
    case, at = a_proposal(), clock.now()
    pending.ask_to_withdraw(db, case.code, Door("receipt", ZONE), at=at)
    due = clock.hour_words(at + pending.WAIT, ZONE)

    [answer] = text(f"TT {case.code}")

    assert (answer.text_key, answer.blanks["gio"]) == ("st_withdrawing", due)


def test_an_unknown_code_with_right_check_digits_gets_that_answer_too(text):
    assert [(one.text_key, one.blanks) for one in text("TT 482173950688")] == [
        ("code_not_found", {})
    ]


def test_an_addition_brings_a_waiting_case_back(db, text):
    code = text(IDEA)[0].blanks["ma"]
    moves.move(
        db, code, Status.NEEDS_INFO, actor="t", at=clock.now(),
        details={"missing": "ai làm", "until": "2026-12-31"},
    )  # fmt: skip

    (answer,) = text(f"BS {code} anh Tư ở quầy 2 làm")

    proposal = proposals.by_code(db, code)
    assert answer.text_key == "more_received"
    assert proposal.status is Status.RECEIVED
    assert [one.text for one in conversation.additions(db, proposal.id)] == ["anh Tư ở quầy 2 làm"]


def test_an_empty_addition_is_asked_for_in_the_officers_words(db, text):
    code = text(IDEA)[0].blanks["ma"]
    moves.move(
        db, code, Status.NEEDS_INFO, actor="t", at=clock.now(),
        details={"missing": "ai làm", "until": "2026-12-31"},
    )  # fmt: skip

    (answer,) = text(f"BS {code}")

    assert (answer.text_key, answer.blanks["thieu"]) == ("ask_more", "ai làm")
    assert proposals.by_code(db, code).status is Status.NEEDS_INFO


@pytest.mark.parametrize("word", ["BS {} thêm", "RUT {}", "DY {}"])
def test_only_the_number_that_sent_it_may_change_a_case(db, text, word):
    code = text(IDEA)[0].blanks["ma"]
    before = proposals.by_code(db, code)

    (answer,) = text(word.format(code), HOA)

    assert (answer.text_key, answer.blanks) == ("not_owner", {"ma": code})
    assert proposals.by_code(db, code) == before
    assert authors.of(db, before.id).phone == MAN
    assert conversation.additions(db, before.id) == []


@pytest.mark.parametrize(
    ("status", "key", "after"),
    [
        (Status.RECEIVED, "withdraw_waits", Status.WITHDRAWN),
        (Status.RECOGNISED, "withdraw_late", Status.RECOGNISED),
        (Status.REDIRECTED, "withdraw_waits", Status.REDIRECTED),
    ],
)
def test_withdrawing_follows_the_table(db, a_proposal, text, when_due, status, key, after):
    proposal = a_proposal(status=status, phone=MAN, consents={"store": True})
    text(f"DY {proposal.code}")

    (answer,) = text(f"RUT {proposal.code}")
    if answer.text_key == "withdraw_ask":
        (answer,) = text(f"RUT {answer.blanks['xacnhan']}")

    assert answer.text_key == key
    assert proposals.by_code(db, proposal.code).status is status
    when_due()
    assert proposals.by_code(db, proposal.code).status is after


def test_withdrawing_twice_tells_that_it_is_withdrawn(text, withdraw):
    code = text(IDEA)[0].blanks["ma"]
    withdraw(code)

    assert [one.text_key for one in text(f"rút {code}")] == ["st_withdrawn"]
    assert [one.text_key for one in text(f"BS {code} thêm")] == ["st_withdrawn"]


def test_consent_by_sms_is_kept_with_the_notice_it_is_for(db, text):
    receipt = text(IDEA)[0]

    (answer,) = text(f"đồng ý {receipt.blanks['ma']}")

    author = authors.of(db, receipt.proposal_id)
    assert answer.text_key == "opt_in"
    assert (author.consent_store, author.consent_sms) == (True, True)
    assert author.notice == texts.NOTICE_VERSION


@pytest.mark.parametrize("words", ["TUCHOI", "tu choi", "Hủy", "STOP", "huy3"])
def test_opting_out_is_confirmed_once_and_stops_notices(db, text, words):
    assert [one.text_key for one in text(words)] == ["opt_out"]
    assert opt_outs.has(db, MAN)


def test_opting_in_again_undoes_it(db, text):
    code = text(IDEA)[0].blanks["ma"]
    text(f"DY {code}")
    text("TUCHOI")

    (answer,) = text("NHAN")

    assert answer.text_key == "opt_in"
    assert not opt_outs.has(db, MAN)


def test_who_never_agreed_to_notices_is_told_how_to(text):
    assert [one.text_key for one in text("NHAN")] == ["privacy_first"]


def test_a_request_to_be_called_is_kept_where_staff_see_it(db, text):
    (answer,) = text("GOI")

    assert answer.text_key == "missed_call"
    assert threads.between(db, MAN)[0][0].outcome == "call_back"


@pytest.mark.parametrize("words", ["HD", "help", "?", "giúp"])
def test_help_is_given(text, words):
    assert [one.text_key for one in text(words)] == ["help"]


PICTURE = '{"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/picture"}'


def test_a_picture_without_words_is_kept_as_an_idea(db, text):
    keys = [one.text_key for one in text("", raw=PICTURE)]

    assert keys == ["receipt_no_word", "privacy_first"]
    kept = threads.between(db, MAN)[0][0].proposal_id
    assert [one.url for one in media_downloads.open_of(db, kept)] == [
        "https://api.twilio.com/picture"
    ]


def test_a_picture_beside_an_idea_is_fetched_into_it(db, text):
    keys = [one.text_key for one in text(IDEA, raw=PICTURE)]

    assert keys == ["receipt", "privacy_first"]
    kept = threads.between(db, MAN)[0][0].proposal_id
    assert [one.kind for one in media_downloads.open_of(db, kept)] == ["mms"]


def test_a_picture_beside_what_is_no_idea_is_answered_with_where_to_bring_it(text):
    assert [one.text_key for one in text("HD", raw=PICTURE)] == ["help", "media_unsupported"]


@pytest.mark.parametrize("count", ["-1", "x", "99999999999", "²", ""])
def test_any_number_of_pictures_may_be_claimed(text, count):
    raw = json.dumps({"NumMedia": count})

    assert text(IDEA, raw=raw)[0].text_key == "receipt"


@pytest.mark.parametrize(
    "wrong", ["TC Bank: so du TK 123", "TT 4821739506881", "TT 123456789012", "TC 482173950689"]
)
def test_what_is_no_code_of_ours_tells_nothing_of_any_proposal(text, wrong):
    text(IDEA, HOA)

    answers = text(wrong)

    assert [one.text_key for one in answers] == ["code_not_found"]
    assert all(not one.blanks and one.proposal_id is None for one in answers)


@pytest.mark.parametrize(
    "words",
    [
        "[QC] Khuyến mãi 50% giá trị thẻ nạp",
        "(QC) Khuyen mai 50% gia tri the nap hom nay",
        "Ma OTP cua ban la 123456. Khong chia se voi bat ky ai",
        "Mã xác thực của bạn là 4821, có hiệu lực trong 5 phút",
        "Quy khach da nhan 500.000d vao TK 0123",
        "TK 0123 cua Quy khach vua tang 500.000d",
    ],
)
def test_what_a_bank_or_an_operator_sends_from_a_mobile_is_set_aside_unanswered(db, text, words):
    assert not text(words)

    assert db.row("SELECT state, text FROM message_in") == ("quarantined", words)
    assert db.row("SELECT count(*) FROM proposal") == (0,)


@pytest.mark.parametrize(
    "words",
    [
        "Bỏ bước gõ mã OTP khi nộp hồ sơ, người già không làm được",
        "Quảng cáo rao vặt dán đầy cột điện, nên có chỗ dán riêng",
        "Nên gọi người dân là quý khách cho lịch sự ở quầy",
        "Quý khách đến quầy nên có ghế ngồi chờ và nước uống",
    ],
)
def test_what_only_speaks_of_banks_and_advertising_is_an_idea(db, text, words):
    text(words)

    assert db.row("SELECT solution || current_state FROM proposal") == (words,)


@pytest.mark.parametrize(
    "words", ["SK <nội dung>", "Soạn SK <noi dung> gửi 0901234567", "sk noi dung"]
)
def test_a_leaflet_copied_without_an_idea_is_asked_for_one(db, text, words):
    assert [one.text_key for one in text(words)] == ["ask_more_empty"]
    assert db.row("SELECT count(*) FROM proposal") == (0,)


def test_what_was_set_aside_by_mistake_becomes_an_idea_when_staff_say_so(db, desk, text):
    text("Quý khách ngồi chờ ở quầy không có ghế nào cả")
    (kept,) = threads.between(db, MAN)[0]

    with writing(db):
        inbox.release(db, kept.id)
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT count(*) FROM proposal") == (1,)
