"""The demo's content: forty invented proposals, received and answered by the real functions.

Everything happens as in a real case, so a demo store passes `hienke verify` like any other. Nothing
is queued for sending: the phone numbers can be dialled.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store, writing
from shared.demo.story import (
    STORY,
    AddedTo,
    Adopted,
    Answered,
    AskedAgain,
    Consented,
    Counted,
    Flagged,
    Moved,
    Published,
    Settled,
    Step,
    Withdrew,
)
from shared.domain import clock, phone
from shared.domain.intake import read_proposal
from shared.domain.measures import Figures
from shared.domain.proposal import DECIDED, NOT_ASKED, Channel, Consents, NewProposal
from shared.domain.sms_idea import read_sms
from shared.store.cases import authors, consents, conversation, moves, proposals, receiving
from shared.store.messages import inbox
from shared.store.models import adoptions, registry
from shared.texts import NOTICE_VERSION
from shared.workflows import correct_sender, withdraw

Row = Mapping[str, Any]
_SETTLED = texts.load("vi").say("staff.sender.settled")


@dataclass(frozen=True)
class Stage:
    """The people and things of the demo: its officer, its chair, its kiosk, the key of its
    receipts."""

    officer_id: str
    chair_id: str
    kiosk_id: str
    receipt_key: bytes
    zone: ZoneInfo


def latest_year(at: int, zone: ZoneInfo) -> int:
    """Return the year of the proposals: the latest in which all of them lie before `at`."""
    today = clock.to_local(at, zone)
    newest = max(datetime.fromisoformat(row["received_at"]) for row in _rows())
    return today.year - (newest.replace(year=today.year) > today)


def play(db: Store, stage: Stage, *, at: int) -> None:
    """Receive the forty proposals and play their story, in order of time and not beyond `at`."""
    year = latest_year(at, stage.zone)
    acts = [act for row in _rows() for act in _Case(db, stage, row, year).acts()]
    acts.sort(key=lambda act: act[0])
    with writing(db):
        for when, act in acts:
            if when <= at:
                act(at=when)


def _rows() -> list[Row]:
    lines = (Path(__file__).parent / "proposals.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


class _Case:
    """One proposal and its story. Its steps find it again by the key it was sent with."""

    def __init__(self, db: Store, stage: Stage, row: Row, year: int) -> None:
        self.db, self.stage, self.row, self.n = db, stage, row, int(row["n"])
        self.received_at = _in_year(row["received_at"], year)
        self.arrived_at = _in_year(row.get("arrived_at", row["received_at"]), year)

    def acts(self) -> Iterator[tuple[int, Any]]:
        """Yield every act with its instant (ms UTC)."""
        yield self.arrived_at, self._arrive
        for place, step in enumerate(STORY.get(self.n, ())):
            yield self._moment(step.days, place), partial(self._take, step, place)

    def _moment(self, days: int, place: int) -> int:
        """Return an office hour so many working days after the arrival, each one different."""
        zone = self.stage.zone
        day = clock.add_working_days(clock.to_local(self.arrived_at, zone).date(), days)
        hour = time(8 + self.n % 8, self.n % 60, place, tzinfo=zone)
        return clock.from_local(datetime.combine(day, hour))

    def _arrive(self, *, at: int) -> None:
        new = _read(self.row)
        kept = receiving.add(
            self.db,
            new,
            receiving.Arrival(
                self.received_at,
                self.arrived_at,
                self.stage.kiosk_id if new.channel == "kiosk" else None,
            ),
            key=_key(self.n),
            fingerprint="",
            receipt_key=self.stage.receipt_key,
            zone=self.stage.zone,
        ).proposal
        if new.channel == "sms":
            self._keep_message(kept.id, str(new.phone))

    def _keep_message(self, proposal_id: str, sender: str) -> None:
        inbox.keep(
            self.db,
            inbox.Arrived(
                gateway="simulator",
                gateway_id=_key(self.n),
                sender=sender,
                sender_kind="mobile",
                text=self.row["raw_text"],
                raw="",
                sent_at=self.received_at,
                arrived_at=self.arrived_at,
            ),
        )
        for message in inbox.waiting(self.db):
            inbox.handled(
                self.db, message.id, outcome="receipt", at=self.arrived_at, proposal_id=proposal_id
            )

    def _take(self, step: Step, place: int, *, at: int) -> None:
        db, officer, code, key = self.db, self.stage.officer_id, self._code(self.n), _key(self.n)
        match step:
            case Moved():
                if proposals.by_code(db, code).assignee_id is None:
                    self._take_on(code, at=at)
                by = self.stage.chair_id if step.to in DECIDED else officer
                moves.move(db, code, step.to, actor=by, at=at, details=self._said(step, at))
            case Answered():
                conversation.answer(
                    db, code, step.text, staff_id=officer, key=f"{key}|{place}", at=at
                )
            case AddedTo():
                channel = "sms" if self.row["channel"] == "sms" else "paper"
                conversation.add_more(
                    db, code, step.text, channel=channel, key=f"{key}|{place}", at=at
                )
            case Flagged():
                proposals.flag(
                    db, code, spam=step.spam, confidential=step.confidential, actor=officer, at=at
                )
            case Consented():
                proposal_id = proposals.by_code(db, code).id
                consents.give(db, proposal_id, notice=NOTICE_VERSION, at=at)
            case Settled():
                self._settle(code, self.stage.chair_id if step.by_chair else officer, at=at)
            case AskedAgain():
                moves.ask_again(db, code, at=at)
            case Withdrew():
                withdraw.withdraw(db, code, at=at)
            case _:
                self._spread(step, place, at=at)

    def _spread(self, step: Step, place: int, *, at: int) -> None:
        """Publish the idea, record a unit that applies it, or record figures."""
        db, officer = self.db, self.stage.officer_id
        case = proposals.by_code(db, self._code(self.n))
        today = clock.to_local(at, self.stage.zone).date().isoformat()
        match step:
            case Adopted():
                adoptions.add(db, case.id, step.unit, "applying", today, actor=officer, at=at)
            case Counted():
                units = {one.unit: one.id for one in adoptions.of_proposal(db, case.id)}
                new = adoptions.NewMeasure(
                    Figures(step.kind, step.before, step.after), "", today, step.evidence,
                    units.get(step.unit),
                )  # fmt: skip
                key = f"{_key(self.n)}|{place}"
                adoptions.measure(db, case.id, new, key=key, actor=officer, at=at)
            case Published():
                words = registry.Words(
                    case.title, case.current_state, case.solution, step.effect, True, False
                )
                registry.publish(db, case.code, words, seen="", actor=officer, at=at)

    def _settle(self, code: str, by: str, *, at: int) -> None:
        """Staff asked the sender of an SMS who they are."""
        case, row = proposals.by_code(self.db, code), self.row
        now = correct_sender.facts_of(case, authors.of(self.db, case.id))
        who = replace(now, participant_type=row["participant_type"], insider=row["insider"])
        asked = correct_sender.Correction(who, "asked", _SETTLED, "", "")
        correct_sender.correct(self.db, code, asked, zone=self.stage.zone, actor=by, at=at)

    def _take_on(self, code: str, *, at: int) -> None:
        """The officer takes the case and classifies it."""
        officer, row = self.stage.officer_id, self.row
        proposals.assign(self.db, code, officer, actor=officer, at=at)
        proposals.classify(
            self.db,
            code,
            category=_text(row["category"]),
            field=_text(row["field"]),
            actor=officer,
            at=at,
        )

    def _said(self, step: Moved, at: int) -> dict[str, str]:
        day = clock.to_local(at, self.stage.zone).date()
        return {
            name: self._code(int(value))
            if name == "into"
            else (day + timedelta(days=value)).isoformat()
            if isinstance(value, int)
            else value
            for name, value in step.details.items()
        }

    def _code(self, n: int) -> str:
        kept = proposals.by_key(self.db, _key(n))
        if kept is None:
            raise LookupError(f"proposal {n} of the demo is not there yet")
        return kept.code


def _read(row: Row) -> NewProposal:
    """Return the proposal of a row, read as its channel reads it."""
    if row["channel"] == "sms":
        return _read_message(row)
    is_known = "phone" in row or "author_name" in row
    given = {
        "participant_type": row.get("participant_type"),
        "insider": row["insider"],
        "title": row["title"],
        "current_state": row["current_state"],
        "solution": row["solution"],
        "expected_effect": row["expected_effect"],
        "category": row["category"],
        "residence": "outside" if row.get("residence") == "ngoài xã" else "in_commune",
        "unit": row.get("org_name", ""),
        "name": row.get("author_name", ""),
        "phone": row.get("phone", ""),
        "under_16": "minor" in row.get("flags", ()),
        "consents": {
            "store": is_known,
            "sms": is_known,
            "name_me": is_known and row["n"] % 3 == 1,
            "notice": NOTICE_VERSION if is_known else None,
        },
    }
    read = read_proposal(given, cast(Channel, row["channel"]))
    if isinstance(read, NewProposal):
        return read
    # Only a trouble without a solution, which a screen would have asked for: it came by phone.
    return NewProposal(
        channel="voice",
        participant_type=row.get("participant_type", NOT_ASKED),
        title=row["title"],
        current_state=row["current_state"],
        solution="",
        phone=phone.mobile(row["phone"]),
        consents=Consents(store=True, sms=True, notice=NOTICE_VERSION),
    )


def _read_message(row: Row) -> NewProposal:
    """Return what an SMS brought; if somebody typed its parts, those."""
    words = re.sub(r"^\s*SK\b\s*", "", row["raw_text"], flags=re.IGNORECASE)
    read = read_sms(words, str(phone.mobile(row["phone"])))
    if not row["solution"]:
        return read
    return replace(
        read,
        title=row["title"],
        current_state=row["current_state"],
        solution=row["solution"],
        expected_effect=row["expected_effect"],
    )


def _in_year(iso: str, year: int) -> int:
    """Return the instant of a row, moved to the year of the demo, in ms UTC."""
    return clock.from_local(datetime.fromisoformat(iso).replace(year=year))


def _key(n: int) -> str:
    return f"demo|{n}"


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
