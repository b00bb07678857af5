"""What may acknowledge something is said when all that it may have read is on the disk."""

import threading
from typing import Any

from shared.db.connection import StoreUnavailable
from shared.db.engines.sqlite_turns import turns_of
from tests.kiosk.test_api import ADDRESS, LEAST
from tests.serving import wait_until


def test_a_key_that_is_known_already_is_answered_when_its_idea_is_on_the_disk(
    public, db, how_many, monkeypatch
):
    """Two deliveries of one idea: the second finds what the first is not yet answered for."""
    turns, may_flush = turns_of(db.engine.path), threading.Event()
    flush = turns._flush
    monkeypatch.setattr(turns, "_flush", lambda: may_flush.wait(60) and flush())
    answers: list[int] = []

    def send() -> None:
        sent = public.test_client().post(ADDRESS, json=LEAST, headers={"Idempotency-Key": "one"})
        answers.append(sent.status_code)

    senders = [threading.Thread(target=send) for _ in range(2)]
    turns._committed += 1  # the first finds somebody before it
    senders[0].start()
    wait_until(lambda: how_many() == 1)
    senders[1].start()
    senders[1].join(0.5)
    early = list(answers)
    may_flush.set()
    for one in senders:
        one.join()

    assert early == []
    assert sorted(answers) == [200, 201] and how_many() == 1


def test_what_cannot_be_brought_to_the_disk_is_not_acknowledged(citizen, db, how_many, monkeypatch):
    def fails() -> None:
        raise StoreUnavailable("Input/output error")

    def send() -> Any:
        return citizen.post(ADDRESS, json=LEAST, headers={"Idempotency-Key": "one"})

    with monkeypatch.context() as broken:
        broken.setattr(turns_of(db.engine.path), "wait", fails)
        refused, read = send(), citizen.get("/tro-giup")

    assert refused.status_code == 503 and refused.headers["Retry-After"] == "2"
    assert "X-Content-Type-Options" in refused.headers
    assert read.status_code == 200
    assert send().status_code == 200 and how_many() == 1
