"""`hienke serve --house` as a process: both programs, the workers that go round, and the night."""

import json
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from shared.domain import clock
from shared.runtime.instance import Instance
from shared.store.messages import inbox
from shared.store.messages.inbox import Arrived
from tests import commands
from tests.serving import Serving, wait_until

pytestmark = pytest.mark.slow

HOUSES = """
[[house]]
unit = "26068"
folder = "one"
hosts = ["one.localhost"]

[[house]]
unit = "26070"
folder = "two"
hosts = ["two.localhost"]
"""


class Province(Serving):
    """A deployment on three free ports."""

    def words(self) -> list[str]:
        return [*super().words(), "--house", str(self.folder / "houses.toml")]


@pytest.fixture
def province(tmp_path: Path):
    """Two offices under one roof, not served yet."""
    made = Province(tmp_path)
    for unit, name in (("26068", "one"), ("26070", "two")):
        done = commands.hienke(
            "init", "--unit", unit, cwd=tmp_path, env={"HIENKE_INSTANCE": str(tmp_path / name)}
        )
        assert done.returncode == 0, done.stderr
    (tmp_path / "houses.toml").write_text(HOUSES)
    yield made
    made.end_for_certain()


def answer(port: int, host: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Return what a unit answers."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body)
    asked.add_header("Host", f"{host}:{port}")
    asked.add_header("Content-Type", "application/json")
    asked.add_header("Idempotency-Key", "one-key")
    try:
        with urllib.request.urlopen(asked, timeout=60) as said:
            return said.status, said.read()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.read()


def test_both_programs_serve_both_units_and_their_workers_go_round(province, tmp_path):
    province.start().wait_until_well()
    idea = {"participant_type": "citizen", "title": "Hẹn giờ", "solution": "Nhắn tin xin giờ."}

    for host in ("one.localhost", "two.localhost"):
        assert answer(province.public, host, "/")[0] == 200
        assert answer(province.staff, host, "/login")[0] == 200
        status, said = answer(province.public, host, "/api/v1/proposals", json.dumps(idea).encode())
        assert status == 201, said
        assert answer(province.sms, host, "/healthz")[0] == 200
    assert answer(province.public, "three.localhost", "/")[0] == 400

    # What comes in is answered by each unit's own gateway.
    for name in ("one", "two"):
        _let_an_sms_wait(tmp_path / name, name)
        wait_until(lambda: _answered(tmp_path / name))  # noqa: B023

    second = province.run("serve", *province.words())
    assert (second.returncode, second.stderr.count("\n")) == (2, 1)
    assert f"already runs on {tmp_path / 'one'}" in second.stderr
    assert (
        province.run("nightly", "--house", tmp_path / "houses.toml").stdout.count("tidy: done") == 2
    )
    assert province.end() == 0


def test_units_come_and_go_while_others_are_served(province, tmp_path):
    file, settings = tmp_path / "houses.toml", tmp_path / "two" / "settings.toml"
    whole = settings.read_text()
    settings.write_text(whole + "[[[")
    stick = tmp_path / "stick"
    stick.mkdir()
    key = province.run("backup-key", "--to", stick / "key", HIENKE_INSTANCE=str(tmp_path / "one"))
    assert key.returncode == 0, key.stderr

    def says(host: str) -> list[int]:
        asked = (province.public, "/"), (province.staff, "/login"), (province.sms, "/healthz")
        return [answer(port, host, path)[0] for port, path in asked]

    # One that is wrong is 503 with its reason, and the others are served.
    province.start().wait_until_well()
    assert says("one.localhost") == [200] * 3
    assert says("two.localhost") == [503] * 3
    told = json.loads(answer(province.public, "localhost", "/healthz")[1])
    assert "settings.toml" in told["failing"]["26070"]
    settings.write_text(whole)
    wait_until(lambda: says("two.localhost") == [200] * 3)

    # One that is added is served by the programs that run, one that is removed is not.
    added = province.run("house", "add", file, "--unit", "26071", "--host", "three.localhost")
    assert added.returncode == 0, added.stderr
    wait_until(lambda: says("three.localhost") == [200] * 3)
    removed = province.run("house", "remove", file, "26068", "--to", stick)
    assert removed.returncode == 0, removed.stderr
    assert list(stick.glob("*.age"))
    assert says("one.localhost") == [400] * 3
    assert says("two.localhost") == [200] * 3
    assert province.end() == 0


def test_a_house_that_is_wrong_stops_the_start(province, tmp_path):
    file = tmp_path / "houses.toml"
    file.write_text(HOUSES.replace("two.localhost", "one.localhost"))

    refused = province.run("serve", *province.words())

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"{file}: the name one.localhost belongs to units 26068 and 26070; it may belong to one.\n"
    )


def _let_an_sms_wait(folder: Path, name: str) -> None:
    db = Instance(folder).open()
    inbox.keep(
        db,
        Arrived(
            gateway="simulator", gateway_id=f"sms-{name}", sender="+84912345678",
            sender_kind="mobile", text="TT 000000000000", raw="{}", sent_at=None,
            arrived_at=clock.now(),
        ),
    )  # fmt: skip
    db.close()


def _answered(folder: Path) -> bool:
    with closing(Instance(folder).open()) as db:
        return bool(
            db.rows("SELECT 1 FROM outbox WHERE commune_id = :commune_id AND state = 'delivered'")
        )
