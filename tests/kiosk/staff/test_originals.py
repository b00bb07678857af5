"""The original goes only when its copy was compared with it and is like it: else staff have it,
drawn anew, for thirty days."""

import io

import pytest
from PIL import Image

from kiosk.forgetting import settle_erasures
from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.files import media
from shared.privacy import erasing, retaining
from shared.privacy.erasing import erase
from shared.settings import RetentionSettings
from shared.store.files import attachments, originals
from shared.store.jobs import job_runs
from shared.workflows.erase import ErasureRequest, Scope
from shared.workflows.verify import verify
from tests.conftest import ZONE
from tests.kiosk.test_choosing_files import a_sending
from tests.scans import a_page, deep, shows, written

# Too faint for eight bits: its copy is blank whatever draws it.
FAINT = written(
    a_page().convert("I").point(lambda value: value + 30_000).convert("I;16"), "TIFF"
)  # fmt: skip


def files_of(instance):
    return {path.name for path in instance.media.rglob("*") if len(path.name) == 64}


@pytest.fixture
def case(a_proposal, officer, examine):
    """A case to which a member of staff added a picture whose copy is not like it."""
    made = a_proposal()
    officer.post(f"/ho-so/{made.code}/gui-tep", data=a_sending(FAINT))
    examine()
    return made


@pytest.fixture
def kept(db, case):
    """The original that was kept."""
    [one] = originals.of_proposal(db, case.id)
    return one


def test_an_original_whose_copy_is_like_it_goes(officer, a_proposal, db, examine, instance):
    made = a_proposal()

    officer.post(f"/ho-so/{made.code}/gui-tep", data=a_sending(written(deep(a_page()), "PNG")))
    examine()

    [copy] = attachments.of_proposal(db, made.id)
    assert originals.of_proposal(db, made.id) == []
    assert files_of(instance) == {copy.sha256}


def test_an_original_whose_copy_is_not_like_it_is_seen_by_another_road(
    officer, case, kept, db, instance
):
    page = officer.get(f"/ho-so/{case.code}").text
    answer = officer.get(f"/ho-so/{case.code}/goc/{kept.id}")

    assert "có chỗ không giống bản gốc" in page and f"/goc/{kept.id}" in page
    assert answer.mimetype == "image/jpeg" and shows(answer.data, a_page())
    assert answer.data[:2] == b"\xff\xd8", "drawn anew, never as it came"
    assert answer.headers["Content-Security-Policy"] == "sandbox;default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert [one.kind for one in event_log.of_proposal(db, case.id)][-1] == "viewed_file"
    assert verify(db, instance.media).damage == ()
    assert media.is_whole(instance.media, kept.sha256)


def test_its_sender_is_shown_the_copy_alone(citizen, case, kept, secret_of):
    receipt = citizen.get(f"/r/{secret_of(case)}").text

    assert "/tep/" in receipt and kept.id not in receipt
    assert citizen.get(f"/r/{secret_of(case)}/tep/{kept.id}").status_code == 404


def test_a_member_of_staff_lets_go_of_it(officer, case, kept, db, instance, when_due):
    address = f"/ho-so/{case.code}/goc/{kept.id}/bo"
    asked = officer.post(address)
    answer = officer.post(address, data={"reason": "bản chép đã đủ"})

    assert asked.status_code == 200 and "Bản gốc mất hẳn" in asked.text
    assert "<h1>Xóa bản gốc của tệp: <bdi>Hình 1</bdi></h1>" in asked.text
    assert answer.status_code == 303
    assert "Sẽ xóa bản gốc của tệp" in officer.get(f"/ho-so/{case.code}").text
    assert kept.sha256 in files_of(instance)
    assert when_due() == 1
    settle_erasures(db, instance)
    assert kept.sha256 not in files_of(instance)
    assert f"/goc/{kept.id}" not in officer.get(f"/ho-so/{case.code}").text
    assert officer.get(f"/ho-so/{case.code}/goc/{kept.id}").status_code == 404
    assert "Bỏ bản gốc của một tệp" in officer.get(f"/ho-so/{case.code}").text
    assert attachments.of_proposal(db, case.id)[0].kind == "image", "the copy stays"
    assert verify(db, instance.media).damage == ()


