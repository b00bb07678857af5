"""What names a sending is a key, and a key may be somebody else's: a code read on a slip, a word
that a script made up, a number that was guessed. None of them opens what another person sent."""

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import authors, conversation, moves, parked_drafts, proposals
from shared.store.cases.authors import AUTHOR
from shared.store.cases.drafts import Draft
from shared.texts import NOTICE_VERSION
from shared.workflows.withdraw import withdraw
from tests.kiosk.conftest import FORM_KEY
from tests.kiosk.test_reserve import IDEA, hand_in, other_kiosk, revoke, top_up

__all__ = ["other_kiosk"]
THEIRS = {"solution": "Lời của người khác.", "name": "Kẻ Gian", "phone": "0987654321",
          "consents": {"store": True, "sms": True, "name_me": True}}  # fmt: skip
IN_THE_FORM = {"participant_type": "citizen", "title": IDEA["title"], "solution": IDEA["solution"]}


@pytest.fixture
def pool(kiosk):
    """What Kiosk 1 holds ahead of time."""
    return top_up(kiosk)


@pytest.fixture
def sent_with_the_line_up(kiosk, db, pool):
    """An idea of which Kiosk 1 does not know that it came; its slip bears the first code."""
    kiosk.get("/gui/1")
    for step, given in ((1, {"participant_type": "citizen"}), (4, {"title": IDEA["title"]}),
                        (6, {"solution": IDEA["solution"]})):  # fmt: skip
        kiosk.post(f"/gui/{step}", data=given)
    code = pool["codes"][0]["code"]
    answer = kiosk.post("/gui/12", data={"code": code})
    assert answer.location.startswith("/r/")
    kiosk.post("/xong")
    return proposals.by_code(db, code)


def additions(db, kept):
    return [one.text for one in conversation.additions(db, kept.id)]


@pytest.mark.parametrize("is_revoked", [False, True])
def test_a_kiosks_pass_opens_no_receipt_of_an_idea_that_came_by_its_form(
    citizen, db, pool, sent_with_the_line_up, is_revoked
):
    if is_revoked:
        revoke(db)

    answer = hand_in(citizen, sent_with_the_line_up.code, pool, **THEIRS)

    assert answer.status_code == 200
    assert answer.json["code"] == sent_with_the_line_up.code
    assert "receipt_url" not in answer.json
    [text] = additions(db, sent_with_the_line_up)
    assert THEIRS["solution"] in text
    marks = [one for one in event_log.of_proposal(db, sent_with_the_line_up.id)
             if one.kind == "waited_at_kiosk"]  # fmt: skip
    assert [one.data["revoked"] for one in marks] == ([True] if is_revoked else [])


def test_the_same_words_again_are_that_very_sending_and_get_its_receipt(
    citizen, db, pool, sent_with_the_line_up, secret_of
):
    seen = {"store": False, "sms": False, "name_me": False, "notice": NOTICE_VERSION}
    answer = hand_in(citizen, sent_with_the_line_up.code, pool, consents=seen)

    assert answer.status_code == 200
    assert answer.json["receipt_url"].endswith(secret_of(sent_with_the_line_up))
    assert additions(db, sent_with_the_line_up) == []


def test_words_from_a_pass_move_no_idea_as_its_sender_s_would(
    citizen, db, pool, sent_with_the_line_up
):
    """Given an idea that was closed: its sender's words would open it again."""
    code, said = sent_with_the_line_up.code, {"reason": "đã làm rồi"}
    moves.move(db, code, Status.CLOSED, actor="test", at=clock.now(), details=said)

    hand_in(citizen, code, pool, **THEIRS)

    assert proposals.by_code(db, code).status is Status.CLOSED
    assert len(additions(db, sent_with_the_line_up)) == 1


def test_other_words_are_added_once_and_a_third_body_is_refused(
    citizen, db, pool, sent_with_the_line_up
):
    code = sent_with_the_line_up.code
    answers = [
        hand_in(citizen, code, pool, solution=words)
        for words in ("Thêm một điều.", "Thêm một điều.", "Thêm điều thứ ba.")
    ]

    assert [one.status_code for one in answers] == [200, 200, 422]
    assert len(additions(db, sent_with_the_line_up)) == 1


@pytest.mark.parametrize(
    ("is_revoked", "has_left_a_name", "phone"),
    [(True, False, None), (False, True, "+84912345678"), (False, False, "+84987654321")],
)
def test_who_sent_an_idea_is_never_changed_by_a_pass(
    citizen, db, pool, sent_with_the_line_up, is_revoked, has_left_a_name, phone
):
    if has_left_a_name:
        details = {"name": "Trần Thị Mận", "phone": "+84912345678"}
        with writing(db):
            db.change(AUTHOR, {"proposal_id": sent_with_the_line_up.id, "place": 1}, details)
    if is_revoked:
        revoke(db)

    hand_in(citizen, sent_with_the_line_up.code, pool, **THEIRS)

    assert authors.of(db, sent_with_the_line_up.id).phone == phone


