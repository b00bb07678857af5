"""A server that dies while people send: its standby takes over, nothing acknowledged is lost and
nothing is doubled; and what comes back as a primary can acknowledge nothing."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from shared.db.connection import Store, StoreUnavailable, open_store, writing
from shared.workflows.verify import verify
from tests.conftest import MEMORY
from tests.faults.office import SETTINGS, Office, a_picture, missing
from tests.faults.test_kills import _are_at_work, _doubled, _kill
from tests.postgres import ACCOUNT, SUPERUSER, Cluster, as_owner, cluster
from tests.promises.conftest import ROOT
from tests.serving import Serving, wait_until

pytestmark = pytest.mark.slow
DEPLOY = ROOT / "deploy" / "postgres"
UNIT = 26068
_AS_SERVED = {
    "synchronous_commit": "on", "wal_level": "replica", "max_wal_senders": "10",
    "full_page_writes": "on",
}  # fmt: skip


@pytest.fixture
def place() -> Path:
    """A folder that the server's account may enter, as it may not a test's own."""
    return MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())


@pytest.fixture
def primary(place: Path) -> Iterator[Cluster]:
    with cluster(place, **_AS_SERVED) as running:
        yield running


@pytest.fixture
def standby(primary: Cluster, place: Path) -> Iterator[Cluster]:
    """A standby of the primary, made as deploy/postgres says; what is acknowledged from then on
    lies on both."""
    with tempfile.TemporaryDirectory(prefix="hienke-pg-", dir=place) as folder:
        made = Cluster(Path(folder), _AS_SERVED)
        made.give_away()
        told = f"host={primary.folder} user={SUPERUSER}"
        _script("standby.sh", told, "hienke_b", str(made.data))
        made.start()
        with (primary.data / "postgresql.conf").open("a") as settings:
            settings.write((DEPLOY / "hienke.conf").read_text("utf-8"))
        primary.run("SELECT pg_reload_conf()")
        wait_until(lambda: _follows(primary))
        yield made
        made.stop()


def test_a_standby_takes_over_from_a_primary_that_died_and_nothing_acknowledged_is_lost(
    primary: Cluster, standby: Cluster, tmp_path: Path
) -> None:
    name = primary.fresh()
    hosts = quote(f"{primary.folder},{standby.folder}", safe=",")
    url = f"postgresql://{ACCOUNT}@/{name}?host={hosts}"
    office = _office(tmp_path / "office", url)
    stopping = threading.Event()
    senders = [
        threading.Thread(target=_send, args=(office, stopping, number)) for number in range(3)
    ]
    try:
        for sender in senders:
            sender.start()
        _go_on(office)
        _kill(office.serving, "kiosk")
        _go_on(office)

        primary.die()
        _script("promote.sh", PGHOST=str(standby.folder), PGUSER=SUPERUSER)
        _go_on(office)
        _kill(office.serving, "sms")
        _go_on(office)
    finally:
        stopping.set()
        for sender in senders:
            sender.join()
        office.serving.end_for_certain()

    db = open_store(standby.url(name), UNIT)
    assert missing(db, office.serving.folder, office.acknowledged) == []
    assert _doubled(db) == []
    assert verify(db, office.serving.folder / "media").damage == ()
    db.close()
    _fenced(primary, name)


def _fenced(primary: Cluster, name: str) -> None:
    """See that the old primary, back again, takes nothing that could be lost."""
    primary.start()
    old = Store(primary.url(name), UNIT)
    with pytest.raises(StoreUnavailable), writing(old):
        old.write("UPDATE commune SET name = 'Another' WHERE commune_id = :commune_id")
    old.close()


def _office(folder: Path, url: str) -> Office:
    serving = Serving(folder)
    made = serving.run("init", "--unit", f"{UNIT:05d}", HIENKE_STORE_URL=url)
    assert made.returncode == 0, made.stderr
    return Office(serving.start(**SETTINGS).wait_until_well())


def _send(office: Office, stopping: threading.Event, sender: int) -> None:
    number = 0
    while not stopping.is_set():
        number += 1
        name = f"{sender}-{number}"
        picture = a_picture(number, 60_000) if sender == 1 and number % 4 == 0 else None
        send: Callable[[], object] = (
            (lambda name=name: office.text(name))
            if sender == 0
            else lambda name=name, picture=picture: office.offer(name, file=picture)
        )
        while not send() and not stopping.wait(0.05):
            pass
        stopping.wait(0.02)


def _go_on(office: Office) -> None:
    """Wait until ideas and SMS are acknowledged again."""
    before = len(office.acknowledged)
    wait_until(lambda: _are_at_work(office, before, {"idea", "sms"}))


def _follows(primary: Cluster) -> bool:
    return primary.asked("SELECT sync_state FROM pg_stat_replication") == [("quorum",)]


def _script(name: str, *words: str, **environ: str) -> None:
    """Run a script of deploy/postgres as the server's account, which may not read the checkout."""
    done = subprocess.run(
        [*as_owner(), "sh", "-s", "--", *words],
        input=(DEPLOY / name).read_text("utf-8"), cwd="/",
        env={"PATH": os.environ["PATH"], **environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
