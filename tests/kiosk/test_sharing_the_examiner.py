"""Whoever sends files takes neither the disk nor the examiner from others: what is only announced
counts for nothing, and senders take turns."""

import base64
import resource

import pytest

from kiosk import taking
from shared.domain import clock
from shared.files import media, transcode
from shared.store.files import uploads
from shared.store.files.uploads import EMPTY_LIFETIME, LEAD, LIFETIME, Origin
from tests.kiosk.test_choosing_files import on_disk
from tests.shared.files.test_media import a_picture

MIB = 1024 * 1024


@pytest.fixture
def road(a_proposal, secret_of):
    """The address of a fresh receipt's files in pieces."""
    return f"/r/{secret_of(a_proposal())}/tus"


def announce(client, road, length=128 * MIB, kind="video", address="203.0.113.5"):
    """Announce a file from an address, and send nothing of it."""
    said = {
        "Tus-Resumable": "1.0.0", "Upload-Length": str(length),
        "Upload-Metadata": f"kind {base64.b64encode(kind.encode()).decode()}",
    }  # fmt: skip
    return client.post(road, headers=said, environ_base={"REMOTE_ADDR": address})


def send(client, place, offset, piece):
    said = {
        "Tus-Resumable": "1.0.0", "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    far = {"REMOTE_ADDR": "203.0.113.5"}
    return client.patch(place, data=piece, headers=said, environ_base=far)


def an_origin(sender, source="web"):
    return Origin(source, "citizen", sender)


@pytest.fixture
def announced(db, a_proposal):
    """Announce so many files of 128 MB, each from an address of its own; return their ids."""
    proposal = a_proposal()

    def announce(count):
        ids = [f"{number:032x}" for number in range(count)]
        for number, upload_id in enumerate(ids):
            sender = an_origin(f"address {number}")
            uploads.begin(db, upload_id, proposal.id, 128 * MIB, {}, sender, at=clock.now())
        return ids

    return announce


def test_six_hundred_announced_files_keep_no_room_from_anybody(
    citizen, road, announced, monkeypatch
):
    announced(600)
    little = taking.shutil.disk_usage("/")._replace(free=taking.FREE_BYTES + 200 * MIB)
    monkeypatch.setattr(taking.shutil, "disk_usage", lambda folder: little)

    assert announce(citizen, road).status_code == 201


def test_a_file_that_comes_keeps_a_little_ahead_free_and_all_of_them_no_more_than_a_lot(
    db, announced
):
    ids = announced(600)

    uploads.advance(db, ids[0], 0, 10 * MIB)
    one = uploads.load(db, "address 0")
    for upload_id in ids[1:]:
        uploads.advance(db, upload_id, 0, 1)

    assert (one.come, one.ahead) == (10 * MIB, LEAD)
    assert uploads.load(db, "another").ahead == uploads.MOST_AHEAD < 600 * LEAD


def test_who_announces_on_and_on_is_told_to_wait_and_nobody_else_is(citizen, road):
    answers = [announce(citizen, road).status_code for _ in range(taking.MOST_EMPTY + 1)]

    assert answers == [201] * taking.MOST_EMPTY + [429]
    assert announce(citizen, road, address="198.51.100.7").status_code == 201


def test_who_sends_what_was_announced_may_announce_more(citizen, road):
    for _ in range(taking.MOST_EMPTY + 1):
        place = announce(citizen, road, kind="image", length=20).headers["Location"]

        assert send(citizen, place, 0, b"12345").status_code == 204


def test_what_was_announced_and_never_began_is_forgotten_in_a_quarter_of_an_hour(db, announced):
    empty, begun = announced(2)
    at = clock.now()
    uploads.advance(db, begun, 0, 5)

    assert uploads.expired(db, at=at + EMPTY_LIFETIME + clock.MINUTE) == [empty]
    assert set(uploads.expired(db, at=at + LIFETIME + clock.MINUTE)) == {empty, begun}


def test_unfinished_files_of_one_sender_take_half_a_gigabyte_at_the_most(
    citizen, road, monkeypatch, instance
):
    monkeypatch.setattr(taking, "MOST_UNFINISHED", 12)
    first, second = (announce(citizen, road, 20).headers["Location"] for _ in range(2))

    answers = [send(citizen, place, 0, b"12345678").status_code for place in (first, second)]

    assert answers == [204, 429]
    assert sorted(path.stat().st_size for path in on_disk(instance)) == [0, 8]


def test_senders_take_turns_and_kiosks_go_first(db, instance, a_proposal):
    proposal, at = a_proposal(), clock.now()
    kept = media.keep(instance.media, [a_picture()])
    senders = ["greedy"] * 5 + ["patient", "kiosk"]
    for number, sender in enumerate(senders):
        origin = an_origin(sender, "kiosk" if sender == "kiosk" else "web")
        uploads.add_whole(
            db, f"{number:032x}", proposal.id, kept, str(number), origin, at=at + number
        )

    turns = []
    while (upload := uploads.claim(db, at=at + 10)) is not None:
        turns.append(senders[int(upload.id, 16)])
        uploads.settle(db, upload.id)

    assert turns == ["kiosk", "greedy", "patient", *["greedy"] * 4]


def test_a_small_file_may_cost_little_of_the_processor_and_a_large_one_more():
    assert transcode.cpu_seconds(63 * 1024) == 20
    assert transcode.cpu_seconds(10 * MIB) == 60
    assert transcode.cpu_seconds(128 * MIB) == 100


def test_the_limit_of_the_processor_holds_for_the_process_that_decodes(monkeypatch):
    given = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, most: given.update({what: most}))
    monkeypatch.setattr(transcode.os, "nice", lambda by: None)

    transcode.limit(33)

    assert given[resource.RLIMIT_CPU] == (33, 33)
