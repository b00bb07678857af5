"""The reference client of tus sends to the real program: answers that are lost, a break, a fall."""

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import urllib.error
import urllib.request
import wave
from pathlib import Path

import pytest

from tests.npm import installed
from tests.serving import Serving, wait_until

SCRIPT = Path(__file__).resolve().parents[1] / "data" / "tus_client.cjs"
ONE_IDEA = {
    "participant_type": "citizen",
    "title": "Hẹn giờ trước khi đi chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ 30 phút.",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def library():
    """Where tus-js-client lies."""
    return installed("tus-js-client")


@pytest.fixture(scope="module")
def serving(tmp_path_factory, library):
    """A `hienke serve` that all of these tests send to."""
    made = Serving(tmp_path_factory.mktemp("tus") / "office")
    assert made.run("init", "--unit", "26068").returncode == 0
    made.start().wait_until_well()
    yield made
    made.end_for_certain()


@pytest.fixture
def receipt(serving):
    """The address of a fresh receipt."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{serving.public}/api/v1/proposals",
        data=json.dumps(ONE_IDEA).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": str(random.random())},
    )
    with urllib.request.urlopen(asked) as answer:
        secret = json.load(answer)["receipt_url"].rpartition("/")[2]
    return f"http://127.0.0.1:{serving.public}/r/{secret}"


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Six seconds of noise, 1 MB: sixteen pieces."""
    path = tmp_path_factory.mktemp("noise") / "noise.wav"
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setparams((2, 2, 44_100, 0, "NONE", ""))
        sound.writeframesraw(random.Random(1).randbytes(6 * 2 * 2 * 44_100))
    path.write_bytes(written.getvalue())
    return path


@pytest.fixture
def client(library, receipt, recording):
    """Start the client with more words of what it should do; its promise is the file's SHA-256."""

    def start(**told):
        said = {"kind": "audio", "sha256": hashlib.sha256(recording.read_bytes()).hexdigest()}
        told = {
            "endpoint": f"{receipt}/tus", "file": str(recording), "metadata": said, **told
        }  # fmt: skip
        return subprocess.Popen(
            ["node", str(SCRIPT), str(library), json.dumps(told)], stdout=subprocess.PIPE, text=True
        )

    return start


def ended(process):
    """Return what the client said last."""
    out, _ = process.communicate(timeout=60)
    return json.loads(out.splitlines()[-1])


def shows_recording(receipt):
    with urllib.request.urlopen(receipt) as page:
        return "<audio" in page.read().decode()


def here(address):
    asked = urllib.request.Request(address, method="HEAD", headers={"Tus-Resumable": "1.0.0"})
    try:
        with urllib.request.urlopen(asked) as answer:
            return int(answer.headers["Upload-Offset"])
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


def test_a_file_is_sent_and_heard(client, receipt):
    assert "done" in ended(client())
    wait_until(lambda: shows_recording(receipt))


def test_answers_that_are_lost_cost_no_piece_twice(client, receipt, recording):
    ending = ended(client(lose=[2, 5, 17]))

    assert "done" in ending
    pieces = -(-recording.stat().st_size // (64 * 1024))
    assert ending["patches"] == pieces, "what was there was not sent again"
    wait_until(lambda: shows_recording(receipt))


def test_a_break_is_taken_up_where_it_was(client, receipt, recording):
    stopped = ended(client(stopAfter=4))["stopped"]

    assert here(stopped) == 4 * 64 * 1024
    assert "done" in ended(client(url=stopped))
    assert here(stopped) == recording.stat().st_size


def test_what_the_client_forgets_is_forgotten(client):
    stopped = ended(client(stopAfter=2, terminate=True))["stopped"]

    assert here(stopped) == 404


def test_bytes_that_are_not_what_was_promised_are_refused(client):
    said = {"kind": "audio", "sha256": "0" * 64}

    assert ended(client(metadata=said))["failed"] == 460


def test_a_program_that_is_killed_goes_on_where_it_was(client, receipt, serving):
    process = client(chunk=16 * 1024)
    for _ in range(8):
        process.stdout.readline()
    killed = serving.child("kiosk")
    os.kill(killed, signal.SIGKILL)

    ending = ended(process)

    assert "done" in ending, "the whole had the promised SHA-256, or it would have been refused"
    assert serving.child("kiosk") not in (None, killed)
    wait_until(lambda: shows_recording(receipt))
