"""Two units behind one pair of programs: a name leads to its unit, and what one unit gave out is
worth nothing at the other."""

import json
import logging
import threading
from contextlib import closing

import pytest
from werkzeug.test import Client

from shared.db.connection import Store
from shared.domain import codes
from shared.runtime import whose
from shared.runtime.house.open import NotOpen, OpenHouses
from shared.runtime.house.table import HostTable
from shared.runtime.logs import OneLine
from shared.store.cases import proposals, receipts
from tests.shared.runtime.house.conftest import MISSES, PUBLIC, A, B

IDEA = {
    "participant_type": "citizen",
    "title": "Cho hẹn giờ chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ.",
}


@pytest.fixture
def citizen(deployment):
    """Somebody's browser, elsewhere; it names the unit with each request."""
    return Caller(deployment.kiosks.public)


@pytest.fixture
def member(deployment):
    """A browser of somebody who works somewhere."""
    return Caller(deployment.kiosks.staff)


class Caller:
    """A browser that says of each request whose name it calls."""

    def __init__(self, app, address="203.0.113.7"):
        self.client = Client(app, use_cookies=False)
        self.address = address

    def get(self, host, path, **given):
        return self.client.get(path, **self._from(host, given))

    def post(self, host, path, **given):
        return self.client.post(path, **self._from(host, given))

    def _from(self, host, given):
        headers = {"Host": host, "Origin": f"http://{host}", **given.pop("headers", {})}
        return {**given, "headers": headers, "environ_base": {"REMOTE_ADDR": self.address}}


def with_cookies(*answers):
    """Return the header that gives back what these answers set."""
    kept = {}
    for answer in answers:
        for one in answer.headers.getlist("Set-Cookie"):
            name, _, value = one.partition(";")[0].partition("=")
            kept[name] = value
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}


def rows_of(house):
    db = house.instance.open()
    return closing(db)


def a_secret(house, db: Store, code: str) -> str:
    key, copy = house.instance.secrets().receipt_key, receipts.living_copy(db, code)
    return codes.secret_of(code, key=key, commune_id=db.commune_id, copy=copy)


# --- whose a name is


def test_a_name_leads_to_its_unit_and_a_strangers_to_none(citizen, ours, theirs, deployment):
    assert "BẢN THỬ" in citizen.get(A, "/").text  # only the demo says so on every page
    assert "BẢN THỬ" in citizen.get(f"{A}:8080", "/").text
    assert "BẢN THỬ" not in citizen.get(B, "/").text
    for host in ("evil.example", "127.0.0.1", "", f"{A}.evil.example", "sub." + B):
        refused = citizen.get(host, "/")
        assert refused.status_code == (404 if host == "127.0.0.1" else 400), host
        assert "BẢN THỬ" not in refused.text
        assert refused.headers["X-Content-Type-Options"] == "nosniff"
    webhooks = Caller(deployment.gateways.webhooks)
    assert webhooks.get(A, "/healthz").json == {"status": "ok", "store": "ok", "media": "ok"}
    assert webhooks.get("evil.example", "/healthz").status_code == 400
    # Names of another unit's desk are the same unit's.
    assert citizen.get(f"canbo.{A}", "/").status_code == 200


def test_an_app_is_built_once_at_the_first_request(deployment):
    built, gate = [], threading.Barrier(8)

    def build(house, site, like):
        built.append(house.unit)
        return deployment.kiosks.public.app(house)

    units = OpenHouses(deployment.houses, "test", PUBLIC)
    table = HostTable(units, build, lambda environ, start: [])

    def ask():
        gate.wait()
        Caller(table).get(A, "/healthz")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert built == [99999]
    assert [house.number for house, _ in units.opened()] == ["99999"]


def test_a_unit_that_cannot_be_opened_stops_nobody_else(deployment, ours, theirs, caplog):
    settings = theirs.folder / "settings.toml"
    whole = settings.read_text()
    settings.write_text(whole + "\n[nonsense]\nx = 1\n")
    units = OpenHouses(deployment.houses, "test", PUBLIC)
    try:
        with pytest.raises(NotOpen, match=r"\[nonsense\] is unknown"):
            units.site(theirs)
        table = HostTable(
            units, lambda house, site, like: deployment.kiosks.public.app(house), _nobody
        )
        assert Caller(table).get(B, "/").status_code == 503
        assert Caller(table).get(B, "/").headers["Retry-After"]
        assert Caller(table).get(A, "/").status_code == 200
        assert list(units.faults()) == [theirs.unit]
        assert sum("house_not_open" in line for line in caplog.messages) == 1  # not asked each time
    finally:
        settings.write_text(whole)


def _nobody(environ, start_response):
    raise AssertionError


# --- what one unit gave out


