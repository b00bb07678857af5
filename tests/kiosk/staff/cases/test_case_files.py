"""The files of a case: heard by whom the case is for, written out, never what they pretend."""

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.files import media
from shared.store.cases import case_words, conversation, proposals, queue, receiving
from shared.store.cases.case_words import WordsAreTheirs
from shared.store.files import attachments
from shared.store.messages import media_downloads
from shared.store.people import staff
from shared.workflows.verify import verify
from tests.conftest import ZONE
from tests.shared.files.test_media import a_picture, a_recording

WORDS = {
    "transcript": "Tôi đi chứng thực ba lần. Nên cho hẹn giờ.",
    "title": "Cho hẹn giờ chứng thực",
    "current_state": "Đi ba lần mới xong.",
    "solution": "Cho hẹn giờ.",
}


@pytest.fixture
def a_call(db, instance):
    """A builder: a proposal that came by telephone, without a word of text."""

    def build(key="call|1"):
        from shared.domain.proposal import NewProposal

        return receiving.add(
            db, NewProposal("voice", "citizen", title="", solution="", phone="+84912345678"),
            receiving.Arrival(clock.now(), clock.now()), key=key, fingerprint="",
            receipt_key=instance.secrets().receipt_key, zone=ZONE,
        ).proposal  # fmt: skip

    return build


@pytest.fixture
def attach(db, instance):
    """A builder: `attach(proposal, bytes)` keeps a file as the fetching worker does."""

    def build(proposal, content=None, key="RE1"):
        original = media.keep(instance.media, [content or a_recording()])
        try:
            kept = media.examine(instance.media, original)
        except media.MediaRefused:
            kept = original
        return attachments.add(
            db, proposal.id, kept, source="recording", key=key, actor="t", at=clock.now()
        )

    return build


def address(proposal, file, tail=""):
    return f"/ho-so/{proposal.code}/tep/{file.id}{tail}"


def kinds(db, proposal):
    return [event.kind for event in event_log.of_proposal(db, proposal.id)]


def test_a_recording_is_played_on_the_case_page(officer, a_call, attach):
    proposal = a_call()
    file = attach(proposal)

    page = officer.get(f"/ho-so/{proposal.code}")
    answer = officer.get(address(proposal, file))

    assert f'<audio src="{address(proposal, file)}" controls preload="none"' in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert (answer.status_code, answer.mimetype) == (200, "audio/mp4")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox;default-src 'none'"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(answer.data) == file.bytes


