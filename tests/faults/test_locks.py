"""A program that holds the store for eight seconds: whoever writes is asked to come again and
then has it once; reading goes on."""

import http.client
import json
import threading
import time
from pathlib import Path

import pytest

from shared.db.connection import open_store, writing
from tests.faults.office import IDEA
from tests.serving import Serving

pytestmark = pytest.mark.slow
HELD_SECONDS = 8.0


def test_a_store_locked_for_eight_seconds_refuses_politely_and_loses_nothing(
    tmp_path: Path,
) -> None:
    serving = Serving(tmp_path / "office")
    assert serving.run("init", "--unit", "26068").returncode == 0
    serving.start().wait_until_well()
    known = json.loads(_offer(serving, "known")[2])["code"]
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        db = open_store(serving.folder / "hienke.db")
        with writing(db):
            locked.set()
            done.wait()
        db.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(60)
        began = time.monotonic()
        refused = _offer(serving, "one")
        read = _ask(serving, "GET", f"/t/{known}")
        time.sleep(max(0.0, HELD_SECONDS - (time.monotonic() - began)))
        done.set()
        holder.join()
        first, again = _offer(serving, "one"), _offer(serving, "one")
    finally:
        done.set()
        holder.join()
        serving.end_for_certain()

    assert refused[0] == 503 and refused[1]["Retry-After"] == "2"
    assert json.loads(refused[2])["status"] == 503
    assert read[0] == 200
    assert (first[0], again[0]) == (201, 200) and first[2] == again[2]
    db = open_store(serving.folder / "hienke.db")
    assert db.row("SELECT count(*) FROM proposal") == (2,)
    db.close()


Answer = tuple[int, http.client.HTTPMessage, bytes]


def _offer(serving: Serving, key: str) -> Answer:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return _ask(serving, "POST", "/api/v1/proposals", json.dumps(IDEA).encode(), headers)


def _ask(
    serving: Serving, method: str, road: str, body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Answer:  # fmt: skip
    line = http.client.HTTPConnection("127.0.0.1", serving.public, timeout=60)
    line.request(method, road, body, headers or {})
    answer = line.getresponse()
    return answer.status, answer.headers, answer.read()
