"""The server of the store dies while citizens send: they are told to try again, and when it is back
nothing that was acknowledged is missing and nothing is there twice."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.db.engines.choosing import engine_at
from shared.runtime.instance import Instance
from shared.workflows import verify
from tests.conftest import roomy
from tests.on_server import founded_at
from tests.postgres import Cluster, cluster

ADDRESS = "/api/v1/proposals"
IDEA = {
    "participant_type": "citizen",
    "title": "Hẹn giờ trước khi đi chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ.",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster(roomy()) as running:
        yield running


@pytest.fixture
def instance(server: Cluster, tmp_path: Path) -> Iterator[Instance]:
    url = server.url(server.fresh())
    yield founded_at(url, tmp_path / "instance")
    engine_at(url).close()


def test_a_server_that_dies_is_503_while_it_is_away_and_loses_nothing(server, public, db, instance):
    citizen = public.test_client()
    acknowledged = []

    def send(key: str) -> int:
        answer = citizen.post(ADDRESS, json=IDEA, headers={"Idempotency-Key": key})
        if answer.status_code in (200, 201):
            acknowledged.append(answer.json["code"])
        else:
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        return answer.status_code

    assert [send("a"), send("b")] == [201, 201]
    server.stop(signal.SIGKILL)
    assert [send("b"), send("c")] == [503, 503]
    assert citizen.get("/healthz").status_code == 503
    server.start()

    assert 201 in (send("c") for _ in range(100))
    assert send("a") == 200
    codes = [code for (code,) in db.rows("SELECT code FROM proposal ORDER BY received_at, id")]
    assert len(codes) == 3 and set(codes) == set(acknowledged)
    assert verify.verify(db, instance.media).damage == ()
