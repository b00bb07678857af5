"""The demo's content: forty invented proposals and what an office does about them, played by the
real functions.

Everything happens as in a real case, so a demo store passes `hienke verify` like any other. Nothing
is sent: the phone numbers can be dialled, so each SMS is noted as delivered and no gateway sees it.
Days are told from the day of founding (days.py, proposals.jsonl); only what lies at the cut-off has
a day of the calendar.
"""

import json
from pathlib import Path
from typing import Any

from shared.db.connection import Store, writing
from shared.demo.cases import InventedCase, instant
from shared.demo.days import DemoDays
from shared.demo.office import COUNCIL, Office
from shared.demo.stage import Stage
from shared.domain import clock

__all__ = ["COUNCIL", "DemoDays", "Stage", "play", "years"]


def years(stage: Stage) -> list[int]:
    """Return the years that need a campaign: those in which a proposal comes, and this one."""
    rows = _rows()
    came = {instant(row, _newest(rows), stage.days) for row in rows}
    zone = stage.days.zone
    return sorted({clock.to_local(at, zone).year for at in (*came, stage.days.at)})


def play(db: Store, stage: Stage) -> None:
    """Receive the forty proposals and play their story and the office's, in order of time and not
    beyond the day of founding."""
    rows = _rows()
    acts = [act for row in rows for act in InventedCase(db, stage, row, _newest(rows)).acts()]
    acts += Office(db, stage).acts()
    acts.sort(key=lambda act: act[0])
    with writing(db):
        for when, act in acts:
            if when <= stage.days.at:
                act(at=when)


def _rows() -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "proposals.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _newest(rows: list[dict[str, Any]]) -> str:
    """Return when the last of those with a day of the calendar came."""
    return max(str(row["received_at"]) for row in rows if "days_ago" not in row.get("demo", {}))
