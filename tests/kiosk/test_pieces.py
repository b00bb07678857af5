"""Files in pieces (tus 1.0): nothing acknowledged is lost, nothing strange is taken."""

import base64
import errno
import hashlib
import os
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk import taking, tus
from kiosk.examining import Examiner
from shared import clock, media, parts
from shared.store import attachments, events, proposals, sealed, uploads
from shared.store.connection import writing
from shared.store.verify import verify
from tests.kiosk.test_full_disk import full_disk
from tests.shared.test_media import a_recording

PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


class Sender:
    """A browser that sends a file to one receipt, as tus 1.0 says."""

    def __init__(self, client, secret):
        self.client, self.address = client, f"/r/{secret}/tus"

    def begin(self, length, **said):
        metadata = {"kind": "audio", **said}
        encoded = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}"
            for name, value in metadata.items()
        )
        return self.client.post(
            self.address,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(length),
                "Upload-Metadata": encoded,
            },
        )

    def piece(self, location, offset, piece, **headers):
        return self.client.patch(
            location, data=piece, headers={**PIECE, "Upload-Offset": str(offset), **headers}
        )

    def here(self, location):
        return self.client.head(location, headers={"Tus-Resumable": "1.0.0"})

    def forget(self, location):
        return self.client.delete(location, headers={"Tus-Resumable": "1.0.0"})

    def send(self, content, **said):
        location = self.begin(len(content), **said).headers["Location"]
        step = taking.MIB // 4
        for offset in range(0, len(content), step):
            answer = self.piece(location, offset, content[offset : offset + step])
            assert answer.status_code == 204, answer.text
        return location


@pytest.fixture
def proposal(a_proposal):
    return a_proposal()


@pytest.fixture
def sender(citizen, proposal, secret_of):
    return Sender(citizen, secret_of(proposal))


def test_a_recording_sent_in_pieces_is_attached_and_plays_on_a_phone(
    sender, db, proposal, examine, citizen
):
    sound = a_recording(20)
    location = sender.send(sound, sha256=hashlib.sha256(sound).hexdigest(), take="one")

    examine()

    [file] = attachments.of_proposal(db, proposal.id)
    assert (file.kind, file.mime, file.source) == ("audio", "audio/mp4", "web")
    assert file.seconds == pytest.approx(20, abs=0.2)
    assert sender.here(location).headers["Upload-Offset"] == str(len(sound))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Upload-Offset": "7"}, 409),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}, 460),
        ({"Upload-Checksum": "sha256 " + base64.b64encode(bytes(32)).decode()}, 460),
        ({"Upload-Checksum": "crc32 AAAA"}, 400),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Tus-Resumable": "0.2.2"}, 412),
    ],
    ids=lambda change: "-".join(change) if isinstance(change, dict) else str(change),
)
def test_a_wrong_piece_is_refused_and_changes_nothing(sender, change, status):
    location = sender.begin(10).headers["Location"]

    answer = sender.piece(location, 0, b"12345", **change)

    assert answer.status_code == status
    assert sender.here(location).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_right_checksum_is_believed(sender, algorithm):
    location = sender.begin(10).headers["Location"]
    digest = base64.b64encode(hashlib.new(algorithm, b"12345").digest()).decode()

    answer = sender.piece(location, 0, b"12345", **{"Upload-Checksum": f"{algorithm} {digest}"})

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")


def test_more_than_was_announced_is_refused(sender):
    location = sender.begin(10).headers["Location"]

    assert sender.piece(location, 0, b"12345678901").status_code == 400


def test_a_piece_that_is_too_large_is_refused(sender):
    location = sender.begin(taking.MIB).headers["Location"]

    assert sender.piece(location, 0, bytes(tus.MOST_PIECE + 1)).status_code == 413
    assert sender.piece(location, 0, bytes(tus.MOST_PIECE)).status_code == 204


@pytest.mark.parametrize(
    ("length", "said", "status"),
    [
        (taking.MOST_BYTES["audio"] + 1, {}, 413),
        (taking.MOST_BYTES["image"] + 1, {"kind": "image"}, 413),
        (taking.MOST_BYTES["video"] + 1, {"kind": "video"}, 413),
        (300 * taking.MIB, {"kind": "video"}, 413),
        (0, {}, 400),
        (-1, {}, 400),
        (10, {"kind": "document"}, 400),
        (10, {"take": "x" * 65}, 400),
    ],
)
def test_what_cannot_come_is_refused_before_it_does(sender, instance, length, said, status):
    assert sender.begin(length, **said).status_code == status
    assert list(parts.names(instance.media)) == []


