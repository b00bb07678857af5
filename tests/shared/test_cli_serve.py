"""`hienke serve` as a process: it starts, refuses, survives deaths and loses nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.instance import Instance
from shared.store.connection import Store
from shared.store.verify import verify

ROOT = Path(__file__).resolve().parents[2]
ONE_IDEA = {
    "participant_type": "citizen",
    "title": "Hẹn giờ trước khi đi chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ 30 phút.",
}


class Serving:
    """A `hienke serve` on three free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.public, self.staff, self.sms = _free_ports(3)
        self.process: subprocess.Popen[str] | None = None

    def start(self, **env: str) -> "Serving":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shared.cli", "serve", *self.words()],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder.parent,
            env=_environment(self.folder, **env),
        )  # fmt: skip
        return self

    def words(self) -> list[str]:
        ports = {"--public": self.public, "--staff": self.staff, "--sms": self.sms}
        return [word for name, port in ports.items() for word in (name, f"127.0.0.1:{port}")]

    def is_well(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_well(self) -> "Serving":
        _wait_until(lambda: all(map(self.is_well, (self.public, self.staff, self.sms))))
        return self

    def child(self, name: str) -> int | None:
        """Return the process id of the program of that name, or None while there is none."""
        assert self.process is not None
        return _children(self.process.pid).get(name)

    def end(self) -> int:
        """Ask it to stop and return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance made by `hienke init`."""
    made = tmp_path / "office"
    subprocess.run(
        [sys.executable, "-m", "shared.cli", "init"],
        check=True, capture_output=True, cwd=tmp_path, env=_environment(made),
    )  # fmt: skip
    return made


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    """A `hienke serve` that is not started yet; whatever becomes of it, it ends with the test."""
    made = Serving(folder)
    yield made
    if made.process is not None:
        programs = _children(made.process.pid)
        made.process.terminate()
        try:
            made.process.wait(30)
        except subprocess.TimeoutExpired:
            made.process.kill()
        for pid in programs.values():
            _wait_until(lambda pid=pid: not _lives(pid))


def refused(serving: Serving, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a `hienke serve` that is expected to refuse, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", "serve", *serving.words()],
        capture_output=True, text=True, timeout=60, cwd=serving.folder.parent,
        env=_environment(serving.folder, **env),
    )  # fmt: skip


def test_serve_says_where_it_is_and_answers_there(serving: Serving) -> None:
    serving.start().wait_until_well()

    code = serving.end()

    assert serving.process is not None and serving.process.stdout is not None
    said = serving.process.stdout.read()
    assert code == 0
    for port in (serving.public, serving.staff, serving.sms):
        assert f"http://127.0.0.1:{port}" in said
    assert "user password" not in said


def test_later_runs_tell_how_to_get_a_password(serving: Serving) -> None:
    serving.start().wait_until_well().end()

    serving.start().wait_until_well().end()

    assert serving.process is not None and serving.process.stdout is not None
    assert "hienke user password LOGIN" in serving.process.stdout.read()


@pytest.mark.parametrize("program", ["kiosk", "sms"])
def test_a_program_that_is_killed_comes_back(serving: Serving, program: str) -> None:
    serving.start().wait_until_well()
    first = serving.child(program)
    assert first is not None

    os.kill(first, signal.SIGKILL)

    _wait_until(lambda: serving.child(program) not in (None, first))
    serving.wait_until_well()
    assert serving.end() == 0


def test_programs_end_with_their_supervisor(serving: Serving) -> None:
    serving.start().wait_until_well()
    assert serving.process is not None
    programs = _children(serving.process.pid)

    serving.process.kill()

    serving.process.wait()
    _wait_until(lambda: not any(map(_lives, programs.values())))
    serving.start().wait_until_well()


def test_a_second_serve_on_one_instance_is_refused(serving: Serving) -> None:
    serving.start().wait_until_well()

    second = refused(serving)

    assert second.returncode == 2
    assert second.stderr == f"Another `hienke serve` already runs on {serving.folder}.\n"


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


def test_a_demo_with_the_keys_of_a_gateway_does_not_start(tmp_path: Path) -> None:
    serving = Serving(tmp_path / "demo")
    subprocess.run(
        [sys.executable, "-m", "shared.cli", "init", "--demo"],
        check=True, capture_output=True, cwd=tmp_path, env=_environment(serving.folder),
    )  # fmt: skip

    answer = refused(serving, HIENKE_TWILIO_AUTH_TOKEN="0123456789abcdef0123456789abcdef")

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1 and "demo" in answer.stderr


@pytest.mark.parametrize("program", ["kiosk", "sms"])
def test_a_program_alone_says_what_stops_it_in_one_sentence(serving: Serving, program: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", program],
        capture_output=True, text=True, timeout=60, cwd=serving.folder.parent,
        env=_environment(serving.folder, HIENKE_SMS_GATEWAY="pigeon"),
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
    serving.process.kill()
    serving.process.wait()
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
            _wait_until(lambda: len(self.acknowledged) >= acknowledged)
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

    def _send(self, key: str) -> str | None:
        asked = urllib.request.Request(
            self._url,
            data=json.dumps({**ONE_IDEA, "expected_effect": key}).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": key},
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return str(json.load(answer)["code"])
        except (OSError, ValueError):
            return None


def _each_key_once(db: Store) -> None:
    effects = [effect for (effect,) in db.rows("SELECT expected_effect FROM proposal")]
    assert len(effects) == len(set(effects))


def _present(pid: int | None) -> int:
    assert pid is not None
    return pid


def _wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that must come; the limit is only there to end a hung test."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def _children(parent: int) -> dict[str, int]:
    """Return the programs of a supervisor: the name behind `-m`, and the process id."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if int(after_name[1]) == parent and "-m" in words:
            found[words[words.index("-m") + 1]] = int(entry.name)
    return found


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HIENKE_INSTANCE": str(folder),
        **more,
    }