def test_an_idea_of_another_door_or_another_kiosk_gets_no_word_from_a_pass(
    kiosk, other_kiosk, db, pool, sent_with_the_line_up, a_proposal
):
    others = top_up(other_kiosk)
    answers = [
        hand_in(other_kiosk, sent_with_the_line_up.code, others, **THEIRS),
        hand_in(kiosk, a_proposal().code, pool, **THEIRS),
    ]

    assert [one.status_code for one in answers] == [403, 403]
    assert "receipt_url" not in "".join(one.text for one in answers)
    assert additions(db, sent_with_the_line_up) == []


@pytest.mark.parametrize("faulty", [{"solution": ""}, {"channel": "fax"}, {"phone": "12"}])
def test_a_pass_does_not_tell_for_nothing_which_codes_there_are(
    citizen, db, pool, a_proposal, faulty, how_many
):
    """Given words that nothing is kept of, so that one could ask and ask."""
    there, none = a_proposal().code, codes.new_code()
    revoke(db)

    of_one, of_none = (hand_in(citizen, code, pool, **faulty) for code in (there, none))

    assert (of_one.status_code, of_one.text) == (of_none.status_code, of_none.text)
    assert of_one.status_code == 422
    assert how_many() == 1


def test_after_an_erasure_no_body_whatever_gets_the_receipt(citizen, kiosk, db, pool, a_form):
    code = pool["codes"][0]["code"]
    hand_in(kiosk, code, pool)
    citizen.post("/api/v1/proposals", json=IN_THE_FORM, headers={"Idempotency-Key": "mine"})
    citizen.post("/gui", data=a_form())
    for proposal_id in proposals.ids(db):
        withdraw(db, proposals.by_id(db, proposal_id).code, at=clock.now())

    by_pass = hand_in(citizen, code, pool, **THEIRS)
    by_key = citizen.post(
        "/api/v1/proposals", json={**IN_THE_FORM, "solution": "Khác."},
        headers={"Idempotency-Key": "mine"},
    )  # fmt: skip
    by_form = citizen.post("/gui", data=a_form(solution="Khác."))

    assert [by_pass.status_code, by_key.status_code] == [200, 200]
    assert "receipt_url" not in by_pass.text + by_key.text
    assert by_form.location.startswith("/t/")


def test_who_reads_a_code_on_a_slip_cannot_send_first_in_its_kiosks_place(citizen, kiosk, db, pool):
    code = pool["codes"][0]["code"]
    stranger = citizen.post(
        "/api/v1/proposals", json=IN_THE_FORM, headers={"Idempotency-Key": code}
    )

    answer = hand_in(kiosk, code, pool, title="Ý của người cầm phiếu")

    assert stranger.json["code"] != code
    assert answer.status_code == 201
    assert proposals.by_code(db, code).title == "Ý của người cầm phiếu"


def test_other_words_under_a_key_that_a_script_made_up_are_another_idea(citizen, how_many, a_form):
    first = citizen.post("/gui", data=a_form(key="1"))
    tapped = citizen.post("/gui", data=a_form(key="1"))
    others = [citizen.post("/gui", data=a_form(key="1", solution="Việc khác.")) for _ in range(2)]

    places = [one.location.split("?")[0] for one in (first, tapped, *others)]
    assert places[0] == places[1] != places[2] == places[3]
    assert how_many() == 2


def test_a_slip_that_is_guessed_leads_to_no_receipt_of_what_was_sent_meanwhile(
    citizen, kiosk, db, a_form
):
    citizen.post("/gui", data=a_form())
    half_done = Draft(FORM_KEY, {"title": "Một ý còn dang dở"})
    parked_drafts.park(db, "of another visit", half_done, numbers=["4711"], at=clock.now(),
              until=clock.now() + clock.DAY)  # fmt: skip

    kiosk.get("/lam-tiep")
    opened = kiosk.post("/lam-tiep", data={"so": "4711"})

    assert opened.location.startswith("/gui/")
    assert kiosk.get(opened.location).status_code == 200


def test_a_file_of_one_idea_does_not_exist_at_the_receipt_of_another(
    citizen, db, a_proposal, secret_of
):
    mine, theirs = a_proposal(), a_proposal()
    tus = {"Tus-Resumable": "1.0.0"}
    begun = citizen.post(
        f"/r/{secret_of(theirs)}/tus",
        headers={**tus, "Upload-Length": "4", "Upload-Metadata": "kind aW1hZ2U="},
    ).headers["Location"]

    upload_id = begun.rpartition("/")[2]
    answers = [
        citizen.open(f"/r/{secret_of(mine)}/tus/{upload_id}", method=method, headers=tus)
        for method in ("HEAD", "DELETE")
    ]

    assert [one.status_code for one in answers] == [404, 404]


def test_words_sent_from_one_page_of_a_receipt_twice_are_kept_both(
    citizen, db, a_proposal, secret_of
):
    kept = a_proposal()
    for text in ("Một điều.", "Một điều.", "Điều khác."):
        citizen.post(f"/r/{secret_of(kept)}/them", data={"key": "one", "text": text})

    assert additions(db, kept) == ["Một điều.", "Điều khác."]