def test_a_file_without_a_length_is_refused(citizen, sender):
    headers = {"Tus-Resumable": "1.0.0", "Upload-Defer-Length": "1"}

    assert citizen.post(sender.address, headers=headers).status_code == 400


def test_what_is_offered_is_said(citizen, sender):
    answer = citizen.options(sender.address)

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,checksum,expiration"
    assert answer.headers["Tus-Max-Size"] == str(taking.MOST_BYTES["video"])


def test_what_comes_with_the_creation_is_sent_again_as_a_piece(citizen, sender):
    said = base64.b64encode(b"audio").decode()
    answer = citizen.post(
        sender.address,
        data=b"more than the ten bytes that were announced",
        headers={**PIECE, "Upload-Length": "10", "Upload-Metadata": f"kind {said}"},
    )

    assert answer.status_code == 201
    assert sender.here(answer.headers["Location"]).headers["Upload-Offset"] == "0"


def test_a_forgotten_upload_is_gone_with_its_bytes(sender, instance):
    location = sender.begin(10).headers["Location"]
    sender.piece(location, 0, b"12345")

    assert sender.forget(location).status_code == 204
    assert sender.here(location).status_code == 404
    assert list(parts.names(instance.media)) == []


def test_what_was_handed_in_whole_is_not_forgotten(sender, db, proposal, examine):
    location = sender.send(a_recording())

    assert sender.forget(location).status_code == 403
    examine()
    assert len(attachments.of_proposal(db, proposal.id)) == 1


def test_a_lost_last_answer_is_made_good_by_asking(sender, examine):
    sound = a_recording()
    location = sender.send(sound)

    before, again = sender.here(location), sender.piece(location, len(sound), b"")
    examine()

    assert before.headers["Upload-Offset"] == before.headers["Upload-Length"] == str(len(sound))
    assert again.status_code == 403
    assert sender.here(location).headers["Upload-Offset"] == str(len(sound))


def test_one_take_sent_twice_is_attached_once(sender, db, proposal, examine, instance):
    for _ in range(2):
        sender.send(a_recording(), take="the-only-one")
    examine()

    [file] = attachments.of_proposal(db, proposal.id)
    assert [event.kind for event in events.of_proposal(db, proposal.id)].count("attached") == 1
    assert [path.name for path in instance.media.rglob("*") if path.is_file()] == [file.sha256]


def test_a_whole_that_is_not_what_was_promised_is_forgotten_before_it_is_acknowledged(
    sender, db, proposal, instance
):
    location = sender.begin(5, sha256="0" * 64).headers["Location"]

    assert sender.piece(location, 0, b"12345").status_code == 460
    assert sender.here(location).status_code == 404
    assert list(parts.names(instance.media)) == []
    assert uploads.open_of(db, proposal.id) == []


def test_of_many_pieces_for_one_place_one_is_kept(public, sender, instance):
    location = sender.begin(50).headers["Location"]

    def send(number):
        answer = Sender(public.test_client(), "").piece(location, 0, bytes([number]) * 10)
        return number, answer.status_code

    with ThreadPoolExecutor(4) as pool:
        answers = dict(pool.map(send, range(4)))

    [kept] = [number for number, status in answers.items() if status == 204]
    assert sorted(answers.values()) == [204, 409, 409, 409]
    part = instance.media / "tmp" / f"{location.rpartition('/')[2]}.part"
    assert part.read_bytes() == bytes([kept]) * 10


@pytest.mark.parametrize("wrong", ["other receipt", "unknown upload", "no uuid"])
def test_an_upload_is_reached_by_its_own_address_alone(
    citizen, sender, a_proposal, secret_of, wrong
):
    upload = sender.begin(10).headers["Location"].rpartition("/")[2]
    address, status = {
        "other receipt": (f"/r/{secret_of(a_proposal())}/tus/{upload}", 404),
        "unknown upload": (f"{sender.address}/{uuid.uuid4()}", 404),
        "no uuid": (f"{sender.address}/..%5C..%5Csecrets", 400),
    }[wrong]

    assert sender.here(address).status_code == status
    assert sender.piece(address, 0, b"12345").status_code == status
    assert sender.forget(address).status_code == status


