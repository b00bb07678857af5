"""The receipt behind the QR: one's own words, adding, taking back, asking again, printing."""

import html
import re

import pytest

from shared.domain import clock, codes
from shared.domain.proposal import NEXT, Status
from shared.store.cases import authors, conversation, moves, pending_acts, proposals
from shared.store.people import staff
from tests.conftest import ROAD, ZONE


@pytest.fixture
def address_of(secret_of):
    """Where a proposal's receipt is."""
    return lambda proposal: f"/r/{secret_of(proposal)}"


def test_the_receipt_shows_ones_own_words(citizen, a_proposal, address_of):
    proposal = a_proposal(current_state="Phải đi ba lần", expected_effect="Đỡ một buổi")

    page = citizen.get(address_of(proposal)).text

    for words in (proposal.title, proposal.solution, "Phải đi ba lần", "Đỡ một buổi"):
        assert words in page
    assert codes.grouped(proposal.code) in page
    assert "<svg" in page


def test_the_receipt_opens_in_any_letter_case(citizen, a_proposal, secret_of):
    secret = secret_of(a_proposal())

    for path in (f"/R/{secret}", f"/r/{secret.lower()}", f"/R/{secret.lower()}/phieu"):
        assert citizen.get(path).status_code == 200


def test_a_merged_idea_shows_where_the_one_considered_in_its_place_stands(
    citizen, db, a_proposal, address_of
):
    merged, kept = a_proposal(), a_proposal(status=Status.RECOGNISED)
    at = clock.now()
    moves.move(db, merged.code, Status.MERGED, actor="t", at=at, details={"into": kept.code})

    for path in (address_of(merged), f"/t/{merged.code}"):
        page = html.unescape(citizen.get(path).text)
        assert "Ý được xét chung: Được công nhận." in page
        assert kept.code not in page.replace(" ", "")


def test_the_receipt_never_shows_a_name_or_a_number(citizen, a_proposal, address_of):
    proposal = a_proposal(name="Tên Riêng Tư", phone="0987654321", consents={"store": True})

    for path in ("", "/phieu", "/rut"):
        page = html.unescape(citizen.get(address_of(proposal) + path).text)
        assert "Riêng Tư" not in page
        assert "654321" not in page.replace(" ", "")


def test_the_slip_carries_what_a_receipt_needs_and_not_the_text(citizen, a_proposal, address_of):
    proposal = a_proposal(current_state="Phải đi ba lần")

    page = citizen.get(f"{address_of(proposal)}/phieu").text

    for words in (
        "PHIẾU TIẾP NHẬN SÁNG KIẾN", codes.grouped(proposal.code), proposal.title,
        str(proposal.evaluation_year), "không phải Giấy tiếp nhận hồ sơ thủ tục hành chính",
        "Trang mạng", f"TT {proposal.code}",
    ):  # fmt: skip
        assert words in page, words
    assert proposal.solution not in page
    assert "Phải đi ba lần" not in page


def test_a_code_whose_proposal_is_another_opens_nothing(citizen, a_proposal, db):
    a_proposal()
    other_key = codes.secret_of(codes.new_code(), key=b"x" * 32, commune_id=db.commune_id)

    assert citizen.get(f"/r/{other_key}").status_code == 404


def test_on_a_pc_that_phones_cannot_reach_the_receipt_says_so(citizen, a_proposal, address_of):
    assert "chỉ mở được ở máy của xã" in citizen.get(address_of(a_proposal())).text


# --- add more


def test_what_is_added_is_kept_once_and_shown(citizen, db, a_proposal, address_of):
    proposal = a_proposal()
    form = {"key": "one", "text": "Nên thêm cả ngày thứ bảy.\r\nVà ở ấp nữa."}

    for _ in range(2):
        answer = citizen.post(f"{address_of(proposal)}/them", data=form)

    assert answer.status_code == 303
    [added] = conversation.additions(db, proposal.id)
    assert added.text == "Nên thêm cả ngày thứ bảy.\nVà ở ấp nữa."
    assert "Nên thêm cả ngày thứ bảy." in citizen.get(answer.location).text


@pytest.mark.parametrize("text", ["", "  ", "\x00", "ơ" * 2001])
def test_an_addition_that_cannot_be_kept_is_asked_for_again(
    citizen, db, a_proposal, address_of, text
):
    proposal = a_proposal()

    page = citizen.post(f"{address_of(proposal)}/them", data={"key": "one", "text": text})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert text.strip(" \x00") in page.text
    assert conversation.additions(db, proposal.id) == []


@pytest.mark.parametrize("text", ["🌾", "e\u0302\u0301", "\u202eabc", "<script>alert(1)</script>",
                                  "'); DROP TABLE addition;--", "a\x00\x1bb"])  # fmt: skip
def test_strange_additions_are_kept_and_shown_harmless(citizen, a_proposal, address_of, text):
    proposal = a_proposal()

    page = citizen.post(f"{address_of(proposal)}/them", data={"text": text}, follow_redirects=True)

    assert page.status_code == 200
    assert "<script>" not in page.text


