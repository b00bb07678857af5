"""Files that staff add to a case, from a stick or the tablet."""

import io

import pytest

from kiosk import taking
from shared.db import event_log
from shared.store.files import attachments
from tests.kiosk.test_choosing_files import a_sending
from tests.shared.files.test_media import a_picture


@pytest.mark.parametrize("role", ["receptionist", "officer", "chair"])
def test_a_file_from_a_stick_walks_the_same_road_and_says_who_brought_it(
    logged_in, a_proposal, db, examine, role
):
    member = logged_in("clerk", role)
    case = a_proposal()

    answer = member.post(f"/ho-so/{case.code}/gui-tep", data=a_sending(a_picture()))
    waiting = member.get(f"/ho-so/{case.code}")
    examine()

    assert answer.status_code == 303
    assert "Một tệp đã nhận" in waiting.text
    [file] = attachments.of_proposal(db, case.id)
    assert (file.kind, file.source) == ("image", "staff")
    [event] = [one for one in event_log.of_proposal(db, case.id) if one.kind == "attached"]
    assert event.actor not in (event_log.CITIZEN, event_log.SYSTEM)
    assert f"/tep/{file.id}" in member.get(f"/ho-so/{case.code}").text


def test_a_refused_file_is_said_on_the_case(officer, a_proposal):
    case = a_proposal()
    too_big = {"file": (io.BytesIO(bytes(taking.FORM_BYTES + taking.MIB)), "a.mp4")}

    answer = officer.post(f"/ho-so/{case.code}/gui-tep", data=too_big)

    assert answer.status_code == 413
    assert 'href="#files-new"' in answer.text and "lớn quá 20 MB" in answer.text
