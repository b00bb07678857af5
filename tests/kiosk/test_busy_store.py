"""A store that cannot be written now loses nothing: the page comes back with what was typed."""

from shared.store.cases import conversation, pending_acts, proposals


def test_a_form_sent_to_a_busy_store_comes_back_whole_with_503(citizen, locked):
    given = {"key": "k", "participant_type": "citizen", "title": "Hẹn giờ", "solution": "Cho hẹn"}

    with locked():
        answer = citizen.post("/gui", data=given)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert 'value="Hẹn giờ"' in answer.text and "Cho hẹn" in answer.text
    assert 'name="key" value="k"' in answer.text


def test_a_kiosk_step_sent_to_a_busy_store_comes_back_whole_with_503(locked, kiosk):
    kiosk.get("/gui/1")

    with locked():
        answer = kiosk.post("/gui/6", data={"solution": "Cho hẹn giờ"})

    assert answer.status_code == 503
    assert "Cho hẹn giờ" in answer.text
    assert kiosk.post("/gui/6", data={"solution": "Cho hẹn giờ"}).status_code == 303


def test_an_addition_sent_to_a_busy_store_is_not_lost(citizen, db, a_proposal, secret_of, locked):
    proposal = a_proposal()
    address, given = f"/r/{secret_of(proposal)}/them", {"key": "k", "text": "Nên làm cả thứ bảy."}

    with locked():
        answer = citizen.post(address, data=given)

    assert answer.status_code == 503
    assert "Nên làm cả thứ bảy." in answer.text
    assert 'name="key" value="k"' in answer.text
    assert citizen.post(address, data=given).status_code == 303
    assert len(conversation.additions(db, proposal.id)) == 1


def test_reading_goes_on_while_the_store_is_busy(citizen, a_proposal, secret_of, locked):
    proposal = a_proposal()
    paths = ("/", "/gui", f"/t/{proposal.code}", f"/r/{secret_of(proposal)}", "/tro-giup")

    with locked():
        shown = [citizen.get(path).status_code for path in paths]

    assert shown == [200] * len(paths)


def test_taking_back_while_the_store_is_busy_changes_nothing(
    citizen, db, a_proposal, secret_of, locked
):
    proposal = a_proposal()

    with locked():
        answer = citizen.post(f"/r/{secret_of(proposal)}/rut")

    assert answer.status_code == 503
    assert proposals.by_code(db, proposal.code) == proposal
    assert pending_acts.waiting(db, proposal.id) == []