def test_an_unknown_receipt_takes_nothing_and_counts_as_a_guess(public):
    guesser = public.test_client()
    answers = [Sender(guesser, "0" * 15 + str(n)).begin(10).status_code for n in range(11)]

    assert answers == [404] * 10 + [429]


def test_a_kiosk_sends_on_after_the_visit_is_over(kiosk, proposal, secret_of):
    sender = Sender(kiosk, secret_of(proposal))
    kiosk.get(f"/tra-cuu?ma={secret_of(proposal)}")
    location = sender.begin(10).headers["Location"]
    kiosk.post("/xong")

    assert kiosk.get(f"/r/{secret_of(proposal)}").location == "/"
    assert sender.piece(location, 0, b"12345").status_code == 204
    assert sender.begin(10).status_code == 201


def test_an_upload_whose_day_is_over_is_gone_with_its_bytes(sender, db, instance):
    location = sender.begin(10).headers["Location"]
    sender.piece(location, 0, b"12345")
    with writing(db):
        sealed.change(
            db, "upload", {"id": location.rpartition("/")[2]}, {"expires_at": clock.now() - 1}
        )

    assert sender.here(location).status_code == 410
    assert sender.here(location).status_code == 404
    assert list(parts.names(instance.media)) == []


def test_nobody_has_to_ask_for_what_is_over_to_be_forgotten(sender, db, instance, proposal):
    sender.piece(sender.begin(10).headers["Location"], 0, b"12345")

    Examiner(instance).tidy(db, at=clock.now() + uploads.LIFETIME + 1)

    assert list(parts.names(instance.media)) == []
    assert uploads.open_of(db, proposal.id) == []


def test_what_waits_to_be_examined_is_never_over(sender, db, instance, proposal, examine):
    sender.send(a_recording())

    Examiner(instance).tidy(db, at=clock.now() + 30 * uploads.LIFETIME)
    examine()

    assert len(attachments.of_proposal(db, proposal.id)) == 1


def test_a_part_that_no_upload_speaks_of_is_removed_once_nobody_writes_to_it(db, instance):
    parts.begin(instance.media, "left-by-a-fall")
    Examiner(instance).tidy(db, at=clock.now())
    assert list(parts.names(instance.media)) == ["left-by-a-fall"]

    os.utime(instance.media / "tmp" / "left-by-a-fall.part", (0, 0))
    Examiner(instance).tidy(db, at=clock.now())

    assert list(parts.names(instance.media)) == []


def test_what_a_fall_left_in_the_middle_of_examining_is_removed_a_day_later(db, instance):
    left = instance.media / "tmp" / "tmpabcdef"
    left.mkdir(parents=True)
    (left / "copy.mp4").write_bytes(b"half of somebody's clip")

    Examiner(instance).tidy(db, at=clock.now())
    assert left.exists()
    Examiner(instance).tidy(db, at=clock.now() + uploads.LIFETIME + clock.MINUTE)

    assert not left.exists()


def test_an_upload_whose_bytes_are_gone_begins_anew(sender, instance):
    location = sender.begin(10).headers["Location"]
    sender.piece(location, 0, b"12345")
    parts.drop(instance.media, location.rpartition("/")[2])

    assert sender.here(location).status_code == 404