def test_the_language_can_be_changed_where_an_addition_went_wrong(citizen, a_proposal, address_of):
    page = citizen.post(f"{address_of(a_proposal())}/them", data={"text": ""})
    back = re.search(r'name="back" value="([^"]+)"', page.text)[1]

    assert citizen.get(back).status_code == 200


def test_a_megabyte_of_addition_is_refused_with_a_page(citizen, db, a_proposal, address_of):
    proposal = a_proposal()

    page = citizen.post(f"{address_of(proposal)}/them", data={"text": "a" * 2**20})

    assert page.status_code == 413
    assert conversation.additions(db, proposal.id) == []


@pytest.mark.parametrize("status", [Status.NEEDS_INFO, Status.CLOSED])
def test_what_waited_for_an_addition_goes_on(citizen, db, a_proposal, address_of, status):
    proposal = a_proposal(status=status)

    citizen.post(f"{address_of(proposal)}/them", data={"text": "Làm ở Một cửa."})

    assert proposals.by_code(db, proposal.code).status is Status.RECEIVED


def test_nothing_more_is_kept_of_what_was_taken_back(citizen, db, a_proposal, address_of):
    proposal = a_proposal(status=Status.WITHDRAWN)

    page = citizen.post(f"{address_of(proposal)}/them", data={"text": "Thôi gửi tiếp."})

    assert page.status_code == 409
    assert "mời Ông/Bà gửi bài mới" in page.text
    assert "Thôi gửi tiếp." in page.text
    assert conversation.additions(db, proposal.id) == []


# --- withdraw and ask again


@pytest.mark.parametrize("status", [one for one in ROAD if Status.WITHDRAWN in NEXT[one]])
def test_what_may_be_taken_back_is_when_it_is_due_and_the_person_is_forgotten(
    citizen, db, a_proposal, address_of, status, when_due
):
    proposal = a_proposal(
        status=status, name="Mận", phone="0912345678", consents={"store": True, "sms": True}
    )

    page = citizen.post(f"{address_of(proposal)}/rut", follow_redirects=True)

    assert "Đang chờ rút" in page.text and "Trước lúc đó chưa xóa gì" in page.text
    assert proposals.by_code(db, proposal.code).status is status
    when_due()
    assert proposals.by_code(db, proposal.code).status is Status.WITHDRAWN
    author = authors.of(db, proposal.id)
    assert (author.name, author.phone, author.consent_sms) == (None, None, False)


@pytest.mark.parametrize("status", [Status.RECOGNISED, Status.REPLICATED])
def test_what_is_recognised_is_not_taken_back_by_a_button(
    citizen, db, a_proposal, address_of, status
):
    proposal = a_proposal(status=status)

    page = citizen.post(f"{address_of(proposal)}/rut", follow_redirects=True)

    assert "không tự rút được" in page.text
    assert proposals.by_code(db, proposal.code).status is status


def test_what_was_redirected_is_not_moved_and_the_person_is_forgotten(
    citizen, db, a_proposal, address_of, when_due
):
    proposal = a_proposal(status=Status.REDIRECTED, name="Mận", consents={"store": True})

    citizen.post(f"{address_of(proposal)}/rut")
    when_due()

    assert proposals.by_code(db, proposal.code).status is Status.REDIRECTED
    assert authors.of(db, proposal.id).name is None


def test_one_is_asked_before_it_is_taken_back(citizen, db, a_proposal, address_of):
    proposal = a_proposal()

    page = citizen.get(f"{address_of(proposal)}/rut")

    assert "Ông/Bà muốn rút lại sáng kiến này?" in page.text
    assert proposals.by_code(db, proposal.code).status is Status.RECEIVED


def test_taking_back_twice_changes_nothing_more(citizen, db, a_proposal, address_of, when_due):
    proposal = a_proposal()

    for _ in range(2):
        citizen.post(f"{address_of(proposal)}/rut")
    when_due()
    page = citizen.post(f"{address_of(proposal)}/rut", follow_redirects=True)

    assert "Xã đã nhận yêu cầu rút." in page.text
    assert len(moves.of_proposal(db, proposal.id)) == 1


def test_one_tap_keeps_what_waits_to_be_taken_back(citizen, db, a_proposal, address_of, when_due):
    proposal = a_proposal(name="Mận", consents={"store": True})
    address = address_of(proposal)
    waits = citizen.post(f"{address}/rut", follow_redirects=True).text
    assert f'action="{address}/lay-lai"' in waits and f"{address}/rut" not in waits

    page = citizen.post(f"{address}/lay-lai", follow_redirects=True)
    again = citizen.post(f"{address}/lay-lai", follow_redirects=True)

    assert "Sáng kiến được giữ lại" in page.text and "Đang chờ rút" not in page.text
    assert again.status_code == 200 and "Sáng kiến được giữ lại" not in again.text
    assert when_due() == 0
    assert proposals.by_code(db, proposal.code) == proposal
    assert authors.of(db, proposal.id).name == "Mận"


