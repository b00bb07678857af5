"""The power goes while people send: whatever was acknowledged is on the disk that is left.

A kill shows nothing of this, as the system still writes what a killed program left. So every
write and sync of the programs is recorded, and the disk is laid out again as it may have been at
the instant of each answer.
"""

import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.db.connection import open_store
from shared.workflows.verify import verify
from tests.faults.disk import Disk, Unsynced
from tests.faults.office import SETTINGS, Acknowledged, Office, a_picture, busily, missing
from tests.serving import Serving, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler: apt install gcc"),
]
RECORDER = Path(__file__).with_name("recorder.c")
IDEAS, TEXTS = 60, 40


@dataclass(frozen=True)
class Run:
    """A recorded run: the disk and what was acknowledged while it ran."""

    disk: Disk
    acknowledged: list[Acknowledged]


@pytest.fixture(scope="module")
def run(on_disk: Callable[[], Path]) -> Iterator[Run]:
    """Ideas, files and SMS, five senders of ideas and two of SMS, so that blocks meet at the store,
    until the programs were killed."""
    folder = on_disk()
    library, trace = folder / "recorder.so", folder / "trace"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(RECORDER), "-ldl"], check=True
    )
    serving = Serving(folder / "office")
    assert serving.run("init", "--unit", "26068").returncode == 0
    disk = Disk(serving.folder)
    recorded = {
        "LD_PRELOAD": str(library),
        "RECORD_ROOT": str(serving.folder),
        "RECORD_TO": str(trace),
    }
    office = Office(serving.start(**SETTINGS, **recorded).wait_until_well())
    try:
        busily(
            lambda: [insist(office.offer, f"a{n}", file=a_picture(n) if n % 3 == 0 else None)
                     for n in range(IDEAS // 4)],
            *(lambda who=who: [insist(office.offer, f"{who}{n}") for n in range(IDEAS // 4)]
              for who in "bcd"),
            *(lambda who=who: [insist(office.text, f"{who}{n}") for n in range(TEXTS // 2)]
              for who in "tu"),
        )  # fmt: skip
        assert serving.process is not None
        serving.process.kill()
    finally:
        serving.end_for_certain()
    disk.learn(trace)
    yield Run(disk, sorted(office.acknowledged, key=lambda one: one.at))


def insist(send: Callable[..., object], *words: object, **more: object) -> None:
    """Send until it is taken: a disk that is busy may refuse for a while."""
    wait_until(lambda: bool(send(*words, **more)))


def test_the_run_is_one_worth_looking_at(run: Run) -> None:
    kinds = [one.kind for one in run.acknowledged]

    assert (kinds.count("idea"), kinds.count("sms"), kinds.count("file")) == (IDEAS, TEXTS, 5)
    assert kinds.count("part") > 15


def test_what_was_acknowledged_is_there_after_a_power_cut_at_each_answer(
    run: Run, tmp_path: Path
) -> None:
    for number, one in enumerate(run.acknowledged):
        until = run.acknowledged[: number + 1]

        assert lost(run, tmp_path / f"{number}", one.at, until, "lost") == []


@pytest.mark.parametrize("seed", range(24))
def test_nothing_is_damaged_by_what_a_power_cut_tears(run: Run, tmp_path: Path, seed: int) -> None:
    """Between two answers, with some of what was under way on the disk and some not."""
    place = seed * len(run.acknowledged) // 24
    until, at = run.acknowledged[: place + 1], run.acknowledged[place].at + seed * 100_000

    assert lost(run, tmp_path / "office", at, until, "torn", seed=seed, whole=True) == []


def test_a_disk_that_only_says_it_synced_is_found_out(run: Run, tmp_path: Path) -> None:
    """The test of the tests: where syncs mean nothing, acknowledged ideas are gone."""
    at = run.acknowledged[-1].at

    run.disk.lay_out(tmp_path / "office", at, "lost", lies=True)

    db = open_store(tmp_path / "office" / "hienke.db")
    assert len(missing(db, tmp_path / "office", run.acknowledged)) > IDEAS
    db.close()


def test_a_file_in_the_place_of_a_folder_that_is_gone_is_synced_as_a_file(tmp_path: Path) -> None:
    """A disk gives the number of what is gone to the next that comes."""
    root, trace, number = tmp_path / "root", tmp_path / "trace", 987_654_321
    root.mkdir()
    folder, file = str(root / "folder").encode(), str(root / "file").encode()
    calls = [
        (number, b"M", folder), (0, b"U", folder), (number, b"C", file),
        (number, b"W", b"kept"), (number, b"S", b""), (root.stat().st_ino, b"S", b""),
    ]  # fmt: skip
    trace.write_bytes(
        b"".join(
            struct.pack("=QQQQIc3x", at, at, inode, 0, len(content), kind) + content
            for at, (inode, kind, content) in enumerate(calls)
        )
    )
    disk = Disk(root)
    disk.learn(trace)

    disk.lay_out(tmp_path / "after", len(calls), "lost")

    assert [(one.name, one.read_bytes()) for one in (tmp_path / "after").iterdir()] == [
        ("file", b"kept")
    ]


def lost(
    run: Run, folder: Path, at: int, until: list[Acknowledged], unsynced: Unsynced, *,
    seed: int = 0, whole: bool = False,
) -> list[object]:  # fmt: skip
    """Cut the power at an instant (ns); return what of `until` is gone, and with `whole` what
    `hienke verify` calls damaged."""
    run.disk.lay_out(folder, at, unsynced, seed=seed)
    db = open_store(folder / "hienke.db")
    try:
        gone: list[object] = list(missing(db, folder, until))
        return gone + (list(verify(db, folder / "media").damage) if whole else [])
    finally:
        db.close()
        shutil.rmtree(folder)
