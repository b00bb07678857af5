"""Who sent an idea can be put right: with evidence, sealed, shown, and told to the old number."""

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.documents import export
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, proposals, queue, redactions, sender_changes
from shared.store.cases.authors import AUTHOR
from shared.store.cases.sender_changes import SENDER_CHANGE
from shared.store.messages import threads
from shared.store.people import staff
from shared.store.privacy.erasures import Scope
from shared.workflows import notices, subject_access, verify
from shared.workflows.erase import ErasureRequest, erase
from tests.conftest import ZONE
from tests.sms.conftest import prove

LATER = 1793430000000 + clock.DAY  # 1 November 2026, after the cut-off day
OLD, NEW = "+84912345678", "+84987000111"
GIVEN = {
    "participant_type": "citizen", "name": "Nguyễn Văn Ba", "phone": "0912345678",
    "consent_store": "yes", "consent_sms": "yes", "evidence": "sheet", "reason": "đọc lại tờ giấy",
}  # fmt: skip


@pytest.fixture
def case(a_proposal):
    """An idea that came after the cut-off day, by somebody who agreed to SMS."""
    return a_proposal(
        at=LATER, name="Nguyễn Văn Ba", phone="0912345678", consents={"store": True, "sms": True}
    )


@pytest.fixture
def receptionist(logged_in):
    return logged_in("tiep", role="receptionist")


@pytest.fixture
def chair(logged_in):
    return logged_in("chu", role="chair")


def send(client, case, **given):
    return client.post(f"/ho-so/{case.code}/nguoi-gui", data=GIVEN | given)


def told(db, case):
    """Return the numbers that were told of a corrected sender."""
    sent = threads.of_proposal(db, case.id)[1]
    return [one.phone for one in sent if one.text_key == "notify_sender_changed"]


def events(db, case, kind):
    return [one for one in event_log.of_proposal(db, case.id) if one.kind == kind]


def test_a_receptionist_puts_everything_right_and_the_old_values_stay(
    receptionist, case, db, instance
):
    answer = send(
        receptionist, case, participant_type="worker", unit="Trạm y tế", position="Y sĩ",
        residence="in_commune", hamlet="Ấp 3", name="Nguyễn Văn Bá", phone="0987000111",
        consent_name="yes",
    )  # fmt: skip

    assert answer.status_code == 303
    who, idea = authors.of(db, case.id), proposals.by_code(db, case.code)
    assert (who.name, who.phone, who.unit, who.position) == (
        "Nguyễn Văn Bá", NEW, "Trạm y tế", "Y sĩ",
    )  # fmt: skip
    assert (who.consent_store, who.consent_sms, who.consent_name) == (True, True, True)
    assert (idea.participant_type, idea.residence, idea.hamlet) == ("worker", "in_commune", "Ấp 3")
    assert (idea.received_at, idea.evaluation_year) == (case.received_at, 2026)
    [change] = sender_changes.of(db, case.id)
    assert change.before["name"] == "Nguyễn Văn Ba" and change.before["phone"] == OLD
    assert change.after["name"] == "Nguyễn Văn Bá" and "consent_sms" not in change.after
    [event] = events(db, case, "sender_corrected")
    assert event.data["evidence"] == "sheet" and event.data["consents"] == {"name_me": True}
    page = receptionist.get(f"/ho-so/{case.code}/nguoi-gui").text
    assert "<bdi>Nguyễn Văn Ba</bdi>" in page and "đọc lại tờ giấy" in page
    assert verify.verify(db, instance.media).damage == ()


def test_the_old_values_lie_encrypted_and_a_changed_row_is_damage(officer, case, db, instance):
    send(officer, case, phone="0987000111")

    [row] = db.raw(SENDER_CHANGE, proposal_id=case.id)
    assert "912345678" not in row["before"] and row["before"].startswith("~")
    db.conn.execute("UPDATE sender_change SET evidence = 'counter'")
    assert "sender_change" in " ".join(verify.verify(db, instance.media).damage)


