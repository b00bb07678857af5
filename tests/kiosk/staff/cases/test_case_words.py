"""What others read of a case is redacted; notes stay among staff; the chair alone sets the year."""

import pytest

from shared.domain import clock
from shared.domain.evaluation_year import Cutoff
from shared.domain.redaction import strike
from shared.store.cases import conversation, notes, paper_titles, proposals, redactions
from shared.store.office import campaigns
from shared.store.people import staff
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE

SENT = {
    "title": "Bà Mận xin hẹn giờ",
    "solution": "Gọi tôi, tran thi man, số 0912.345.678 hoặc căn cước 079 185 001 234.",
    "name": "Trần Thị Mận",
    "consents": {"store": True},
}
REDACTED = {
    "title": "Xin hẹn giờ", "current_state": "", "solution": "Gọi […].", "expected_effect": "",
}  # fmt: skip


def test_names_and_long_numbers_are_struck_out_and_the_rest_stays():
    assert strike(SENT["solution"], [SENT["name"]]) == "Gọi tôi, […], số […] hoặc căn cước […]."
    assert strike("Số \u202a0912\u202c‑345 678", []) == "Số \u202a[…]"
    assert strike("Bà Mậ\u00adn Trần", ["Mận Trần"]) == "Bà […]"
    assert strike("30 phút, 8 giờ 15, 50.000 đồng", ["Mận"]) == "30 phút, 8 giờ 15, 50.000 đồng"


def test_once_redacted_the_originals_are_the_assigned_officers_alone(
    officer, logged_in, db, a_proposal
):
    case = a_proposal(**SENT)
    conversation.add_more(db, case.code, "Nhà tôi số 5", channel="web", key="m", at=clock.now())
    draft = officer.get(f"/ho-so/{case.code}").text
    assert "số […] hoặc căn cước […]" in draft

    answer = officer.post(f"/ho-so/{case.code}/che", data=REDACTED)

    assert answer.status_code == 303
    assert SENT["title"] in officer.get(f"/ho-so/{case.code}").text
    binh = logged_in("binh")
    for page in (binh.get(f"/ho-so/{case.code}").text, binh.get("/").text):
        assert "Xin hẹn giờ" in page
        for words in ("Mận xin", "0912.345", "079 185", "Nhà tôi"):
            assert words not in page
    assert proposals.by_code(db, case.code).solution == SENT["solution"]
    assert binh.post(f"/ho-so/{case.code}/che", data=REDACTED).status_code == 409


def test_a_redacted_case_is_found_by_what_was_left_of_it_alone(officer, logged_in, a_proposal):
    """Given words that were struck out: who searches for them learns not whose case it is."""
    case = a_proposal(title="Bà Mận xin hẹn giờ", name="Trần Thị Mận", consents={"store": True})
    officer.post(f"/ho-so/{case.code}/che", data=REDACTED)
    binh, found = logged_in("binh"), f'href="/ho-so/{case.code}?'

    searched = {
        words: (found in binh.get("/", query_string={"q": words}).text,
                found in officer.get("/", query_string={"q": words}).text)
        for words in ("mận", "Trần Thị Mận", "xin hẹn", "hen gio")
    }  # fmt: skip

    assert searched == {
        "mận": (False, True), "Trần Thị Mận": (False, True),
        "xin hẹn": (True, True), "hen gio": (True, True),
    }  # fmt: skip


def test_papers_have_a_title_of_their_own_and_the_sender_keeps_theirs(
    officer, citizen, secret_of, db, a_proposal
):
    case = a_proposal(title="hen gio chung thuc qua zalo")
    assert paper_titles.of(db, case) == "hen gio chung thuc qua zalo"

    answer = officer.post(
        f"/ho-so/{case.code}/ten-van-ban", data={"paper_title": " Hẹn giờ  chứng thực "}
    )

    assert answer.status_code == 303
    page = officer.get(f"/ho-so/{case.code}").text
    assert "Hẹn giờ chứng thực" in page and "Đặt tên trong văn bản" in page and "Bà an" in page
    assert paper_titles.of(db, case) == "Hẹn giờ chứng thực"
    assert proposals.by_code(db, case.code).title == "hen gio chung thuc qua zalo"
    theirs = citizen.get(f"/r/{secret_of(case)}").text
    assert "hen gio chung thuc" in theirs and "Hẹn giờ chứng thực" not in theirs
    officer.post(f"/ho-so/{case.code}/ten-van-ban", data={"paper_title": ""})
    assert paper_titles.of(db, case) == case.title


def test_a_redaction_that_is_too_long_comes_back(officer, db, a_proposal):
    case = a_proposal()

    answer = officer.post(f"/ho-so/{case.code}/che", data={**REDACTED, "solution": "x" * 2001})

    assert answer.status_code == 422 and 'href="#redaction-solution"' in answer.text
    assert redactions.of(db, case.id) is None


def test_a_note_is_kept_once_and_no_citizen_reads_it(officer, citizen, secret_of, db, a_proposal):
    case = a_proposal()

    for _ in range(2):
        officer.post(f"/ho-so/{case.code}/ghi-chu", data={"note": "Hỏi ấp 3", "key": "k"})

    assert [one.text for one in notes.of(db, case.id)] == ["Hỏi ấp 3"]
    assert "Hỏi ấp 3" in officer.get(f"/ho-so/{case.code}").text
    assert "Hỏi ấp 3" not in citizen.get(f"/r/{secret_of(case)}").text
    empty = officer.post(f"/ho-so/{case.code}/ghi-chu", data={"note": " . ", "key": "l"})
    assert empty.status_code == 422


def test_the_chair_sets_the_year_with_a_reason_and_no_new_cutoff_changes_it(
    logged_in, db, a_proposal
):
    case = a_proposal(participant_type="official", insider=True)
    chair = logged_in("chu", role="chair")
    given = {"year": "2031", "year_reason": "Kết luận số 5", "key": "k"}

    answer = chair.post(f"/ho-so/{case.code}/nam-xet", data=given)

    assert answer.status_code == 303
    page = chair.get(answer.location).text
    assert "Chủ tịch sửa năm xét bằng tay" in page and "Kết luận số 5" in page
    campaign = campaigns.campaigns(db)[0]
    by = staff.everyone(db)[0].id
    changed = campaigns.Campaign(
        campaign.year, campaign.legal_basis, campaign.council_name, Cutoff(1, 1), 15
    )
    change_campaign(db, changed, zone=ZONE, actor=by, at=clock.now())
    assert proposals.by_code(db, case.code).evaluation_year == 2031


@pytest.mark.parametrize(
    ("given", "field"),
    [({"year": "x"}, "year"), ({"year": "1999"}, "year"), ({"year_reason": ""}, "year_reason")],
)
def test_a_year_without_sense_or_reason_is_not_set(logged_in, db, a_proposal, given, field):
    case = a_proposal()
    form = {"year": "2031", "year_reason": "vì", "key": "k", **given}

    answer = logged_in("chu", role="chair").post(f"/ho-so/{case.code}/nam-xet", data=form)

    assert answer.status_code == 422 and f'href="#{field}"' in answer.text
    assert proposals.by_code(db, case.code) == case


def test_nobody_but_the_chair_sets_the_year(officer, a_proposal):
    given = {"year": "2031", "year_reason": "vì", "key": "k"}

    assert officer.post(f"/ho-so/{a_proposal().code}/nam-xet", data=given).status_code == 403
