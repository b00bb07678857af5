"""The disk of the server that holds the store fills up: citizens are told to try again, and when
there is room again the office goes on by itself, with all that was acknowledged."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from shared.db.engines.choosing import engine_at
from shared.runtime.instance import Instance
from shared.workflows import verify
from tests.conftest import roomy
from tests.kiosk.test_server_away import ADDRESS, IDEA
from tests.on_server import founded_at
from tests.postgres import Cluster, cluster

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a disk of its own")

DISK = "128m"
PIECE = bytes(64 * 1024)


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A small disk of its own."""
    with tempfile.TemporaryDirectory(prefix="hienke-disk-", dir=roomy()) as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", folder], check=False
        )
        if mounted.returncode:
            pytest.skip("this machine mounts no disk of its own")
        yield Path(folder)
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def server(disk: Path) -> Iterator[Cluster]:
    """A server that lies on that disk; its journal is small, as the disk is."""
    with cluster(disk, max_wal_size="32MB", min_wal_size="32MB") as running:
        yield running


@pytest.fixture
def instance(server: Cluster, tmp_path: Path) -> Iterator[Instance]:
    url = server.url(server.fresh())
    yield founded_at(url, tmp_path / "instance")
    engine_at(url).close()


def test_a_servers_disk_that_is_full_is_503_while_it_is_and_loses_nothing(
    public, db, instance, disk
):
    citizen, keys, acknowledged = public.test_client(), count(), {}

    def send() -> int:
        key = str(next(keys))
        idea = {**IDEA, "solution": f"{IDEA['solution']} {key} " + "Bà con chờ lâu. " * 90}
        answer = citizen.post(ADDRESS, json=idea, headers={"Idempotency-Key": key})
        if answer.status_code == 201:
            acknowledged[key] = answer.json["code"]
        else:
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        return answer.status_code

    assert send() == 201
    fill(disk / "somebody-elses")
    until_full = [send() for _ in range(40)]
    assert 503 in until_full
    assert citizen.get("/").status_code == 200
    (disk / "somebody-elses").unlink()

    assert [send() for _ in range(5)] == [201] * 5
    codes = {code for (code,) in db.rows("SELECT code FROM proposal")}
    assert codes == set(acknowledged.values())
    assert verify.verify(db, instance.media).damage == ()


def fill(path: Path) -> None:
    """Take what is left of the disk."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(PIECE):
                pass
        except OSError:
            pass
