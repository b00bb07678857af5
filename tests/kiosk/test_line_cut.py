"""The line between the program and the server of its store breaks while a COMMIT is on its way: the
sender is told to try again, and the second sending is kept once, whatever became of the first."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared.db.connection import StoreUnavailable
from shared.db.engines.choosing import engine_at
from shared.runtime.instance import Instance
from shared.store.jobs import heartbeat
from shared.workflows import verify
from tests.kiosk.test_server_away import ADDRESS, IDEA
from tests.on_server import founded_at
from tests.postgres import ACCOUNT, Cluster

COMMIT = b"COMMIT\0"


class Line:
    """A line to a server. It breaks at the next COMMIT: `"before"` the server has heard of it, or
    `"after"` the server has answered, with nobody told."""

    def __init__(self, server: Path) -> None:
        self.breaks = ""
        self._server = str(server)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._server)
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(*ends, near), daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65_536):
                # The server's answer to COMMIT has the same bytes as the asking.
                if COMMIT in said and self.breaks == ("before" if source is near else "after"):
                    self.breaks = ""
                    break
                to.sendall(said)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(postgres: Cluster) -> Iterator[Line]:
    opened = Line(postgres.folder / ".s.PGSQL.5432")
    yield opened
    opened.close()


@pytest.fixture
def instance(postgres: Cluster, line: Line, tmp_path: Path) -> Iterator[Instance]:
    name = postgres.fresh()
    url = f"postgresql://{ACCOUNT}@127.0.0.1:{line.port}/{name}"
    yield founded_at(url, tmp_path / "instance")
    engine_at(url).close()
    postgres.drop(name)


def test_a_line_that_breaks_within_commit_keeps_the_idea_once(public, db, instance, line):
    citizen = public.test_client()

    def send(key: str) -> int:
        answer = citizen.post(ADDRESS, json=IDEA, headers={"Idempotency-Key": key})
        return answer.status_code

    def kept() -> int:
        [(many,)] = db.rows("SELECT count(*) FROM proposal WHERE commune_id = :commune_id")
        return int(many)

    for already, (breaks, was_kept) in enumerate((("before", False), ("after", True))):
        line.breaks = breaks
        assert send(breaks) == 503 and line.breaks == ""
        assert kept() == already + was_kept
        assert send(breaks) == (200 if was_kept else 201)
        assert send(breaks) == 200
        assert kept() == already + 1

        line.breaks = breaks
        with pytest.raises(StoreUnavailable):
            heartbeat.beat(db, "kiosk", at=1)
    assert verify.verify(db, instance.media).damage == ()
