"""A call to the stick, which nobody can answer, becomes a call-back by itself, once an hour."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from shared.db import event_log
from shared.domain import clock, record
from shared.store.messages import call_backs, opt_outs
from sms import missed_calls
from sms.app import sms_app
from tests.served import served
from tests.sms.conftest import BOUND, MAN

HOOK = Path(__file__).resolve().parents[2] / "deploy" / "gammu" / "missed_call.py"
NOW = 1_790_000_000_000


@pytest.fixture
def told(db):
    """What was queued for a number: the keys of its texts."""
    return lambda number=MAN: [
        row[0]
        for row in db.rows(
            "SELECT text_key FROM outbox WHERE phone = :phone ORDER BY id", phone=db.encrypt(number)
        )
    ]


def on_the_list(db, at=NOW + clock.DAY):
    return [one.phone for one in call_backs.waiting(db, now=at)]


def test_whoever_called_is_on_the_list_once_an_hour_and_is_told_once(db, settings, told):
    def call(minutes, said="0912 345 678"):
        return missed_calls.keep(db, settings, said, at=NOW + minutes * clock.MINUTE)

    assert [call(0), call(1, MAN), call(59), call(61)] == [True, False, False, True]

    assert on_the_list(db) == [MAN] and told() == ["missed_call"] * 2
    [waiting] = call_backs.waiting(db, now=NOW + clock.DAY)
    assert call_backs.done(db, waiting.id, actor="an", at=NOW + 70 * clock.MINUTE)
    assert not call(80), "who was just called back and rings again within the hour is known"
    assert [e.actor for e in event_log.of_kind(db, "missed_call_noted")] == ["system"] * 2


@pytest.mark.parametrize(
    "said", ["", "anonymous", "18001090", "+14155552671", "0901234567", "'; rm -rf /", "9" * 500]
)
def test_whom_nobody_can_call_back_is_left_out(db, settings, said):
    assert not missed_calls.keep(db, settings, said, at=NOW)
    assert on_the_list(db) == []


def test_a_landline_and_who_asked_for_silence_get_no_sms(db, settings, told):
    assert missed_calls.keep(db, settings, "0251 3999 888", at=NOW)
    opt_outs.add_for(db, MAN, actor="an", at=NOW)
    assert missed_calls.keep(db, settings, MAN, at=NOW)

    assert len(on_the_list(db)) == 2
    assert told() == told("+842513999888") == []


def test_forged_callers_cost_no_more_than_a_days_first_answers(db, settings):
    few = dataclasses.replace(
        settings, limits=dataclasses.replace(settings.limits, first_replies_per_day=2)
    )
    for n in range(5):
        missed_calls.keep(db, few, f"091234567{n}", at=NOW)

    assert len(on_the_list(db)) == 5, "all are called"
    (today,) = db.row("SELECT count(*) FROM outbox WHERE due_at <= :now", now=NOW + clock.HOUR)
    assert today == 2


def test_the_hook_tells_of_a_call_from_this_machine_alone(db, site, tmp_path):
    gammu = dataclasses.replace(site.settings.gammu, database=str(tmp_path / "smsd.db"))
    here = record.replace(site, settings=dataclasses.replace(site.settings, gammu=gammu))
    app = sms_app(here, BOUND)
    with served(app) as (address,):
        hook = tmp_path / "missed_call.py"
        port = address.rpartition(":")[2]
        hook.write_text(HOOK.read_text("utf-8").replace("8082", port), "utf-8")
        done = subprocess.run([sys.executable, str(hook), MAN], timeout=30)
    alone = subprocess.run([sys.executable, str(hook), MAN], timeout=30)

    assert done.returncode == alone.returncode == 0
    assert on_the_list(db, clock.now()) == [MAN]
    away = app.test_client().post(
        "/gammu/goi-nho", data={"phone": MAN}, environ_overrides={"REMOTE_ADDR": "192.168.1.9"}
    )
    assert away.status_code == 404


def test_without_a_stick_there_is_no_such_address(client, db):
    assert client.post("/gammu/goi-nho", data={"phone": MAN}).status_code == 404
    assert on_the_list(db) == []
