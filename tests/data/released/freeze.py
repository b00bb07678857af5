"""Freezes the store of this version, a little of everything in it, as `<version>.db.gz`.

Run once at a release, in the tree that is released; the file is never made again:

    .venv/bin/python -m pytest tests/data/released/freeze.py

From then on tests/shared/test_released.py brings that store to every later version.
"""

import gzip
from importlib.metadata import version
from pathlib import Path

from shared.db import throttle
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import drafts, parked_drafts, proposals, reserved_codes
from shared.store.jobs import heartbeat
from shared.store.messages import budgets, gateway_health, loop_alarms, opt_outs
from shared.store.people import devices, help_calls, sessions
from shared.workflows import sms_steps, verify
from tests.conftest import ZONE
from tests.shared.workflows.test_verify import lived

HERE = Path(__file__).parent

__all__ = ["lived"]


def test_freeze(lived, instance, a_proposal, tmp_path):
    fill_the_rest(lived, a_proposal)
    assert verify.verify(lived, instance.media).damage == ()
    tables = [
        name
        for (name,) in lived.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite_", "proposal_fts"))
    ]
    empty = {one for one in tables if not lived.row(f"SELECT 1 FROM {one} LIMIT 1")}
    assert not empty, f"fill these too: {empty}"
    lived.conn.execute("VACUUM INTO ?", (str(tmp_path / "frozen.db"),))
    target = HERE / f"{version('hienke')}.db.gz"
    assert not target.exists(), "a released store is never frozen again"
    frozen = (tmp_path / "frozen.db").read_bytes()
    target.write_bytes(gzip.compress(frozen, mtime=0))


def fill_the_rest(db, a_proposal) -> None:
    """Put something into the tables that bear no seal."""
    at = clock.now()
    [(staff_id,)] = db.rows("SELECT id FROM staff_member")
    [(device_id,)] = db.rows("SELECT id FROM device")
    [(message_id,)] = db.rows("SELECT id FROM message_in")
    heartbeat.beat(db, "kiosk", at=at)
    sessions.begin(db, staff_id, "hash", sessions.Where("10.0.0.7", ""), at=at)
    throttle.count(db, throttle.Brake("login", 5, clock.HOUR), "lan", at)
    drafts.begin(db, "visit", at=at)
    draft = drafts.begin(db, "other visit", at=at)
    parked_drafts.hold(db, "other visit", draft, numbers=("1234",), at=at, until=at + clock.HOUR)
    for number in ("+84912345671", "+84912345672"):
        opt_outs.add_for(db, number, actor=staff_id, at=at)
    lifted = opt_outs.page(db)[0]
    opt_outs.lift(db, lifted.id, "he came by", actor=staff_id, at=at)
    gateway_health.failed(db, "android", "no answer", at=at)
    devices.note_seen(db, device_id, at=at)
    reserved_codes.report(db, reserved_codes.Report(device_id, at, 2, 0, None, 0, 0))
    help_calls.ring(db, device_id, at=at)
    sms_steps.set_aside(db, message_id, actor=staff_id, at=at)
    with writing(db):
        budgets.count(db, at=at, zone=ZONE)
        loop_alarms.ring(db, message_id, "+84912345678", "same_text", at=at)
    kept, twin = a_proposal(), a_proposal()
    proposals.move(db, twin.code, Status.MERGED, actor=staff_id, at=at, details={"into": kept.code})