def test_the_old_number_is_told_and_the_message_goes_out(officer, case, db):
    send(officer, case, phone="0987000111")

    assert told(db, case) == [OLD]
    [waits] = [one for one in threads.of_proposal(db, case.id)[1] if one.phone == OLD]
    assert notices.is_still_wanted(db, waits, at=clock.now())
    assert [one.phone for one in notices.recipients(db, case.id)] == [NEW]


@pytest.mark.parametrize(
    ("sms", "given", "numbers"),
    [
        (True, {"name": "Ba"}, [OLD]),
        (True, {"position": "Tổ trưởng"}, []),
        (False, {"name": "Ba", "consent_sms": ""}, []),
    ],
)
def test_only_a_name_or_number_is_told_and_only_to_who_agreed(
    officer, a_proposal, db, sms, given, numbers
):
    case = a_proposal(
        name="Nguyễn Văn Ba", phone="0912345678", consents={"store": True, "sms": sms}
    )

    assert send(officer, case, **given).status_code == 303

    assert told(db, case) == numbers


def test_a_new_number_gets_the_code_and_is_not_confirmed_yet(officer, case, db):
    with writing(db):
        notices.of_receipt(db, case, at=LATER)
    send(officer, case, phone="0987000111")

    sent = threads.of_proposal(db, case.id)[1]
    codes = {one.phone: one for one in sent if one.text_key == "receipt_typed"}
    assert notices.is_still_wanted(db, codes[NEW], at=clock.now())
    assert not notices.is_still_wanted(db, codes[OLD], at=clock.now())
    assert "số chưa xác nhận" in officer.get(f"/ho-so/{case.code}").text
    assert "Số chưa xác nhận" in officer.get(f"/ho-so/{case.code}/nguoi-gui").text


def test_a_number_that_confirmed_is_shown_with_its_day(officer, case, db):
    prove(db, case.id, OLD)

    page = officer.get(f"/ho-so/{case.code}").text
    assert "số đã xác nhận 01/01/1970" in page and "số chưa xác nhận" not in page


def test_the_same_tap_twice_is_one_change(officer, case, db):
    for _ in range(2):
        assert send(officer, case, name="Ba").status_code == 303

    assert len(sender_changes.of(db, case.id)) == 1 and told(db, case) == [OLD]


def test_a_class_that_moves_the_year_needs_the_chair(officer, chair, case, db):
    insider = {"participant_type": "official", "insider": "yes", "unit": "UBND xã"}

    refused = send(officer, case, **insider)

    assert refused.status_code == 409 and "2027" in refused.text
    assert proposals.by_code(db, case.code).participant_type == "citizen"
    assert sender_changes.of(db, case.id) == []
    assert send(chair, case, **insider).status_code == 303
    idea = proposals.by_code(db, case.code)
    assert (idea.evaluation_year, idea.evaluation_rule) == (2027, "insider_after_cutoff")
    assert idea.received_at == case.received_at
    [counted] = events(db, case, "year_recounted")
    assert (counted.data["year"], counted.data["was"]) == (2027, 2026)
    assert "Tính lại năm xét: 2027" in officer.get(f"/ho-so/{case.code}").text


def test_an_insider_before_the_cut_off_keeps_the_year_so_an_officer_may(officer, a_proposal, db):
    case = a_proposal(at=LATER - 9 * clock.DAY)

    answer = send(
        officer, case, participant_type="official", insider="yes", name="", phone="",
        consent_store="", consent_sms="",
    )  # fmt: skip

    assert answer.status_code == 303
    idea = proposals.by_code(db, case.code)
    assert (idea.evaluation_year, idea.evaluation_rule) == (2026, "insider_before_cutoff")
    assert idea.insider