def test_a_sender_has_so_many_uploads_under_way_and_no_more(sender, a_proposal, secret_of):
    answers = []
    for _ in range(3):
        sender.address = f"/r/{secret_of(a_proposal())}/tus"
        answers += [sender.begin(10).status_code for _ in range(taking.MOST_OPEN // 3)]
    sender.address = f"/r/{secret_of(a_proposal())}/tus"

    assert answers == [201] * taking.MOST_OPEN
    assert sender.begin(10).status_code == 429


def test_an_idea_takes_so_many_files(sender):
    answers = [sender.begin(10).status_code for _ in range(taking.MOST_FILES + 1)]

    assert answers == [201] * taking.MOST_FILES + [403]


def test_a_take_that_is_begun_anew_again_and_again_counts_once(sender):
    answers = [sender.begin(10, take="one").status_code for _ in range(taking.MOST_FILES + 1)]

    assert answers == [201] * len(answers)


def test_what_is_promised_is_counted_when_the_disk_is_nearly_full(sender, monkeypatch):
    free = taking.RESERVE + 15
    nearly = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(taking.shutil, "disk_usage", lambda folder: nearly)

    first, second = sender.begin(10), sender.begin(10)

    assert (first.status_code, second.status_code) == (201, 507)
    assert "hết chỗ" in second.text and second.headers["Retry-After"]


def test_a_disk_that_is_full_meanwhile_loses_nothing(sender):
    location = sender.begin(10).headers["Location"]
    sender.piece(location, 0, b"12345")
    with full_disk():
        answer = sender.piece(location, 5, b"67890")

    assert answer.status_code in (503, 507)
    assert sender.here(location).headers["Upload-Offset"] == "5"
    assert sender.piece(location, 5, b"67890").status_code == 204


def test_a_piece_that_the_disk_has_not_is_not_acknowledged(sender, monkeypatch):
    def refuse(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    location = sender.begin(10).headers["Location"]
    with monkeypatch.context() as failing:
        failing.setattr(parts.os, "fsync", refuse)
        answer = sender.piece(location, 0, b"12345")

    assert answer.status_code == 507
    assert sender.here(location).headers["Upload-Offset"] == "0"


def test_a_withdrawn_idea_takes_no_file_and_nothing_of_one_is_kept(
    sender, db, proposal, examine, instance
):
    sender.send(a_recording())
    proposals.withdraw(db, proposal.code, at=clock.now())
    examine()

    assert sender.begin(10).status_code == 403
    assert attachments.of_proposal(db, proposal.id) == []
    assert [path for path in instance.media.rglob("*") if path.is_file()] == []


def test_what_a_sender_said_of_a_file_is_forgotten_when_it_was_examined(sender, db, examine):
    location = sender.send(a_recording(), filename="CCCD Nguyen Van A.m4a")
    examine()

    found = uploads.by_id(db, location.rpartition("/")[2])
    assert found is not None and found.metadata == {}


def test_the_store_holds_no_receipts_secret_that_a_sender_names_its_take_by(
    sender, proposal, secret_of, examine, instance
):
    sender.send(a_recording(), take=f"/r/{secret_of(proposal)} 1234")
    examine()

    held = b"".join(path.read_bytes() for path in instance.folder.glob("hienke.db*"))
    assert secret_of(proposal).encode() not in held


def test_a_file_that_kills_its_examiner_again_and_again_is_kept_unread(
    sender, db, proposal, examine, instance
):
    location = sender.send(a_recording())
    for _ in range(uploads.MOST_ATTEMPTS):  # each begins, and the program falls
        assert uploads.claim(db, at=clock.now()) is not None
        uploads.release(db, at=clock.now())
    examine()

    [file] = attachments.of_proposal(db, proposal.id)
    assert (file.kind, file.reason) == ("unreadable", "too_slow")
    assert media.is_whole(instance.media, file.sha256)
    assert sender.here(location).status_code == 200


def test_a_clock_that_was_wrong_by_a_day_holds_no_file_back(sender, db, proposal, examine):
    sender.send(a_recording())
    uploads.claim(db, at=clock.now() + clock.DAY)
    examine()

    assert len(attachments.of_proposal(db, proposal.id)) == 1


def test_a_full_disk_while_examining_is_waited_for(sender, db, proposal, examine, monkeypatch):
    sender.send(a_recording())
    with monkeypatch.context() as full:
        full.setattr(media, "WORKER", ("-c", "print('{\"no_room\": 28}')"))
        examine()
    assert [upload.state for upload in uploads.open_of(db, proposal.id)] == ["waiting"]

    uploads.release(db, at=clock.now())
    examine()

    assert [file.kind for file in attachments.of_proposal(db, proposal.id)] == ["audio"]


def test_verify_names_a_waiting_file_that_is_gone(sender, db, proposal, instance):
    sender.send(a_recording())
    [waiting] = uploads.open_of(db, proposal.id)
    assert verify(db, instance.media).damage == ()

    media.remove(instance.media, waiting.sha256)

    assert verify(db, instance.media).damage == (
        f"upload {waiting.id} (its file is gone or changed)",
    )


def test_another_sites_page_sends_nothing(citizen, sender):
    answer = citizen.post(sender.address, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
