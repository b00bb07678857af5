"""An idea of several: each named by their own consent, counted by who they are, with a share."""

import re

import pytest

from shared.db import event_log
from shared.documents import campaign_papers, export
from shared.documents.write import Desk
from shared.domain import clock
from shared.domain.evaluation_year import Cutoff
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.store.cases import authors, moves, proposals, queue
from shared.store.council import agenda, judging, sessions
from shared.store.messages import threads
from shared.store.office import campaigns
from shared.store.reports import staff_year
from shared.workflows import case_steps, co_authors, notices
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE

LAST_DAY = 1793430000000  # 31 October 2026, 10:00 in Việt Nam
LATER = LAST_DAY + clock.DAY
LAN = {
    "name": "Trần Thị Lan", "unit": "Trạm y tế", "phone": "0912345678",
    "participant_type": "official", "insider": "yes", "consent_store": "yes", "consent_sms": "yes",
    "consent_name": "yes",
}  # fmt: skip
BODY = {"unit": "Hội Nông dân xã", "participant_type": "organization"}


@pytest.fixture
def case(a_proposal):
    """An idea that a citizen sent after the cut-off day."""
    return a_proposal(at=LATER, name="Nguyễn Văn Ba", consents={"store": True, "name_me": True})


@pytest.fixture
def add(officer, case):
    """A builder: what the form answers for these fields of a further author."""
    return lambda **given: officer.post(f"/ho-so/{case.code}/tac-gia", data=given)


def share(officer, case, *shares):
    everybody = authors_of(officer, case)
    data = {f"share-{one}": part for one, part in zip(everybody, shares, strict=True)}
    return officer.post(f"/ho-so/{case.code}/ty-le", data=data)


def authors_of(officer, case):
    """Return the ids of the authors as the page offers their shares."""
    page = officer.get(f"/ho-so/{case.code}/tac-gia").text
    return list(dict.fromkeys(re.findall(r'name="share-([0-9a-f-]{36})"', page)))


def names_of(db, case):
    return [one.name or one.unit for one in authors.of_idea(db, case.id)]


def test_a_co_author_has_an_own_name_unit_consents_class_and_year(officer, add, case, db):
    assert add(**LAN).status_code == 303

    page = officer.get(f"/ho-so/{case.code}/tac-gia").text
    _, lan = authors.of_idea(db, case.id)
    assert (lan.name, lan.unit, lan.phone) == ("Trần Thị Lan", "Trạm y tế", "+84912345678")
    assert (lan.consent_store, lan.consent_sms, lan.consent_name) == (True, True, True)
    assert (lan.participant_type, lan.insider) == ("official", True)
    assert (lan.evaluation_year, lan.evaluation_rule) == (2027, "insider_after_cutoff")
    assert authors.of(db, case.id).evaluation_year == case.evaluation_year == 2026
    assert "Trần Thị Lan" in page and "2027" in page and "Tác giả chính" in page


def test_the_same_tap_twice_is_one_co_author(add, case, db):
    for _ in range(2):
        assert add(**LAN).status_code == 303

    assert names_of(db, case) == ["Nguyễn Văn Ba", "Trần Thị Lan"]


def test_a_body_is_named_by_its_unit_without_consent(add, case, db):
    assert add(**BODY).status_code == 303

    assert names_of(db, case) == ["Nguyễn Văn Ba", "Hội Nông dân xã"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"consent_store": ""}, "consent_store"),
        ({"name": " . ", "unit": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"phone": "0123"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"participant_type": "king"}, "participant_type"),
        ({"under_16": "yes"}, "guardian"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    add, case, db, changed, field
):
    answer = add(**LAN | changed | {"position": "Y sĩ"})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and 'value="Y sĩ"' in answer.text
    assert len(names_of(db, case)) == 1


def test_shares_make_a_hundred_or_are_left_open(officer, add, case, db):
    add(**LAN)

    assert share(officer, case, "60", "30").status_code == 422
    assert "Cộng lại là 90" in share(officer, case, "60", "30").text
    assert share(officer, case, "60", "").status_code == 422
    assert share(officer, case, "60", "²").status_code == 422
    assert not co_authors.are_agreed(authors.of_idea(db, case.id))
    assert share(officer, case, "60", "40%").status_code == 303
    assert [one.share for one in authors.of_idea(db, case.id)] == [60, 40]
    assert share(officer, case, "", "").status_code == 303
    assert [one.share for one in authors.of_idea(db, case.id)] == [None, None]


