"""A real disk that fills up, and one that fails and turns read-only: no receipt without a disk
under it, health says so, and a full one is well again without a restart."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.db.connection import open_store
from shared.workflows.verify import verify
from tests.faults.office import SETTINGS, Office, a_picture, missing
from tests.serving import Serving, wait_until

# So large that files are taken at all: 512 MB stay free for what people write (kiosk/taking.py).
MEGABYTES = 640


def _why_not() -> str:
    """Say why there can be no disk of our own here; "" where there can."""
    if os.geteuid() != 0:
        return "needs root to mount a disk of its own"
    if not Path("/dev/loop-control").exists() or not shutil.which("mkfs.ext4"):
        return "needs loop devices and mkfs.ext4"
    return ""


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(_why_not()), reason=_why_not()),
]


@pytest.fixture
def disk(on_disk: Callable[[], Path]) -> Iterator[Path]:
    """A small ext4 disk of its own."""
    folder = on_disk()
    image, place = folder / "disk.img", folder / "disk"
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    place.mkdir()
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    mounted = subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=False)
    if mounted.returncode:
        pytest.skip("this machine mounts no disk of its own")
    yield place
    subprocess.run(["umount", str(place)], check=False)


@pytest.fixture
def office(disk: Path) -> Iterator[Office]:
    """An office that lies on that disk and runs."""
    serving = Serving(disk / "office")
    assert serving.run("init", "--unit", "26068").returncode == 0
    running = Office(serving.start(**SETTINGS).wait_until_well())
    yield running
    serving.end_for_certain()


def test_a_full_disk_gives_no_receipt_and_is_well_again_when_there_is_room(
    office: Office, disk: Path
) -> None:
    before = [office.offer(f"before-{number}") for number in range(5)]
    filler = disk / "filler"
    _fill(filler)

    full = [_until_refused(office, f"full-{number}") for number in range(3)]
    texts = [office.text(f"text-{number}") for number in range(3)]
    ill = [_health(office, port) for port in (office.serving.public, office.serving.staff)]
    page = _page(office, "/")
    filler.unlink()

    assert all(before) and full == [None] * 3 and texts == [False] * 3
    assert [(status, said["status"]) for status, said in ill] == [(503, "failing")] * 2
    assert page == 200
    office.serving.wait_until_well()
    assert office.offer("after", file=a_picture(1)) and office.text("after")
    _whole(office)


def test_a_failing_disk_gives_no_receipt_and_loses_nothing(office: Office, disk: Path) -> None:
    kept = [office.offer(f"before-{number}") for number in range(5)]
    acknowledged = list(office.acknowledged)

    subprocess.run(["mount", "-o", "remount,abort", str(disk)], check=True)
    refused = [office.offer(f"failing-{number}") for number in range(3)]
    status, said = _health(office, office.serving.public)
    office.serving.end_for_certain()
    copy = disk.parent / "copy"
    shutil.copytree(disk / "office", copy)

    assert all(kept) and refused == [None] * 3 and not office.text("failing")
    assert (status, said["status"]) == (503, "failing")
    db = open_store(copy / "hienke.db")
    assert missing(db, copy, acknowledged) == []
    assert verify(db, copy / "media").damage == ()
    db.close()


def _fill(path: Path) -> None:
    """Write until the disk takes not one byte more."""
    size = 1 << 20
    with path.open("wb", buffering=0) as file:
        # Most of it is only spoken for, which takes no time; the rest is written.
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(path.parent).free - 8 * size)
        file.seek(0, os.SEEK_END)
        while size:
            try:
                file.write(bytes(size))
                os.fsync(file.fileno())
            except OSError:
                size //= 2


def _until_refused(office: Office, name: str) -> str | None:
    """Send ideas until one finds no room: what the files have room for inside is still taken."""
    for number in range(200):
        code = office.offer(f"{name}-{number}")
        if code is None:
            return None
    return code


def _health(office: Office, port: int) -> tuple[int, dict[str, str]]:
    found: tuple[int, dict[str, str]] = (200, {})

    def is_ill() -> bool:
        nonlocal found
        found = _read(f"http://127.0.0.1:{port}/healthz")
        return found[0] != 200

    wait_until(is_ill)
    return found


def _read(address: str) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def _page(office: Office, road: str) -> int:
    address = f"http://127.0.0.1:{office.serving.public}{road}"
    with urllib.request.urlopen(address, timeout=60) as answer:
        return int(answer.status)


def _whole(office: Office) -> None:
    """Everything acknowledged is there, once, and nothing is damaged."""
    office.serving.end()
    db = open_store(office.serving.folder / "hienke.db")
    assert missing(db, office.serving.folder, office.acknowledged) == []
    assert verify(db, office.serving.folder / "media").damage == ()
    db.close()
