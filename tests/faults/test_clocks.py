"""A PC whose clock jumps by years, as with an empty battery: it goes on taking ideas, deletes
nothing, lets nobody stay logged in, and is whole afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.db.connection import open_store
from shared.workflows.verify import verify
from tests.faults.office import Office, missing
from tests.serving import Serving

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime: apt install faketime"),
]
JUMPS = ("-2y", "+10y", "@1970-01-02 00:00:00", "+0")


@pytest.fixture
def jump(tmp_path: Path) -> Callable[[str], None]:
    """`jump("+10y")` sets the clock of the programs."""
    wanted = tmp_path / "clock"
    wanted.write_text("+0\n")

    def to(words: str) -> None:
        fresh = tmp_path / "clock.new"
        fresh.write_text(words + "\n")
        fresh.replace(wanted)

    return to


@pytest.fixture
def office(tmp_path: Path, jump: Callable[[str], None]) -> Iterator[Office]:
    serving = Serving(tmp_path / "office")
    assert serving.run("init", "--demo").returncode == 0
    clock = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(tmp_path / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    running = Office(serving.start(**clock).wait_until_well())
    yield running
    serving.end_for_certain()


def test_a_clock_that_jumps_by_years_loses_nothing(
    office: Office, jump: Callable[[str], None]
) -> None:
    before = _counts(office)

    codes = []
    for words in JUMPS:
        jump(words)
        codes += [office.offer(f"{words}-{number}") for number in range(3)]
        office.serving.wait_until_well()
    office.serving.end()

    after = _counts(office)
    assert all(codes) and len(set(codes)) == 3 * len(JUMPS)
    assert after.pop("proposal") == before.pop("proposal") + len(codes)
    assert {table: count for table, count in after.items() if count < before[table]} == {}
    db = open_store(office.serving.folder / "hienke.db")
    assert missing(db, office.serving.folder, office.acknowledged) == []
    assert verify(db, office.serving.folder / "media").damage == ()
    db.close()


def _counts(office: Office) -> dict[str, int]:
    """Return how many rows each table of lasting things holds."""
    db = open_store(office.serving.folder / "hienke.db")
    try:
        return {
            table: db.row(f"SELECT count(*) FROM {table}")[0]  # type: ignore[index]
            for table in ("proposal", "author", "event", "move", "receipt", "attachment", "reply")
        }
    finally:
        db.close()