def test_shares_of_a_list_that_changed_meanwhile_are_not_kept(officer, add, case, db):
    add(**LAN)
    two = authors_of(officer, case)
    add(**BODY)

    data = {f"share-{one}": part for one, part in zip(two, ("60", "40"), strict=True)}
    answer = officer.post(f"/ho-so/{case.code}/ty-le", data=data)

    assert answer.status_code in (409, 422)
    assert [one.share for one in authors.of_idea(db, case.id)] == [None, None, None]


def test_whoever_was_merged_is_an_author_in_the_order_of_arrival_and_undone_no_more(
    officer, case, a_proposal, db
):
    merged = [
        a_proposal(at=LATER + after * clock.HOUR, name=name, consents={"store": True})
        for after, name in ((2, "Lê Thị Tư"), (1, "Phạm Văn Hai"))
    ]
    for one in merged:
        case_steps.move(db, one.code, Status.MERGED, actor="t", at=LATER, zone=ZONE,
                  details={"into": case.code})  # fmt: skip

    assert names_of(db, case) == ["Nguyễn Văn Ba", "Phạm Văn Hai", "Lê Thị Tư"]
    assert share(officer, case, "50", "30", "20").status_code == 303
    assert co_authors.are_agreed(authors.of_idea(db, case.id))

    moves.move(db, merged[0].code, Status.RECEIVED, actor="t", at=LATER)

    assert names_of(db, case) == ["Nguyễn Văn Ba", "Phạm Văn Hai"]
    assert not co_authors.are_agreed(authors.of_idea(db, case.id))


def test_an_erasure_of_one_leaves_the_others_and_no_trace_of_the_one(
    officer, add, case, db, when_due
):
    add(**LAN)
    _, lan = authors.of_idea(db, case.id)
    case_steps.move(db, case.code, Status.UNDER_APPRAISAL, actor="t", at=LATER, zone=ZONE)
    assert [one.phone for one in notices.recipients(db, case.id)] == ["+84912345678"]

    for _ in range(2):
        assert officer.post(f"/ho-so/{case.code}/tac-gia/{lan.id}/xoa").status_code == 303
    assert "Sẽ xóa thông tin lúc" in officer.get(f"/ho-so/{case.code}/tac-gia").text
    assert names_of(db, case) == ["Nguyễn Văn Ba", "Trần Thị Lan"]
    assert (when_due(), when_due()) == (1, 0)

    assert names_of(db, case) == ["Nguyễn Văn Ba", None]
    assert notices.recipients(db, case.id) == []
    [went] = threads.of_proposal(db, case.id)[1]
    assert (went.phone, went.state) == ("", "suppressed")
    assert queue.page(db, queue.QueueFilter("x", words="tran thi lan")).cases == []
    assert queue.page(db, queue.QueueFilter("x", words="nguyen van ba")).cases
    assert "Trần Thị Lan" not in officer.get(f"/ho-so/{case.code}/tac-gia").text


def test_who_was_noted_by_mistake_is_taken_off_and_the_sender_never_is(
    officer, add, case, db, when_due
):
    add(**LAN)
    ba, lan = authors.of_idea(db, case.id)

    asked = officer.post(f"/ho-so/{case.code}/tac-gia/{lan.id}/bo").text
    assert "<h1>Bỏ một tác giả ghi nhầm: <bdi>Trần Thị Lan</bdi></h1>" in asked
    given = {"reason": "ghi nhầm người"}
    for _ in range(2):
        answer = officer.post(f"/ho-so/{case.code}/tac-gia/{lan.id}/bo", data=given)
        assert answer.status_code == 303
    assert (
        len(names_of(db, case)) == 2
        and "Sẽ bỏ một tác giả" in officer.get(f"/ho-so/{case.code}").text
    )
    assert when_due() == 1

    assert names_of(db, case) == ["Nguyễn Văn Ba"]
    for act in ("bo", "xoa"):
        answer = officer.post(f"/ho-so/{case.code}/tac-gia/{ba.id}/{act}", data=given)
        assert answer.status_code == 404