def test_who_only_receives_may_look_and_not_remove(logged_in, case, kept):
    desk = logged_in("tiep", "receptionist")

    assert desk.get(f"/ho-so/{case.code}/goc/{kept.id}").status_code == 200
    assert desk.post(f"/ho-so/{case.code}/goc/{kept.id}/bo").status_code == 403


def test_an_original_is_seen_under_its_own_case_alone(officer, a_proposal, kept):
    assert officer.get(f"/ho-so/{a_proposal().code}/goc/{kept.id}").status_code == 404


def test_after_thirty_days_it_is_gone_and_not_a_day_sooner(case, kept, db, instance):
    def a_night(days):
        at = kept.kept_at + days * clock.DAY
        job_runs.end(db, job_runs.begin(db, retaining.NAME, at=at - clock.DAY), job_runs.OK,
                     "job.retention.ok", {}, at=at - clock.DAY)  # fmt: skip
        retaining.run(db, instance.media, RetentionSettings(), ZONE, at=at)

    a_night(29)
    assert kept.sha256 in files_of(instance)
    a_night(31)

    assert kept.sha256 not in files_of(instance)
    assert originals.of_proposal(db, case.id) == []
    assert verify(db, instance.media).damage == ()


def test_a_fall_between_letting_go_and_removing_is_made_good(case, kept, db, instance):
    originals.let_go(db, kept.id, actor="t", at=clock.now())
    assert kept.sha256 in files_of(instance)

    erasing.settle(db, instance.media, at=clock.now())

    assert kept.sha256 not in files_of(instance)
    assert originals.unsettled(db) == []


@pytest.mark.parametrize("scope", Scope)
def test_it_goes_with_whoever_is_erased(case, kept, db, instance, scope):
    """A telephone writes its owner's name and place into what it sends."""
    erase(db, instance.media, case.id, ErasureRequest(scope, "asked", "", "t", clock.now()))

    assert kept.sha256 not in files_of(instance)
    assert originals.of_proposal(db, case.id) == []
    assert verify(db, instance.media).damage == ()


def test_the_pages_that_were_not_drawn_are_seen_by_their_number(officer, a_proposal, db, examine):
    small = [Image.new("L", (60, 80), 250)] * 20 + [a_page()] * 2
    scan = written(small[0], "TIFF", save_all=True, append_images=small[1:])
    made = a_proposal()
    officer.post(f"/ho-so/{made.code}/gui-tep", data=a_sending(scan))
    examine()
    [one] = originals.of_proposal(db, made.id)

    page = officer.get(f"/ho-so/{made.code}").text
    there = officer.get(f"/ho-so/{made.code}/goc/{one.id}?trang=21")
    beyond = officer.get(f"/ho-so/{made.code}/goc/{one.id}?trang=23")

    assert "máy chỉ hiện 20 trang đầu" in page and "Hình 3, trang 3" in page
    assert there.status_code == 200 and shows(there.data, a_page())
    assert beyond.status_code == 422 and "Trang này không có" in beyond.text
    assert attachments.count(db, made.id) == 1, "twenty pages are one file"


def test_a_recording_is_heard_by_another_road(officer, a_proposal, db, examine, instance):
    from tests.clips import a_tone

    made = a_proposal()
    sent = media.keep(instance.media, [a_tone("wav", "pcm_s16le", rate=16_000)])
    copy = media.examine(instance.media, sent)
    added = attachments.add(db, made.id, copy, source="web", key="k", actor="t", at=clock.now())
    with writing(db):
        originals.keep(db, added, sent, "differs", at=clock.now())
    [one] = originals.of_proposal(db, made.id)

    answer = officer.get(f"/ho-so/{made.code}/goc/{one.id}")

    assert (answer.status_code, answer.mimetype) == (200, "audio/mp4")
    assert io.BytesIO(answer.data).read(8)[4:] == b"ftyp"