@pytest.mark.parametrize("status", [Status.RECOGNISED, Status.NOT_RECOGNISED])
def test_after_a_decision_only_the_chair_changes_anything(officer, chair, a_proposal, db, status):
    case = a_proposal(status=status, name="Ba", consents={"store": True})

    assert send(officer, case, position="Tổ trưởng").status_code == 409
    assert authors.of(db, case.id).position is None
    assert 'name="position"' not in officer.get(f"/ho-so/{case.code}/nguoi-gui").text
    assert send(chair, case, position="Tổ trưởng").status_code == 303
    assert authors.of(db, case.id).position == "Tổ trưởng"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"evidence": ""}, "evidence"),
        ({"reason": " . "}, "reason"),
        ({"consent_store": "", "name": "Bá"}, "consent_store"),
        ({"consent_store": ""}, "consent_store"),
        ({"phone": "0123"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"participant_type": "king"}, "participant_type"),
        ({"under_16": "yes"}, "guardian"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(officer, case, db, given, field):
    answer = send(officer, case, position="Y sĩ", **given)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and 'value="Y sĩ"' in answer.text
    assert sender_changes.of(db, case.id) == []


def test_a_sender_by_sms_who_has_not_agreed_can_get_a_class(officer, a_proposal, db):
    """Their number came with the message; nobody must agree for them to be counted right."""
    case = a_proposal(channel="sms", phone="0912345678", consents={"store": True})
    with writing(db):
        db.change(AUTHOR, {"proposal_id": case.id}, {"consent_store": False})

    answer = send(
        officer, case, name="", participant_type="worker", consent_store="", consent_sms=""
    )

    assert answer.status_code == 303
    assert proposals.by_code(db, case.code).participant_type == "worker"
    assert authors.of(db, case.id).phone == OLD


def test_who_saves_a_form_that_a_colleague_overtook_is_told(officer, receptionist, case, db):
    send(officer, case, hamlet="Ấp 3")

    answer = send(receptionist, case, position="Y sĩ")

    assert answer.status_code == 409 and "Ấp 3" in answer.text
    assert authors.of(db, case.id).position is None


def test_every_look_is_recorded_and_others_do_not_look(officer, logged_in, case, db):
    officer.get(f"/ho-so/{case.code}/nguoi-gui")

    assert len(events(db, case, "viewed_personal_details")) == 1
    for role in ("council", "culture", "admin"):
        client = logged_in(role, role=role)
        assert client.get(f"/ho-so/{case.code}/nguoi-gui").status_code == 403


def test_a_redacted_case_shows_a_receptionist_no_sender(receptionist, officer, case, db):
    me = staff.by_login(db, "an")
    proposals.assign(db, case.code, me.id, actor="t", at=clock.now())
    redactions.keep(db, case.code, dict.fromkeys(redactions.TEXTS, "x"), actor=me.id, at=LATER)

    assert receptionist.get(f"/ho-so/{case.code}/nguoi-gui").status_code == 403
    assert "/nguoi-gui" not in receptionist.get(f"/ho-so/{case.code}").text
    assert officer.get(f"/ho-so/{case.code}/nguoi-gui").status_code == 200


def test_the_new_name_is_found_and_their_copy_says_what_they_agreed_to(officer, case, db):
    send(officer, case, name="Trần Thị Mận", consent_name="yes")

    assert [one.code for one in queue.page(db, queue.QueueFilter("", words="tran thi man")).cases]
    last = subject_access.agreed(db, case)[-1]
    assert (last.way, last.name_me, last.sms) == ("sender_corrected", True, None)


@pytest.fixture
def further(officer, case, db):
    """A further author of the case, as an officer noted them from paper."""
    officer.post(
        f"/ho-so/{case.code}/tac-gia",
        data={
            "name": "Lê Thị Hai", "phone": "0987000222", "participant_type": "citizen",
            "consent_store": "yes", "consent_sms": "yes",
        },
    )  # fmt: skip
    return authors.at_place(db, case.id, 2)


def of_further(client, case, author, **given):
    data = {
        "participant_type": "citizen", "name": "Lê Thị Hai", "phone": "0987000222",
        "consent_store": "yes", "consent_sms": "yes", "evidence": "sheet", "reason": "đọc nhầm tên",
    }  # fmt: skip
    return client.post(f"/ho-so/{case.code}/tac-gia/{author.id}/sua", data=data | given)


def test_a_further_author_is_put_right_by_the_same_rules(officer, case, further, db, instance):
    page = officer.get(f"/ho-so/{case.code}/tac-gia").text
    assert f"/ho-so/{case.code}/tac-gia/{further.id}/sua" in page

    assert of_further(officer, case, further, name="Lê Thị Hải").status_code == 303

    assert authors.at_place(db, case.id, 2).name == "Lê Thị Hải"
    assert authors.of(db, case.id).name == "Nguyễn Văn Ba"
    [change] = sender_changes.of_author(db, further.id)
    assert change.before == {"name": "Lê Thị Hai"} and change.evidence == "sheet"
    [event] = events(db, case, "co_author_corrected")
    assert event.data["author"] == further.id and events(db, case, "sender_corrected") == []
    assert told(db, case) == ["+84987000222"]
    panel = officer.get(f"/ho-so/{case.code}/tac-gia/{further.id}/sua").text
    assert "<bdi>Lê Thị Hai</bdi>" in panel and 'name="hamlet"' not in panel
    assert "<bdi>Lê Thị Hai</bdi>" not in officer.get(f"/ho-so/{case.code}/nguoi-gui").text
    assert verify.verify(db, instance.media).damage == ()


def test_a_further_author_moves_their_own_year_only_and_by_the_chair(
    officer, chair, case, further, db
):
    insider = {"participant_type": "official", "insider": "yes"}

    assert of_further(officer, case, further, **insider).status_code == 409
    assert of_further(chair, case, further, **insider).status_code == 303

    assert authors.at_place(db, case.id, 2).evaluation_year == 2027
    assert proposals.by_code(db, case.code).evaluation_year == 2026


def test_another_cases_author_and_a_stranger_are_not_found(officer, case, further, a_proposal):
    other = a_proposal()

    assert of_further(officer, other, further).status_code == 404
    assert officer.get(f"/ho-so/{case.code}/tac-gia/khong-co/sua").status_code == 404


def test_an_erased_further_author_takes_the_old_values_along(officer, case, further, db, when_due):
    of_further(officer, case, further, name="Lê Thị Hải")
    send(officer, case, name="Nguyễn Văn Bá")

    officer.post(f"/ho-so/{case.code}/tac-gia/{further.id}/xoa")
    when_due()

    [gone] = sender_changes.of_author(db, further.id)
    [kept] = sender_changes.of_author(db, authors.of(db, case.id).id)
    assert gone.before is None and kept.before == {"name": "Nguyễn Văn Ba"}
    assert of_further(officer, case, further, name="Hai").status_code == 409


def exported(db, case, viewer, *, personal):
    """Return the cells of the changes in an export, by heading."""
    copy = export.Copy(viewer, personal, ZONE)
    for table in export.tables(db, copy):  # rows are read while the table is at hand
        if table.name == "sua-nguoi-gui":
            return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    raise AssertionError("no such table")


@pytest.mark.parametrize("personal", [True, False])
def test_an_export_tells_what_was_put_right_as_far_as_it_may(officer, case, db, personal):
    send(officer, case, name="Nguyễn Văn Bá", phone="0987000111", hamlet="Ấp 3")

    [row] = exported(db, case, "", personal=personal)

    was, now = row["Trước khi sửa"], row["Sau khi sửa"]
    assert ("họ tên: Nguyễn Văn Ba" in was, "họ tên: Nguyễn Văn Bá" in now) == (personal, personal)
    assert ("0912 345 678" in was, "0987 000 111" in now) == (personal, personal)
    assert "ấp: (trống)" in was and row["Lý do"] == "đọc lại tờ giấy"


def test_an_export_holds_nothing_of_a_redacted_or_erased_sender(officer, case, db):
    send(officer, case, name="Nguyễn Văn Bá")
    me = next(one for one in staff.everyone(db) if one.role == "officer")
    redactions.keep(db, case.code, dict.fromkeys(redactions.TEXTS, "x"), actor=me.id, at=LATER)

    [row] = exported(db, case, "", personal=True)
    assert "Nguyễn" not in str(row)
    subject = ErasureRequest(Scope.DETAILS, "asked", "yêu cầu", "a", clock.now())
    erase(db, case.id, subject)
    [row] = exported(db, case, "", personal=True)
    assert row["Trước khi sửa"] is None
