"""A server that dies while people send: its standby takes over, nothing acknowledged is lost and
nothing is doubled; and what comes back as a primary can acknowledge nothing."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from shared.db.connection import Store, StoreUnavailable, open_store, writing
from shared.db.encryption import Cipher
from shared.store import schema
from shared.store.jobs import heartbeat
from shared.store.office import campaigns
from shared.workflows.verify import verify
from tests.conftest import roomy
from tests.faults.office import SETTINGS, Office, a_picture, doubled, missing, sending
from tests.postgres import ACCOUNT, SUPERUSER, Cluster, _owner, as_owner, cluster
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
def primary() -> Iterator[Cluster]:
    with cluster(roomy(), **_AS_SERVED) as running:
        yield running


@pytest.fixture
def standby(primary: Cluster) -> Iterator[Cluster]:
    """A standby of the primary, made as deploy/postgres says; what is acknowledged from then on
    lies on both."""
    with tempfile.TemporaryDirectory(prefix="hienke-pg-", dir=roomy()) as folder:
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

    def offer(sender: str, number: int) -> object:
        picture = a_picture(number, 60_000) if sender == "a" and number % 4 == 0 else None
        return office.offer(f"{sender}-{number}", file=picture)

    try:
        with sending(partial(offer, "a"), partial(offer, "b"), lambda n: office.text(f"text-{n}")):
            _go_on(office)
            office.kill("kiosk")
            _go_on(office)

            primary.die()
            _script("promote.sh", PGHOST=str(standby.folder), PGUSER=SUPERUSER)
            _go_on(office)
            office.kill("sms")
            _go_on(office)
    finally:
        office.serving.end_for_certain()

    db = open_store(standby.url(name), UNIT)
    assert missing(db, office.serving.folder, office.acknowledged) == []
    assert doubled(db) == []
    assert verify(db, office.serving.folder / "media").damage == ()
    db.close()
    _fenced(primary, name)


def test_a_primary_that_became_a_standby_is_asked_for_nothing_that_is_written(
    primary: Cluster, standby: Cluster
) -> None:
    name = primary.fresh()
    hosts = quote(f"{primary.folder},{standby.folder}", safe=",")
    db = Store(f"postgresql://{ACCOUNT}@/{name}?host={hosts}", UNIT, Cipher(bytes(32)))
    schema.migrate(db)
    with writing(db):
        campaigns.create(db, "UBND", is_demo=False, at=1)
    heartbeat.beat(db, "sms", at=1)

    # The data centre changes their parts: the one that comes first follows the other from now on.
    primary.stop()
    _script("promote.sh", PGHOST=str(standby.folder), PGUSER=SUPERUSER)
    (primary.data / "standby.signal").touch()
    os.chown(primary.data / "standby.signal", *_owner())
    with (primary.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = 'host={standby.folder} user={SUPERUSER}'\n")
    primary.start()

    wait_until(lambda: _is_written(db))
    assert heartbeat.last(db, "sms") == 2
    db.close()
    with pytest.raises(StoreUnavailable, match="is a standby and only reads: name its primary"):
        Store(primary.url(name), UNIT)


def _is_written(db: Store) -> bool:
    """Say whether a write is taken; a line to a server that went is found out by asking."""
    try:
        heartbeat.beat(db, "sms", at=2)
    except StoreUnavailable:
        return False
    return True


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


def _go_on(office: Office) -> None:
    """Wait until ideas and SMS are acknowledged again."""
    before = len(office.acknowledged)
    wait_until(lambda: office.is_at_work(before, {"idea", "sms"}))


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
