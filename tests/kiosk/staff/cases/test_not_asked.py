"""An idea whose sender nobody was asked about counts as a citizen's, says so wherever it stands,
and is settled by one touch before the council or an award."""

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import NOT_ASKED, Status
from shared.store.cases import authors, proposals, sender_changes
from shared.store.privacy.erasures import Scope
from shared.workflows import verify
from shared.workflows.erase import ErasureRequest, erase

LATER = 1793430000000 + clock.DAY  # 1 November 2026, after the cut-off day
PROVISIONAL = "2026 (tạm tính)"


@pytest.fixture
def unasked(a_proposal):
    """An idea under appraisal that came after the cut-off day; nobody was asked who sent it."""
    return a_proposal(Status.UNDER_APPRAISAL, at=LATER, participant_type=None)


@pytest.fixture
def chair(logged_in):
    return logged_in("chu", role="chair")


def settle(client, case, who, **given):
    data = {"who": who, "evidence": "asked", "seen": ""} | given
    return client.post(f"/ho-so/{case.code}/nguoi-gui/tu-cach", data=data)


def to_council(client, case):
    return client.post(
        f"/ho-so/{case.code}/move",
        data={"to": "at_council", "seen": "under_appraisal", "anyway": "việc gấp"},
    )


def test_what_a_council_would_miss_stops_a_case_until_it_is_mended_or_a_reason_is_kept(
    officer, a_proposal, db
):
    case = a_proposal(status=Status.UNDER_APPRAISAL)
    address = f"/ho-so/{case.code}/move"
    given = {"to": "at_council", "seen": "under_appraisal", "anyway": " ... "}

    page = officer.get(f"/ho-so/{case.code}").text
    stopped = officer.post(address, data=given)
    before = now(db, case).status
    let_on = officer.post(address, data=given | {"anyway": "đọc tại phiên họp"})

    for words in ("chưa chọn lĩnh vực", "chưa chọn nhóm", "chưa có ý kiến thẩm định"):
        assert words in page and words in stopped.text
    assert f'href="/ho-so/{case.code}/tham-dinh"' in stopped.text
    assert (stopped.status_code, before) == (409, Status.UNDER_APPRAISAL)
    assert (let_on.status_code, now(db, case).status) == (303, Status.AT_COUNCIL)
    [kept] = event_log.of_kind(db, "council_anyway")
    assert kept.data["reason"] == "đọc tại phiên họp" and "opinion" in kept.data["missing"]


def now(db, case):
    return proposals.by_code(db, case.code)


def test_the_desk_sees_it_in_the_list_on_the_case_and_beside_the_year(officer, unasked, a_proposal):
    asked = a_proposal(at=LATER)

    listed = officer.get("/?unasked=1").text
    case = officer.get(f"/ho-so/{unasked.code}").text

    assert f"/ho-so/{unasked.code}" in listed and f"/ho-so/{asked.code}" not in listed
    chip = f'<a class="ask" href="/ho-so/{unasked.code}/nguoi-gui">'
    assert chip in listed and "Chưa hỏi" in listed.partition(chip)[2][:80]
    assert PROVISIONAL in case and 'id="unasked"' in case
    assert f'action="/ho-so/{unasked.code}/nguoi-gui/tu-cach"' in case
    other = officer.get(f"/ho-so/{asked.code}").text
    assert "tạm tính" not in other and 'id="unasked"' not in other


def test_it_does_not_go_to_the_council_and_one_touch_settles_it(officer, unasked, db, instance):
    refused = to_council(officer, unasked)

    assert refused.status_code == 409
    assert 'href="#unasked"' in refused.text
    assert f'href="/ho-so/{unasked.code}/nguoi-gui"' in refused.text
    assert now(db, unasked).status is Status.UNDER_APPRAISAL
    panel = officer.get(f"/ho-so/{unasked.code}/nguoi-gui").text
    assert 'name="who" value="citizen"' in panel
    assert settle(officer, unasked, "citizen").status_code == 303
    idea = now(db, unasked)
    assert (idea.participant_type, idea.evaluation_year) == ("citizen", 2026)
    assert "tạm tính" not in officer.get(f"/ho-so/{unasked.code}").text
    assert to_council(officer, unasked).status_code == 303
    assert now(db, unasked).status is Status.AT_COUNCIL
    [change] = sender_changes.of(db, unasked.id)
    assert change.before == {"participant_type": NOT_ASKED} and change.evidence == "asked"
    assert verify.verify(db, instance.media).damage == ()


