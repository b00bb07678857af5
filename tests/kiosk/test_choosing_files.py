"""Files that a form brings to a receipt, from a phone without script."""

import io
import shutil

import pytest

from kiosk import taking
from shared.db import event_log
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.files import attachments, uploads
from shared.workflows import withdraw
from tests.kiosk.test_full_disk import full_disk
from tests.scans import a_locked_pdf, a_page, shows, written
from tests.shared.files.test_media import a_picture, a_recording


@pytest.fixture
def proposal(a_proposal):
    return a_proposal()


@pytest.fixture
def address(proposal, secret_of):
    return f"/r/{secret_of(proposal)}/gui-tep"


def a_sending(*contents, key="one"):
    """What the form sends when these files were chosen, and one field left empty."""
    chosen = [(io.BytesIO(content), f"{place}.bin") for place, content in enumerate(contents)]
    return {"key": key, "file": [*chosen, (io.BytesIO(), "")]}


def on_disk(instance):
    return [path for path in instance.media.rglob("*") if path.is_file() and path.stem != ".health"]


def test_a_phone_without_script_sends_a_picture_and_a_recording(
    citizen, address, db, proposal, examine
):
    answer = citizen.post(address, data=a_sending(a_picture(), a_recording()))

    assert answer.status_code == 303
    receipt = citizen.get(answer.location)
    assert "Máy đang kiểm tra" in receipt.text and "Tệp 2: xã đã nhận" in receipt.text
    examine()
    assert [file.kind for file in attachments.of_proposal(db, proposal.id)] == ["image", "audio"]
    receipt = citizen.get(answer.location)
    assert "/tep/" in receipt.text and "Tệp 2: xã đã nhận" not in receipt.text


def test_every_page_of_a_scan_is_shown_and_the_pdf_itself_is_gone(
    citizen, address, db, proposal, examine, instance
):
    pages = [a_page(word=word).convert("RGB") for word in ("Trang A", "Trang B")]
    scan = written(pages[0], "PDF", save_all=True, append_images=pages[1:])

    answer = citizen.post(address, data=a_sending(scan))
    examine()

    first, second = attachments.of_proposal(db, proposal.id)
    assert [(one.kind, one.page) for one in (first, second)] == [("image", 1), ("image", 2)]
    receipt = citizen.get(answer.location).text
    assert "Hình 1, trang 1" in receipt and "Hình 2, trang 2" in receipt
    seen = citizen.get(address.replace("/gui-tep", f"/tep/{second.id}"))
    assert seen.mimetype == "image/jpeg" and shows(seen.data, pages[1].convert("L"))
    kept = {path.name for path in on_disk(instance) if len(path.name) == 64}
    assert kept == {first.sha256, second.sha256}


