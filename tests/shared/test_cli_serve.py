"""`hienke serve` as a process: it starts, refuses, survives deaths and loses nothing."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.db.connection import Store
from shared.runtime.instance import Instance
from shared.workflows.verify import verify
from tests.serving import Serving, children, lives, wait_until

pytestmark = pytest.mark.slow

ONE_IDEA = {
    "participant_type": "citizen",
    "title": "Hẹn giờ trước khi đi chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ 30 phút.",
}


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A `hienke serve` on a new instance, not started yet; it ends with the test."""
    made = Serving(tmp_path / "office")
    assert made.run("init", "--unit", "26068").returncode == 0
    yield made
    made.end_for_certain()


def refused(serving: Serving, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a `hienke serve` that is expected to refuse, to its end."""
    return serving.run("serve", *serving.words(), **env)


def test_serve_says_where_it_is_lets_no_second_in_and_brings_back_what_is_killed(
    serving: Serving,
) -> None:
    serving.start().wait_until_well()

    second = refused(serving)
    for program in ("kiosk", "sms"):
        first = _present(serving.child(program))
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: serving.child(program) not in (None, first))  # noqa: B023
        serving.wait_until_well()
    code = serving.end()

    assert second.returncode == 2
    assert second.stderr == f"Another `hienke serve` already runs on {serving.folder}.\n"
    assert code == 0
    said = _said(serving)
    for port in (serving.public, serving.staff, serving.sms):
        assert f"http://127.0.0.1:{port}" in said
    assert "user password" not in said
    serving.start().wait_until_well().end()
    assert "hienke user password LOGIN" in _said(serving)


def test_a_port_in_use_is_named(serving: Serving) -> None:
    with socket.create_server(("127.0.0.1", serving.staff)):
        answer = refused(serving)

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert f"127.0.0.1:{serving.staff}" in answer.stderr


def test_a_typo_in_the_settings_is_named(serving: Serving) -> None:
    with (serving.folder / "settings.toml").open("a") as file:
        file.write('\n[officee]\nname = "x"\n')

    answer = refused(serving)

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "officee" in answer.stderr and "office" in answer.stderr


def test_a_wrong_value_is_named_with_what_is_allowed(serving: Serving) -> None:
    answer = refused(serving, HIENKE_LIMITS_REPLIES_PER_DAY="many")

    assert answer.returncode == 2
    assert "limits.replies_per_day" in answer.stderr
    assert "'many'" in answer.stderr and "a whole number" in answer.stderr


def test_settings_that_name_another_unit_than_the_store_do_not_start(serving: Serving) -> None:
    settings = serving.folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace('"26068"', '"26071"'), "utf-8")

    answer = refused(serving)

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "office.unit = '26071'" in answer.stderr and "26068" in answer.stderr


def test_a_demo_with_the_keys_of_a_gateway_does_not_start(tmp_path: Path) -> None:
    serving = Serving(tmp_path / "demo")
    serving.run("init", "--demo")

    answer = refused(serving, HIENKE_TWILIO_AUTH_TOKEN="0123456789abcdef0123456789abcdef")

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1 and "demo" in answer.stderr


@pytest.mark.parametrize("program", ["kiosk", "sms"])
def test_a_program_alone_says_what_stops_it_in_one_sentence(serving: Serving, program: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", program],
        capture_output=True, text=True, timeout=60, cwd=serving.folder.parent,
        env=serving.environment(HIENKE_SMS_GATEWAY="pigeon"),
    )  # fmt: skip

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1 and "sms.gateway" in answer.stderr


def test_what_was_acknowledged_before_a_kill_is_there_exactly_once(serving: Serving) -> None:
    serving.start().wait_until_well()
    stream = Stream(serving.public, senders=4)

    stream.run_until(acknowledged=40)
    os.kill(_present(serving.child("kiosk")), signal.SIGKILL)
    stream.run_until(acknowledged=80)
    assert serving.process is not None
    programs = children(serving.process.pid)
    serving.process.kill()
    serving.process.wait()
    wait_until(lambda: not any(map(lives, programs.values())))
    stream.run_until(acknowledged=80)
    serving.start()
    stream.run_until(acknowledged=120)
    stream.stop()
    serving.end()

    db = Instance(serving.folder).open()
    kept = [code for (code,) in db.rows("SELECT code FROM proposal")]
    assert set(stream.acknowledged.values()) <= set(kept)
    assert len(set(stream.acknowledged.values())) == len(stream.acknowledged) >= 120
    assert len(kept) == len(set(kept)) <= stream.tried
    assert verify(db, serving.folder / "media").damage == ()
    _each_key_once(db)


class Stream:
    """Senders that send one idea after the other, each again under its key until it is
    acknowledged, as the offline queue of a kiosk does."""

    def __init__(self, port: int, senders: int) -> None:
        self.acknowledged: dict[str, str] = {}
        self.tried = 0
        self._url = f"http://127.0.0.1:{port}/api/v1/proposals"
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._send_on, args=(name,)) for name in range(senders)
        ]
        for thread in self._threads:
            thread.start()

    def run_until(self, acknowledged: int) -> None:
        try:
            wait_until(lambda: len(self.acknowledged) >= acknowledged)
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _send_on(self, name: int) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            self.tried += 1
            key = f"sender-{name}-{number}"
            while key not in self.acknowledged and not self._stopping.is_set():
                code = self._send(key)
                if code:
                    self.acknowledged[key] = code
                else:
                    self._stopping.wait(0.05)

    def _send(self, key: str) -> str | None:
        asked = urllib.request.Request(
            self._url,
            data=json.dumps({**ONE_IDEA, "expected_effect": key}).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": key},
        )
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return str(json.load(answer)["code"])
        # An answer that was cut short acknowledges nothing.
        except (OSError, ValueError, http.client.HTTPException):
            return None


def _each_key_once(db: Store) -> None:
    effects = [effect for (effect,) in db.rows("SELECT expected_effect FROM proposal")]
    assert len(effects) == len(set(effects))


def _said(serving: Serving) -> str:
    assert serving.process is not None and serving.process.stdout is not None
    return serving.process.stdout.read()


def _present(pid: int | None) -> int:
    assert pid is not None
    return pid
