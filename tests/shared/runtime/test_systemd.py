"""systemd hears that the programs are ready, that they live, and that they stop."""

import os
import signal
import socket

import pytest

from shared.runtime.systemd import Watched
from tests.serving import Serving


@pytest.fixture
def manager(tmp_path):
    """What systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(60)
        yield heard


def heard(manager: socket.socket) -> str:
    return manager.recv(100).decode()


def test_ready_is_said_once_and_only_when_the_ports_answer(tmp_path, manager):
    ready = iter([False, True, True])
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000"}
    watched = Watched(lambda: next(ready), environ)
    watched.tend()
    first = heard(manager)

    watched._due_at = 0
    watched.tend()
    watched._due_at = 0
    watched.tend()
    watched.stopping()

    said = [heard(manager) for _ in range(4)]
    assert first == "WATCHDOG=1"
    assert said == ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]


def test_without_systemd_nothing_is_said_or_asked():
    watched = Watched(lambda: pytest.fail("asked"), {})

    watched.tend()
    watched.stopping()


def test_a_manager_that_went_away_stops_nobody(tmp_path):
    watched = Watched(lambda: True, {"NOTIFY_SOCKET": str(tmp_path / "gone")})

    watched.tend()
    watched.stopping()


@pytest.mark.slow
def test_serve_tells_systemd_when_it_is_ready_and_when_it_stops(tmp_path, manager):
    serving = Serving(tmp_path / "office")
    assert serving.run("init", "--unit", "26068").returncode == 0
    try:
        serving.start(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="2000000")
        said = [heard(manager)]
        while said[-1] != "READY=1":
            said.append(heard(manager))

        assert all(map(serving.is_well, (serving.public, serving.staff, serving.sms)))
        assert serving.process is not None
        os.kill(serving.process.pid, signal.SIGTERM)
        while said[-1] != "STOPPING=1":
            said.append(heard(manager))
        assert set(said) == {"WATCHDOG=1", "READY=1", "STOPPING=1"}
    finally:
        serving.end_for_certain()