def test_a_cut_picture_is_shown_and_said_to_be_cut(citizen, address, examine):
    whole = written(a_page(), "JPEG")

    answer = citizen.post(address, data=a_sending(whole[: len(whole) * 2 // 3]))
    examine()

    assert "hiện được đến đâu hiện đến đó" in citizen.get(answer.location).text


def test_what_is_taken_is_said_before_anything_is_chosen(citizen, address):
    page = citizen.get(address).text

    assert "Máy nhận hình, tờ quét PDF hoặc TIFF tối đa 20 trang" in page
    assert "application/pdf" in page and "audio/*" in page and ".amr" in page


def test_a_locked_pdf_says_what_to_do(citizen, address, examine):
    answer = citizen.post(address, data=a_sending(a_locked_pdf()))
    examine()

    assert "Tệp PDF có mật khẩu: xin lưu" in citizen.get(answer.location).text


def test_a_double_tap_attaches_nothing_twice(citizen, address, db, proposal, examine):
    for _ in range(2):
        citizen.post(address, data=a_sending(a_picture(), key="tapped"))
    examine()

    assert len(attachments.of_proposal(db, proposal.id)) == 1
    assert sum(event.kind == "attached" for event in event_log.of_proposal(db, proposal.id)) == 1


def test_what_cannot_be_opened_is_kept_and_said_with_the_reason(
    citizen, address, db, proposal, examine, instance
):
    answer = citizen.post(address, data=a_sending(b"<svg onload='alert(1)'/>"))
    examine()

    [file] = attachments.of_proposal(db, proposal.id)
    assert (file.kind, file.reason) == ("unreadable", "unknown_kind")
    assert b"svg" in (instance.media / file.sha256[:2] / file.sha256).read_bytes()
    assert "Máy không nhận ra loại tệp này" in citizen.get(answer.location).text


def test_what_a_phone_wrote_into_a_picture_is_gone_with_the_original(
    citizen, address, db, proposal, examine, instance
):
    citizen.post(address, data=a_sending(a_picture(comment=b"Nguyen Van A, 10.98 N 106.8 E")))
    examine()

    [copy] = [path for path in on_disk(instance) if len(path.name) == 64]
    assert copy.name == attachments.of_proposal(db, proposal.id)[0].sha256
    assert b"Nguyen Van A" not in copy.read_bytes()


@pytest.mark.parametrize(
    ("sending", "status", "says"),
    [
        (a_sending(), 422, "Chưa chọn tệp nào"),
        (a_sending(b""), 400, "không có gì bên trong"),
        (a_sending(*(bytes([n]) for n in range(13))), 403, "nhiều nhất 12 tệp"),
        (a_sending(bytes(taking.FORM_BYTES + 1)), 413, "lớn quá 20 MB"),
        (a_sending(*[bytes(7 * taking.MIB)] * 3), 413, "lớn quá 20 MB"),
    ],
)
def test_a_refused_sending_says_why_and_keeps_nothing(
    citizen, address, db, proposal, instance, sending, status, says
):
    answer = citizen.post(address, data=sending)

    assert answer.status_code == status
    assert says in answer.text and 'type="file"' in answer.text
    assert uploads.open_of(db, proposal.id) == []
    assert on_disk(instance) == []


def test_a_form_of_any_other_address_stays_small(citizen, proposal, secret_of):
    answer = citizen.post(
        f"/r/{secret_of(proposal)}/them",
        data={"text": "a", "file": (io.BytesIO(bytes(10**6)), "a")},
    )

    assert answer.status_code == 413


def test_a_withdrawn_idea_takes_no_file(citizen, address, db, proposal):
    withdraw.withdraw(db, proposal.code, at=proposal.received_at)

    answer = citizen.post(address, data=a_sending(a_picture()))

    assert answer.status_code == 403
    assert "đã rút" in answer.text


def test_a_file_of_an_idea_withdrawn_meanwhile_is_not_kept(
    citizen, address, db, proposal, examine, instance
):
    citizen.post(address, data=a_sending(a_picture()))
    withdraw.withdraw(db, proposal.code, at=proposal.received_at)
    examine()

    assert attachments.of_proposal(db, proposal.id) == []
    assert on_disk(instance) == []


def test_a_file_wakes_an_idea_that_waited_for_its_sender(
    citizen, a_proposal, secret_of, db, examine
):
    waiting = a_proposal(status=Status.NEEDS_INFO)
    citizen.post(f"/r/{secret_of(waiting)}/gui-tep", data=a_sending(a_picture()))
    examine()

    assert proposals.by_code(db, waiting.code).status is Status.RECEIVED


def test_a_full_disk_refuses_politely_and_loses_nothing(
    citizen, address, db, proposal, instance, examine
):
    citizen.get(address)
    with full_disk():
        answer = citizen.post(address, data=a_sending(a_picture()))

    assert answer.status_code in (503, 507)
    assert on_disk(instance) == []
    assert citizen.post(address, data=a_sending(a_picture())).status_code == 303


def test_a_nearly_full_disk_keeps_its_reserve_for_the_store(citizen, address, monkeypatch, a_form):
    little = shutil.disk_usage("/")._replace(free=taking.FREE_BYTES)
    monkeypatch.setattr(taking.shutil, "disk_usage", lambda folder: little)

    assert citizen.post(address, data=a_sending(a_picture())).status_code == 507
    assert citizen.post("/gui", data=a_form()).status_code == 303


def test_a_busy_store_keeps_no_file_without_its_row(citizen, address, locked, instance):
    citizen.get(address)
    with locked():
        answer = citizen.post(address, data=a_sending(a_picture()))

    assert answer.status_code == 503
    assert on_disk(instance) == []


def test_a_kiosk_offers_no_choice_of_its_own_files_and_says_what_to_do(
    kiosk, address, proposal, secret_of
):
    kiosk.get(f"/tra-cuu?ma={secret_of(proposal)}")

    assert kiosk.get(address).location == f"/r/{secret_of(proposal)}"
    receipt = kiosk.get(f"/r/{secret_of(proposal)}").text
    assert "/gui-tep" not in receipt
    assert "nhờ cán bộ ở" in receipt


def test_a_kiosk_takes_no_form_after_its_visit(kiosk, address, db, proposal):
    assert kiosk.post(address, data=a_sending(a_picture())).location == "/"
    assert uploads.open_of(db, proposal.id) == []