def test_a_co_author_is_found_by_name_and_told_of_steps(add, case, db):
    add(**LAN)

    assert [one.code for one in queue.page(db, queue.QueueFilter("x", words="lan tram")).cases] == [
        case.code
    ]
    case_steps.move(db, case.code, Status.UNDER_APPRAISAL, actor="t", at=LATER, zone=ZONE)
    assert [one.phone for one in threads.of_proposal(db, case.id)[1]] == ["+84912345678"]


def test_each_look_at_the_names_is_noted(officer, case, db):
    officer.get(f"/ho-so/{case.code}/tac-gia")

    assert event_log.has(db, case.id, "viewed_personal_details")


def test_a_new_cut_off_counts_an_undecided_co_author_anew(add, case, db):
    add(**LAN)
    campaign = campaigns.of_year(db, 2026)
    later = Cutoff(12, 31)

    change_campaign(db, replace(campaign, cutoff=later), zone=ZONE, actor="t", at=LATER)

    assert [one.evaluation_year for one in authors.of_idea(db, case.id)] == [2026, 2026]


def test_the_record_of_the_offices_people_holds_a_co_author_by_their_own_class(add, case, db):
    add(**LAN)

    [part] = staff_year.contributions(db, 2027, viewer="")
    assert staff_year.contributions(db, 2026, viewer="") == []

    assert (part.name, part.year) == ("Trần Thị Lan", 2027)


def test_papers_and_the_export_list_all_authors_with_their_shares(officer, add, case, db, instance):
    add(**LAN)
    add(**BODY)
    share(officer, case, "50", "30", "20")
    for step in (Status.UNDER_APPRAISAL, Status.AT_COUNCIL):
        moves.move(db, case.code, step, actor="t", at=LATER)
    here = Desk(db, instance.media, "", "UBND xã Tân An", ZONE, LATER)

    listed = campaign_papers._CampaignIdeas(here, 2026).submitted(
        campaigns.of_year(db, 2026).rubric
    )
    copy = export.Copy(viewer="", personal=True, zone=ZONE)
    [table] = [one for one in export.tables(db, copy) if one.name == "tac-gia"]

    assert listed["ideas"][0]["author"] == (
        "Nguyễn Văn Ba (50%); Trần Thị Lan, Trạm y tế (30%); Hội Nông dân xã (20%)"
    )
    assert [(row[1], row[2], row[-3], row[-1]) for row in table.rows] == [
        (1, "Nguyễn Văn Ba", 2026, 50), (2, "Trần Thị Lan", 2027, 30), (3, "", 2026, 20),
    ]  # fmt: skip


def test_a_member_who_is_a_co_author_does_not_judge_whenever_that_became_known(
    officer, add, case, a_member, a_proposal, db
):
    seats = [
        a_member(login, role="council", name=name).id
        for login, name in (("lan", "Trần Thị Lan"), ("tu", "Lê Thị Tư"), ("nam", "Ông Năm"))
    ]
    for step in (Status.UNDER_APPRAISAL, Status.AT_COUNCIL):
        moves.move(db, case.code, step, actor="t", at=LATER)
    opened = sessions.open_session(
        db, sessions.NewSession(2026, "2026-11-02", "A", seats[2], seats[2], tuple(seats)),
        key="k", actor="t", at=LATER,
    )  # fmt: skip
    agenda.list_ideas(db, opened, (case.code,), actor="t", at=LATER)
    other = a_proposal(at=LATER + 1, name="lê thị  tư", consents={"store": True})

    add(**LAN)
    case_steps.move(db, other.code, Status.MERGED, actor="t", at=LATER, zone=ZONE,
              details={"into": case.code})  # fmt: skip

    [judged] = judging.whole(db, opened).judged
    assert set(judged.recused) == set(seats[:2])


def test_a_merged_confidential_case_names_nobody_to_others(officer, case, a_proposal, a_member, db):
    other = a_proposal(at=LATER + 1, name="Lê Thị Tư", consents={"store": True})
    proposals.flag(db, other.code, spam=False, confidential=True, actor=a_member("binh").id, at=1)
    moves.move(db, other.code, Status.MERGED, actor="t", at=LATER, details={"into": case.code})

    page = officer.get(f"/ho-so/{case.code}/tac-gia").text

    assert "Lê Thị Tư" not in page and other.code not in page


def test_a_receptionist_reads_no_authors(logged_in, case):
    assert (
        logged_in("tiep", role="receptionist").get(f"/ho-so/{case.code}/tac-gia").status_code == 403
    )