def test_whoever_knows_the_code_sees_that_it_waits_to_be_taken_back(
    citizen, db, a_proposal, address_of
):
    proposal = a_proposal()
    citizen.post(f"{address_of(proposal)}/rut")
    [act] = pending_acts.waiting(db, proposal.id)

    page = html.unescape(citizen.get(f"/t/{proposal.code}").text)

    assert "Đang chờ rút" in page and clock.hour_words(act.due_at, ZONE) in page
    assert "Đã tiếp nhận" in page and "lay-lai" not in page


def test_a_receipt_that_was_taken_back_offers_nothing_more(citizen, a_proposal, address_of):
    page = citizen.get(address_of(a_proposal(status=Status.WITHDRAWN))).text

    assert "Đã rút lại" in page
    assert "/them" not in page and "/rut" not in page


def test_asking_again_brings_it_back_once(citizen, db, a_proposal, address_of):
    proposal = a_proposal(status=Status.NOT_RECOGNISED)

    first = citizen.post(f"{address_of(proposal)}/xet-lai", follow_redirects=True)
    second = citizen.post(f"{address_of(proposal)}/xet-lai", follow_redirects=True)

    assert "Xã đã nhận đề nghị xét lại." in first.text
    assert second.status_code == 200
    assert proposals.by_code(db, proposal.code).status is Status.UNDER_APPRAISAL


@pytest.mark.parametrize("status", [one for one in ROAD if one is not Status.NOT_RECOGNISED])
def test_asking_again_elsewhere_does_nothing(citizen, db, a_proposal, address_of, status):
    proposal = a_proposal(status=status)

    answer = citizen.post(f"{address_of(proposal)}/xet-lai")

    assert answer.status_code == 303
    assert proposals.by_code(db, proposal.code).status is status


@pytest.mark.parametrize("path", ["/them", "/rut", "/lay-lai", "/xet-lai"])
def test_a_foreign_page_cannot_act_on_a_receipt(citizen, db, a_proposal, address_of, path):
    proposal = a_proposal(status=Status.NOT_RECOGNISED)

    answer = citizen.post(
        address_of(proposal) + path,
        data={"text": "Lời lạ"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert proposals.by_code(db, proposal.code).status is Status.NOT_RECOGNISED
    assert conversation.additions(db, proposal.id) == []


@pytest.mark.parametrize("path", ["", "/phieu", "/rut"])
@pytest.mark.parametrize("secret", ["0" * 16, "0" * 15, "U" * 16, "x", "0" * 500, "..", "%2e%2e"])
def test_an_unknown_secret_is_404(citizen, secret, path):
    assert citizen.get(f"/r/{secret}{path}").status_code in (404, 308)


@pytest.mark.parametrize("path", ["/them", "/rut", "/xet-lai"])
def test_nothing_can_be_done_behind_an_unknown_secret(citizen, path):
    assert citizen.post(f"/r/{'0' * 16}{path}", data={"text": "Lời"}).status_code == 404


def test_the_answers_of_the_office_are_on_the_receipt(citizen, db, a_proposal, address_of):
    proposal = a_proposal()
    officer = staff.add(
        db, "lan", name="Lan", role="officer", password_hash="", must_change=False,
        actor="test", at=clock.now(),
    )  # fmt: skip
    conversation.answer(
        db, proposal.code, "Xã sẽ <b>làm thử</b>\ntừ tháng tư.",
        staff_id=officer.id, key="one", at=clock.now(),
    )  # fmt: skip

    page = citizen.get(address_of(proposal)).text

    assert "Xã sẽ &lt;b&gt;làm thử&lt;/b&gt;\ntừ tháng tư." in page
    assert re.search(r"Xã trả lời", page)


def test_at_a_kiosk_staying_keeps_what_is_being_added(kiosk, a_proposal, secret_of, db):
    proposal = a_proposal()
    kiosk.get(f"/tra-cuu?ma={secret_of(proposal)}")

    page = kiosk.post(f"/r/{secret_of(proposal)}/them", data={"text": "Thêm một ý", "stay": "1"})

    assert page.status_code == 200
    assert "Thêm một ý</textarea>" in page.text
    assert conversation.additions(db, proposal.id) == []


def test_what_a_kiosk_gets_with_its_receipt_is_not_in_the_answer_to_the_next(
    citizen, kiosk, a_form
):
    led = [
        browser.post("/gui", data=a_form(key=f"{browser is kiosk} {turn}"))
        for turn in range(2)
        for browser in (kiosk, citizen)
    ]

    given = [len(one.headers.getlist("Set-Cookie")) for one in led]
    assert given == [1, 0, 1, 0]
    assert all(len(one.headers.getlist("Location")) == 1 for one in led)
    assert all(one.content_length == len(one.data) for one in led)