def test_what_one_gave_out_is_worth_nothing_at_the_other(citizen, deployment, ours, theirs):
    with rows_of(ours) as db:
        code = db.row("SELECT code FROM proposal WHERE commune_id = :commune_id ORDER BY id")[0]
        secret = a_secret(ours, db, code)
        file_id, sha = db.row(
            "SELECT a.id, a.sha256 FROM attachment a WHERE a.commune_id = :commune_id"
            " AND a.sha256 <> '' ORDER BY a.id"
        )
        of_file = db.row(
            "SELECT p.code FROM proposal p JOIN attachment a"
            " ON a.commune_id = p.commune_id AND a.proposal_id = p.id"
            " WHERE p.commune_id = :commune_id AND a.id = :id",
            id=file_id,
        )[0]
        with_file = a_secret(ours, db, of_file)
    asked = (f"/r/{secret}", f"/r/{with_file}/tep/{file_id}", f"/r/{secret}/phieu")
    for path in asked:
        assert citizen.get(A, path).status_code == 200, path
        assert citizen.get(B, path).status_code == 404, path
    assert citizen.get(A, f"/t/{code}").status_code == 200
    assert citizen.get(B, f"/t/{code}").status_code == 404
    assert not (theirs.instance.media / sha[:2]).exists()
    found = citizen.get(A, f"/api/v1/proposals/{code}")
    assert (found.status_code, citizen.get(B, f"/api/v1/proposals/{code}").status_code) == (
        200, 404,
    )  # fmt: skip


def test_one_key_keeps_an_idea_at_each(citizen, ours, theirs):
    sent = [
        citizen.post(
            host,
            "/api/v1/proposals",
            data=json.dumps(IDEA),
            headers={"Content-Type": "application/json", "Idempotency-Key": "one-key"},
        )
        for host in (A, B)
    ]

    assert [answer.status_code for answer in sent] == [201, 201]
    for house, answer in ((ours, sent[0]), (theirs, sent[1])):
        with rows_of(house) as db:
            assert proposals.by_code(db, answer.json["code"]).title == IDEA["title"]
    assert sent[0].json["code"] != sent[1].json["code"]


def test_a_kiosk_of_one_is_a_strangers_browser_at_the_other(citizen, deployment):
    link = f"/kiosk/{deployment.founded[99999].kiosk_secret}"
    assert citizen.get(B, link).status_code == 404
    enrolled = citizen.get(A, link)
    kept = with_cookies(enrolled)

    assert enrolled.status_code in (302, 303)
    assert kept["Cookie"]
    assert citizen.get(A, "/", headers=kept).text != citizen.get(A, "/").text
    assert citizen.get(B, "/", headers=kept).text == citizen.get(B, "/").text


def test_a_session_of_one_opens_no_desk_of_the_other(member, deployment, ours, theirs):
    def log_in(host, unit):
        return member.post(
            host, "/login", data={"login": "admin", "password": deployment.password(unit, "admin")}
        )

    entered = log_in(A, 99999)
    assert entered.status_code == 303
    kept = with_cookies(entered)
    at_home, elsewhere = (member.get(host, "/", headers=kept) for host in (A, B))

    assert (at_home.status_code, at_home.location) == (303, "/mat-khau")
    assert "/login" in elsewhere.headers["Location"]
    # The same login and password are nobody at the other.
    refused = member.post(
        B, "/login", data={"login": "admin", "password": deployment.password(99999, "admin")}
    )
    assert refused.status_code == 422
    # A form of one unit's page is a stranger's at the other.
    foreign = member.post(B, "/login", data={}, headers={"Origin": f"http://{A}"})
    assert foreign.status_code == 403


def test_who_guesses_at_one_is_no_guesser_at_the_other(deployment):
    guesser = Caller(deployment.kiosks.public, "198.51.100.9")

    def miss(host):
        return guesser.get(host, f"/t/{codes.new_code()}").status_code

    assert [miss(A) for _ in range(MISSES)] == [404] * MISSES
    assert (miss(A), miss(B)) == (429, 404)


# --- all of them


def test_all_units_are_told_of_to_this_pc_alone(deployment, citizen):
    citizen.get(A, "/")
    here = Caller(deployment.kiosks.staff, "127.0.0.1")
    stranger = Caller(deployment.kiosks.staff)
    assert here.get(A, "/login").status_code == 200

    health = here.get("127.0.0.1", "/healthz").json
    assert (health["status"], health["units"], health["failing"]) == ("ok", 2, {})
    assert stranger.get("localhost", "/healthz").json == {"status": "ok"}
    told = here.get("localhost", "/metrics").text
    assert 'hienke_request_seconds_count{app="kiosk.staff",' in told.replace('unit="99999",', "")
    assert 'unit="99999"' in told
    assert 'hienke_unit_failing{unit="26068"} 0.0' in told
    assert told.count("# TYPE hienke_proposals gauge") == 1
    assert stranger.get("localhost", "/metrics").status_code == 404
    assert here.get(
        "localhost", "/metrics", headers={"X-Forwarded-For": "1.2.3.4"}
    ).status_code == (404)
    assert here.get(A, "/metrics").status_code == 404


def test_the_log_names_the_unit(caplog):
    with whose.working_for(26068):
        caplog.handler.setFormatter(OneLine())
        logging.getLogger("hienke").warning("store_unavailable")

    assert caplog.text.rstrip().endswith("store_unavailable unit=26068")
