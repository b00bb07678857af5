"""`python -m sms`: starts, serves, stops; what it cannot start with it says in one sentence."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from shared.db.connection import writing
from tests.ports import free_port
from tests.sms.stick import laid_out, why_not

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def environment(instance, **settings):
    return {**os.environ, "HIENKE_INSTANCE": str(instance.folder), **settings}


def run(instance, *options, **settings):
    return subprocess.run(
        [sys.executable, "-m", "sms", *options],
        cwd=ROOT, env=environment(instance, **settings), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def refused(done, *words):
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


def test_a_wrong_setting_is_named(instance):
    refused(run(instance, HIENKE_SMS_GATEWAY="pigeon"), "sms.gateway", "pigeon", "simulator")


def test_twilio_without_its_keys_is_refused(instance):
    refused(run(instance, HIENKE_SMS_GATEWAY="twilio"), "twilio.auth_token")


@pytest.mark.parametrize("option", ["--listen", "--public"])
def test_a_wrong_address_is_named(instance, option):
    done = run(instance, option, "here")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    # The command line's own way: how it is used, then the fault as the last line.
    assert "'here'" in done.stderr.splitlines()[-1] and "HOST:PORT" in done.stderr.splitlines()[-1]


def test_a_folder_without_an_instance_is_named(instance):
    instance.database.unlink()

    refused(run(instance), "hienke init")


@pytest.mark.parametrize(
    ("variable", "value", "section"),
    [
        ("HIENKE_TWILIO_AUTH_TOKEN", "x", "twilio"),
        ("HIENKE_ANDROID_SIGNING_KEY", "12345678", "android"),
        ("HIENKE_GAMMU_DATABASE", "/srv/sms/smsd.db", "gammu"),
    ],
)
def test_a_demo_with_a_real_gateway_does_not_start(instance, db, variable, value, section):
    with writing(db):
        db.write("UPDATE commune SET is_demo = 1 WHERE commune_id = :commune_id")

    refused(run(instance, **{variable: value}), "demo", f"[{section}]")


def test_a_taken_port_is_named(instance):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        refused(run(instance, "--listen", f"127.0.0.1:{port}"), str(port))


def test_it_serves_until_it_is_told_to_stop(instance):
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "sms", "--listen", f"127.0.0.1:{port}", "--supervised"],
        cwd=ROOT, env=environment(instance), stdin=subprocess.PIPE,
    )  # fmt: skip
    try:
        page = fetched(f"http://127.0.0.1:{port}/phone", program)
        assert re.search("<h1>.+</h1>", page)
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.wait()


def test_it_stops_when_its_supervisor_is_gone(instance):
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "sms", "--listen", f"127.0.0.1:{port}", "--supervised"],
        cwd=ROOT, env=environment(instance), stdin=subprocess.PIPE,
    )  # fmt: skip
    try:
        fetched(f"http://127.0.0.1:{port}/phone", program)
        program.stdin.close()
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.wait()


@pytest.mark.gammu
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "installed")
def test_it_fetches_what_a_stick_received(instance, db, tmp_path):
    stick = laid_out(tmp_path / "stick")
    stick.write("SK Hẹn giờ chứng thực cho bà con")
    program = subprocess.Popen(
        [sys.executable, "-m", "sms", "--listen", f"127.0.0.1:{free_port()}"],
        cwd=ROOT,
        env=environment(
            instance,
            HIENKE_SMS_GATEWAY="gammu",
            HIENKE_GAMMU_DATABASE=str(stick.database),
            HIENKE_GAMMU_CONFIG=str(stick.config),
        ),
    )
    try:
        stick.wait(lambda: db.row("SELECT count(*) FROM proposal") == (1,), "a proposal")
        stick.wait(lambda: stick.rows("SELECT count(*) FROM outbox") == [(2,)], "two answers")
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.wait()


def fetched(url, program):
    """Return the page once the program answers; fail when it ends before."""
    while program.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read().decode()
        except ConnectionError:
            pass
        except urllib.error.URLError as fault:
            if not isinstance(fault.reason, ConnectionError):
                raise
    raise AssertionError("the program ended")