def test_a_player_may_ask_for_a_range(officer, a_call, attach):
    proposal = a_call()
    file = attach(proposal)

    answer = officer.get(address(proposal, file), headers={"Range": "bytes=4-7"})

    assert (answer.status_code, answer.data) == (206, b"ftyp")
    assert answer.headers["Content-Range"] == f"bytes 4-7/{file.bytes}"
    beyond = officer.get(address(proposal, file), headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{file.bytes}"


@pytest.mark.parametrize("said", ["x", "bytes=abc-", "bytes=5-2", "lines=1-2", "bytes=0-1,4-5", ""])
def test_a_range_that_is_none_is_not_looked_at(officer, a_call, attach, said):
    proposal = a_call()
    file = attach(proposal)

    answer = officer.get(address(proposal, file), headers={"Range": said})

    assert (answer.status_code, len(answer.data)) == (200, file.bytes)


def test_a_picture_is_seen(officer, a_call, attach):
    proposal = a_call()
    file = attach(proposal, a_picture())

    assert officer.get(address(proposal, file)).mimetype == "image/jpeg"
    assert f'<img src="{address(proposal, file)}"' in officer.get(f"/ho-so/{proposal.code}").text


def test_an_unreadable_file_is_named_and_never_sent(officer, a_call, attach):
    proposal = a_call()
    file = attach(proposal, b"<html><script>alert(1)</script>")

    assert officer.get(address(proposal, file)).status_code == 404
    page = officer.get(f"/ho-so/{proposal.code}").text
    assert "đã giữ nhưng không mở được" in page and address(proposal, file) not in page


def test_a_file_is_served_under_its_own_case_alone(officer, a_call, attach):
    mine, other = a_call("call|1"), a_call("call|2")
    file = attach(mine)

    assert officer.get(address(other, file)).status_code == 404
    assert officer.post(address(other, file, "/go-bang"), data=WORDS).status_code == 404
    assert officer.get(f"/ho-so/{mine.code}/tep/none").status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_there(officer, a_call, attach, instance):
    proposal = a_call()
    file = attach(proposal)
    media.remove(instance.media, file.sha256)

    assert officer.get(address(proposal, file)).status_code == 404


def test_a_confidential_recording_exists_for_its_assignee_alone(
    logged_in, a_call, attach, db, a_member
):
    proposal = a_call()
    file = attach(proposal)
    theirs, others = logged_in("binh"), logged_in("cuong", role="chair")
    binh = staff.by_login(db, "binh").id
    at = clock.now()
    proposals.flag(db, proposal.code, spam=False, confidential=True, actor=binh, at=at)

    assert theirs.get(address(proposal, file)).status_code == 200
    assert others.get(address(proposal, file)).status_code == 404
    assert others.post(address(proposal, file, "/go-bang"), data=WORDS).status_code == 404


@pytest.mark.parametrize(("role", "hears", "writes"), [
    ("officer", 200, 303), ("chair", 200, 303), ("receptionist", 200, 403),
    ("admin", 403, 403), ("council", 403, 403), ("culture", 403, 403),
    ("organisation", 403, 403),
])  # fmt: skip
def test_who_may_hear_and_who_may_write_down(logged_in, a_call, attach, role, hears, writes):
    proposal = a_call()
    file = attach(proposal)
    client = logged_in("an", role=role)

    assert client.get(address(proposal, file)).status_code == hears
    assert client.post(address(proposal, file, "/go-bang"), data=WORDS).status_code == writes


def test_each_listener_is_noted_once_an_hour(logged_in, a_call, attach, db):
    proposal = a_call()
    file = attach(proposal)
    first, second = logged_in("an"), logged_in("binh")

    for client in (first, first, first, second):
        client.get(address(proposal, file), headers={"Range": "bytes=0-99"})

    views = [one for one in event_log.of_proposal(db, proposal.id) if one.kind == "viewed_file"]
    assert len({one.actor for one in views}) == len(views) == 2
    assert "Mở tệp kèm theo" in first.get(f"/ho-so/{proposal.code}").text


def test_a_transcript_writes_out_the_idea_and_names_who_listened(
    officer, a_call, attach, db, instance
):
    proposal = a_call()
    file = attach(proposal)

    answer = officer.post(address(proposal, file, "/go-bang"), data=WORDS)

    assert answer.status_code == 303
    now = proposals.by_code(db, proposal.code)
    assert (now.title, now.current_state, now.solution) == tuple(WORDS.values())[1:]
    assert now.status == proposal.status and now.received_at == proposal.received_at
    page = officer.get(f"/ho-so/{proposal.code}").text
    assert "Người ghi lại: Bà an" in page and WORDS["transcript"] in page
    assert kinds(db, proposal)[-2:] == ["transcribed", "written_out"]
    assert verify(db, instance.media).damage == ()
    found = queue.page(db, queue.QueueFilter("an", words="hen gio"))
    assert [one.code for one in found.cases] == [proposal.code]


def test_a_slip_of_the_pen_is_put_right_and_the_store_still_sound(
    officer, a_call, attach, db, instance
):
    proposal = a_call()
    file = attach(proposal)
    for title in ("Cho hẹn giờ chứng thự", "Cho hẹn giờ chứng thực"):
        officer.post(address(proposal, file, "/go-bang"), data={**WORDS, "title": title})

    assert proposals.by_code(db, proposal.code).title == "Cho hẹn giờ chứng thực"
    assert kinds(db, proposal).count("written_out") == 2
    assert verify(db, instance.media).damage == ()


def test_words_changed_behind_the_chain_are_still_found(officer, a_call, attach, db, instance):
    proposal = a_call()
    officer.post(address(proposal, attach(proposal), "/go-bang"), data=WORDS)
    with writing(db):
        db.write(
            "UPDATE proposal SET title = 'Khác' WHERE commune_id = :commune_id AND id = :id",
            id=proposal.id,
        )

    damage = verify(db, instance.media).damage

    assert f"proposal {proposal.id}" in damage
    assert any("its words are gone or changed" in line for line in damage)


def test_a_transcript_alone_leaves_the_idea_for_later(officer, a_call, attach, db):
    proposal = a_call()
    file = attach(proposal)

    officer.post(address(proposal, file, "/go-bang"), data={"transcript": "Chưa nghe rõ."})

    assert attachments.by_id(db, file.id).transcript == "Chưa nghe rõ."
    assert proposals.by_code(db, proposal.code).title == ""


def test_words_of_the_sender_are_never_written_over(officer, a_proposal, attach, db):
    proposal = a_proposal()
    file = attach(proposal)

    page = officer.get(f"/ho-so/{proposal.code}").text
    officer.post(address(proposal, file, "/go-bang"), data=WORDS)

    assert f'id="title-{file.id}"' not in page
    assert proposals.by_code(db, proposal.code).title == proposal.title
    assert attachments.by_id(db, file.id).transcript == WORDS["transcript"]
    with pytest.raises(WordsAreTheirs):
        case_words.transcribe(
            db, proposal.code, title="Khác hẳn", current_state="", solution="x", actor="an", at=1
        )


@pytest.mark.parametrize(("given", "field"), [
    ({"transcript": " . "}, "transcript"),
    ({"transcript": "x" * 8001}, "transcript"),
    ({"title": "Hẹn"}, "title"),
    ({"title": "x" * 121}, "title"),
    ({"title": ""}, "title"),
    ({"current_state": "", "solution": ""}, "solution"),
    ({"solution": "y" * 2001}, "solution"),
    ({"current_state": "z" * 2001}, "current_state"),
])  # fmt: skip
def test_what_is_wrong_with_a_transcript_is_said_and_nothing_lost(
    officer, a_call, attach, db, given, field
):
    proposal = a_call()
    file = attach(proposal)

    answer = officer.post(address(proposal, file, "/go-bang"), data={**WORDS, **given})

    assert answer.status_code == 422
    assert f'href="#{field}-{file.id}"' in answer.text
    kept = {**WORDS, **given}["current_state" if field != "current_state" else "title"]
    assert kept in answer.text
    assert attachments.by_id(db, file.id).transcript == ""


def test_a_file_on_its_way_and_one_that_failed_are_shown(officer, a_call, db):
    proposal, at = a_call(), clock.now()
    with writing(db):
        for key in ("RE1", "RE2"):
            media_downloads.add(db, proposal.id, key=key, kind="recording", url="u", at=at)
    waiting, failed = media_downloads.open_of(db, proposal.id)
    media_downloads.settle(db, failed.id, "failed", at=at, error="HTTP 404")

    page = officer.get(f"/ho-so/{proposal.code}").text
    assert "Máy đang lấy một tệp về" in page
    assert "Máy không lấy được một tệp" in page and "HTTP 404" in page
    officer.post(f"/ho-so/{proposal.code}/lay-lai/{failed.id}")

    assert media_downloads.by_id(db, failed.id).state == "waiting"
    assert media_downloads.by_id(db, waiting.id).state == "waiting"


def test_a_fetch_of_another_case_is_not_touched(officer, a_call, db):
    mine, other = a_call("call|1"), a_call("call|2")
    with writing(db):
        media_downloads.add(db, mine.id, key="RE1", kind="recording", url="u", at=0)
    (job,) = media_downloads.open_of(db, mine.id)
    media_downloads.settle(db, job.id, "failed", at=1)

    assert officer.post(f"/ho-so/{other.code}/lay-lai/{job.id}").status_code == 404
    assert media_downloads.by_id(db, job.id).state == "failed"


def test_what_is_heard_goes_beside_what_is_added_later(officer, a_call, attach, db, instance):
    proposal = a_call()
    officer.post(address(proposal, attach(proposal), "/go-bang"), data=WORDS)
    conversation.add_more(
        db, proposal.code, "Thêm cửa số 2.", channel="web", key="k", at=clock.now()
    )

    assert verify(db, instance.media).damage == ()