def test_an_insider_moves_the_year_but_never_the_receipt_and_only_by_the_chair(
    officer, chair, unasked, db
):
    refused = settle(officer, unasked, "official-insider")

    assert refused.status_code == 409 and "2027" in refused.text
    assert now(db, unasked).is_unasked
    assert settle(chair, unasked, "official-insider").status_code == 303
    idea = now(db, unasked)
    assert (idea.participant_type, idea.insider) == ("official", True)
    assert (idea.evaluation_year, idea.received_at) == (2027, unasked.received_at)


@pytest.mark.parametrize("who", ["", "king", "citizen-insider", NOT_ASKED])
def test_only_a_class_settles_it(officer, unasked, db, who):
    assert settle(officer, unasked, who).status_code == 422
    assert now(db, unasked).is_unasked


def test_a_second_touch_does_not_undo_the_first(officer, unasked, db):
    settle(officer, unasked, "worker")

    late = settle(officer, unasked, "citizen")

    assert late.status_code == 409
    assert now(db, unasked).participant_type == "worker"


def test_a_name_may_be_put_right_while_the_class_stays_open(officer, unasked, db):
    given = {
        "participant_type": NOT_ASKED, "hamlet": "Ấp 3", "evidence": "asked", "reason": "gọi điện",
    }  # fmt: skip

    assert officer.post(f"/ho-so/{unasked.code}/nguoi-gui", data=given).status_code == 303

    assert now(db, unasked).hamlet == "Ấp 3" and now(db, unasked).is_unasked
    settle(officer, unasked, "citizen", seen=sender_changes.of(db, unasked.id)[-1].id)
    assert officer.post(f"/ho-so/{unasked.code}/nguoi-gui", data=given).status_code == 422


def test_no_letter_and_no_award_before_it_is_settled(officer, unasked, db):
    data = {"key": event_log.new_id(), "letter": f"{unasked.code}:1"}

    listed = officer.get("/khen-thuong")
    refused = officer.post("/khen-thuong/de-nghi", data=data)

    assert f'href="/ho-so/{unasked.code}/nguoi-gui"' in listed.text
    assert f'value="{unasked.code}:1"' not in listed.text
    assert refused.status_code == 409 and "Chưa hỏi người gửi" in refused.text
    settle(officer, unasked, "citizen")
    assert officer.post("/khen-thuong/de-nghi", data=data).status_code == 303


def test_of_an_erased_sender_nobody_is_asked(officer, unasked, db):
    asked = ErasureRequest(Scope.DETAILS, "asked", "người gửi yêu cầu", "a", clock.now())
    erase(db, unasked.id, asked)

    assert to_council(officer, unasked).status_code == 303

    assert f"/ho-so/{unasked.code}" not in officer.get("/?unasked=1").text
    assert authors.of(db, unasked.id).participant_type == NOT_ASKED


def test_a_year_that_the_chair_set_by_hand_is_no_longer_provisional(chair, unasked, db):
    given = {"year": "2027", "year_reason": "theo biên bản", "key": event_log.new_id()}

    assert chair.post(f"/ho-so/{unasked.code}/nam-xet", data=given).status_code == 303

    assert now(db, unasked).evaluation_year == 2027
    assert "2027 (tạm tính)" not in chair.get(f"/ho-so/{unasked.code}").text


def test_the_figures_count_it_as_a_citizens_and_say_how_many(chair, unasked, a_proposal):
    a_proposal(at=LATER)

    page = chair.get("/tong-quan?nam=2026").text

    assert "Trong số người dân có 1 sáng kiến chưa hỏi người gửi" in page
    assert "Chưa hỏi</" not in page
