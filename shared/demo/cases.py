"""One invented idea of the demo: how it arrives, and how each step of its story is done by the real
functions."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from functools import partial
from typing import Any, cast

from shared import texts
from shared.db.connection import Store
from shared.demo.days import DemoDays
from shared.demo.stage import Stage, deliver, kept_file
from shared.demo.story import (
    APPRAISALS,
    STORY,
    UNREACHED,
    AddedTo,
    Adopted,
    Answered,
    AskedAgain,
    Attached,
    Consented,
    Counted,
    Flagged,
    FromToday,
    Moved,
    Planned,
    Published,
    Settled,
    Step,
    StillUsed,
    WantsErased,
    WantsOut,
    Withdrew,
)
from shared.domain import clock, phone
from shared.domain.appraisal import AppraisalAnswers, Expected
from shared.domain.intake import read_proposal
from shared.domain.measures import Figures
from shared.domain.proposal import DECIDED, NOT_ASKED, Channel, Consents, NewProposal, Status
from shared.domain.record import replace
from shared.domain.sms_idea import read_sms
from shared.store.cases import (
    appraisals,
    authors,
    completeness,
    consents,
    conversation,
    moves,
    proposals,
    receiving,
    roadmap,
)
from shared.store.files import attachments
from shared.store.messages import inbox, outgoing
from shared.store.models import adoptions, follow_up, registry
from shared.store.office import profile
from shared.store.people import clerks
from shared.store.privacy.data_requests import Door
from shared.texts import NOTICE_VERSION
from shared.workflows import case_steps, correct_sender, enter_for_members, pending, withdraw

Row = Mapping[str, Any]
Act = Callable[..., None]
_SETTLED = texts.load("vi").say("staff.sender.settled")
# The ideas that an organisation's clerk entered for its members (office.py begins the list).
OF_MEMBERS = (18, 30)
LIST_TITLE = "Chi hội ấp 3 và công nhân khu trọ"


class InventedCase:
    """One proposal and its story. Its steps find it again by the key it was sent with."""

    def __init__(self, db: Store, stage: Stage, row: Row, newest: str) -> None:
        self.db, self.stage, self.n = db, stage, int(row["n"])
        self.row = {**row, **row.get("demo", {})}
        self.received_at = instant(row, newest, stage.days)
        self.arrived_at = instant(row, newest, stage.days, "arrived_at")

    def acts(self) -> Iterator[tuple[int, Act]]:
        """Yield every act with its instant (ms UTC)."""
        yield self.arrived_at, self._arrive
        for place, step in enumerate(STORY.get(self.n, ())):
            yield self._moment(step, place), partial(self._take, step, place)

    def _moment(self, step: Step, place: int) -> int:
        """Return an office hour so many working days after the arrival, each one different."""
        if isinstance(step, WantsOut | WantsErased):
            return self.stage.days.minutes_ago(60 * step.hours)
        if step.days == 0:
            return self.arrived_at + (place + 1) * clock.MINUTE
        hour = time(8 + self.n % 8, self.n % 60, place)
        return self.stage.days.after(self.arrived_at, step.days, hour)

    def _arrive(self, *, at: int) -> None:
        new = read(self.row)
        common: dict[str, Any] = {
            "key": key_of(self.n), "fingerprint": "", "receipt_key": self.stage.receipt_key,
            "zone": self.stage.days.zone,
        }  # fmt: skip
        if self.n in OF_MEMBERS:
            clerk = self.stage.people["organisation"]
            its = clerks.by_clerk(self.db)[clerk]
            [listed] = enter_for_members.of_organisation(self.db, its.id)
            enter_for_members.add(self.db, listed, new, actor=clerk, at=at, **common)
        else:
            device = self.stage.kiosk_id if new.channel == "kiosk" else None
            came = receiving.Arrival(self.received_at, self.arrived_at, device)
            kept = receiving.add(self.db, new, came, **common).proposal
            if new.channel == "sms":
                self._keep_message(kept.id, kept.code, str(new.phone))
        deliver(self.db, self.stage, at=at)

    def _keep_message(self, proposal_id: str, code: str, sender: str) -> None:
        """Keep the SMS that brought the idea, and answer it."""
        blanks = {
            "gio": clock.hour_words(self.arrived_at, self.stage.days.zone),
            "ngay": clock.day_words(self.arrived_at, self.stage.days.zone), "ma": code,
        }  # fmt: skip
        self._talk(
            sender, self.row["raw_text"], "receipt", blanks, proposal_id, at=self.arrived_at,
            sent_at=self.received_at,
        )  # fmt: skip

    def _talk(
        self, sender: str, said: str, answer: str, blanks: Mapping[str, str], proposal_id: str, *,
        at: int, sent_at: int,
    ) -> None:  # fmt: skip
        """Let a telephone send an SMS about its idea, and the office answer it."""
        db, name = self.db, f"{key_of(self.n)}|{at}"
        inbox.keep(
            db, inbox.Arrived("simulator", name, sender, "mobile", said, "", sent_at, at),
        )  # fmt: skip
        for message in inbox.waiting(db):
            inbox.handled(db, message.id, outcome="receipt", at=at, proposal_id=proposal_id)
            db.write_all(
                outgoing.replying(
                    db, sender, answer, blanks,
                    message_id=message.id, at=at, proposal_id=proposal_id,
                )
            )  # fmt: skip

    def _take(self, step: Step, place: int, *, at: int) -> None:
        self._act(step, place, at=at)
        fault = "30003" if self.n in UNREACHED else ""
        deliver(self.db, self.stage, at=at, fault=fault)

    def _act(self, step: Step, place: int, *, at: int) -> None:
        db, officer, code, key = self.db, self.stage.officer, self._code(self.n), key_of(self.n)
        match step:
            case Moved():
                self._move(step, code, at=at)
            case Answered():
                case_steps.answer(
                    db, code, step.text, staff_id=officer, key=f"{key}|{place}", at=at,
                    zone=self.stage.days.zone,
                )  # fmt: skip
            case Flagged():
                proposals.flag(
                    db, code, spam=step.spam, confidential=step.confidential, actor=officer, at=at
                )
            case Settled():
                self._settle(code, self.stage.chair if step.by_chair else officer, at=at)
            case Attached():
                self._attach(step, place, code, at=at)
            case Planned():
                found, due = proposals.by_code(db, code), self.stage.days.iso(step.due)
                name = f"{key}|{place}"
                roadmap.add(db, found.id, step.what, due, key=name, actor=officer, at=at)
            case Adopted() | Counted() | Published() | StillUsed():
                self._spread(step, place, at=at)
            case _:
                self._of_the_sender(step, place, code, at=at)

    def _of_the_sender(self, step: Step, place: int, code: str, *, at: int) -> None:
        """Do what the sender does about an idea that is there."""
        db, found = self.db, proposals.by_code(self.db, code)
        by_sms = Door("sms", self.stage.days.zone)
        match step:
            case AddedTo():
                channel = "sms" if self.row["channel"] == "sms" else "paper"
                name = f"{key_of(self.n)}|{place}"
                conversation.add_more(db, code, step.text, channel=channel, key=name, at=at)
            case Consented():
                consents.give(db, found.id, notice=NOTICE_VERSION, at=at)
                sender = str(phone.mobile(self.row["phone"]))
                self._talk(sender, f"DY {code}", "opt_in", {}, found.id, at=at, sent_at=at)
            case AskedAgain():
                moves.ask_again(db, code, at=at)
            case Withdrew():
                withdraw.withdraw(db, code, at=at)
            case WantsOut():
                pending.ask_to_withdraw(db, code, by_sms, at=at)
            case WantsErased():
                pending.take_consents_back(db, found.id, {"store"}, by_sms, at=at)

    def _move(self, step: Moved, code: str, *, at: int) -> None:
        """Let the officer take a step, or the chair if it decides."""
        if proposals.by_code(self.db, code).assignee_id is None:
            self._take_on(code, at=at)
        if step.to is Status.AT_COUNCIL:
            self._appraise(code, at=at)
        by = self.stage.chair if step.to in DECIDED else self.stage.officer
        case_steps.move(
            self.db, code, step.to, actor=by, at=at, details=self._said(step, at),
            zone=self.stage.days.zone,
        )  # fmt: skip

    def _appraise(self, code: str, *, at: int) -> None:
        """Let the officer write down the opinion and tick what both parts say."""
        db, officer = self.db, self.stage.officer
        said = APPRAISALS.get(self.n, APPRAISALS[0])
        opinion = AppraisalAnswers(said.opinion, said.proposed, None, said.verb, said.timing)
        expected = [Expected(*one) for one in said.expected]
        appraisals.keep(db, code, opinion, expected, seen="", actor=officer, at=at)
        completeness.correct(db, code, said.points, actor=officer, at=at)

    def _attach(self, step: Attached, place: int, code: str, *, at: int) -> None:
        """Keep a file that came with the idea, and what somebody heard in it."""
        db, officer, found = self.db, self.stage.officer, proposals.by_code(self.db, code)
        file = attachments.add(
            db, found.id, kept_file(self.stage, step.file), source="desk",
            key=f"{key_of(self.n)}|{place}", actor=officer, at=at,
        )  # fmt: skip
        if file and step.transcript:
            attachments.note_transcript(db, file.id, step.transcript, actor=officer, at=at)

    def _spread(
        self, step: Adopted | Counted | Published | StillUsed, place: int, *, at: int
    ) -> None:
        """Publish the idea, record a unit that applies it, or record figures."""
        db, officer = self.db, self.stage.officer
        case = proposals.by_code(db, self._code(self.n))
        today = clock.to_local(at, self.stage.days.zone).date().isoformat()
        match step:
            case Adopted():
                adoptions.add(db, case.id, step.unit, "applying", today, actor=officer, at=at)
            case Counted():
                units = {one.unit: one.id for one in adoptions.of_proposal(db, case.id)}
                new = adoptions.NewMeasure(
                    Figures(step.kind, step.before, step.after), "", today, step.evidence,
                    units.get(step.unit),
                )  # fmt: skip
                key = f"{key_of(self.n)}|{place}"
                adoptions.measure(db, case.id, new, key=key, actor=officer, at=at)
            case StillUsed():
                [unit] = [
                    one.id for one in adoptions.of_proposal(db, case.id) if one.unit == step.unit
                ]
                follow_up.check(db, unit, 30, "lasts", "", today=today, actor=officer, at=at)
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
        zone = self.stage.days.zone
        correct_sender.correct(self.db, code, asked, zone=zone, actor=by, at=at)

    def _take_on(self, code: str, *, at: int) -> None:
        """The officer takes the case and classifies it."""
        officer, row = self.stage.officer, self.row
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
        """Return a step's details: a number is a day after the step, FromToday one around today."""
        days = self.stage.days
        return {
            name: self._code(int(value))
            if name == "into" and isinstance(value, int)
            else days.iso(value.days)
            if isinstance(value, FromToday)
            else days.iso_after(at, value)
            if isinstance(value, int)
            else value
            for name, value in step.details.items()
        }

    def _code(self, n: int) -> str:
        return code_of(self.db, n)


def instant(row: Row, newest: str, days: DemoDays, name: str = "received_at") -> int:
    """Return when an idea came (ms UTC): so many days ago or, where it lies at the cut-off, on the
    calendar's own day. `newest` is the last of those days."""
    written = row.get(name, row["received_at"])
    ago = row.get("demo", {}).get("days_ago")
    if ago is None:
        return days.latest(written, newest)
    return days.ago(ago, time.fromisoformat(written[11:19]))


def code_of(db: Store, n: int) -> str:
    """Return the code of an idea of the demo. Raises LookupError before it arrived."""
    kept = proposals.by_key(db, _kept_key(db, n))
    if kept is None:
        raise LookupError(f"proposal {n} of the demo is not there yet")
    return kept.code


def _kept_key(db: Store, n: int) -> str:
    """Return the key that the store keeps it under: its list's, if it stands in one."""
    if n not in OF_MEMBERS:
        return key_of(n)
    listed = [
        one.id
        for its in profile.organisations(db)
        for one in enter_for_members.of_organisation(db, its.id)
        if one.title == LIST_TITLE
    ]
    return f"collective|{listed[0]}|{key_of(n)}" if listed else key_of(n)


def key_of(n: int) -> str:
    """Return the key that an idea of the demo was sent with."""
    return f"demo|{n}"


def read(row: Row) -> NewProposal:
    """Return the proposal of a row, read as its channel reads it."""
    if row["channel"] == "sms":
        return _read_message(row)
    found = read_proposal(_given(row), cast(Channel, row["channel"]))
    if isinstance(found, NewProposal):
        # A kiosk asks it on the receipt, which not everybody fills in.
        return found if row.get("participant_type") else replace(found, participant_type=NOT_ASKED)
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


def _given(row: Row) -> dict[str, object]:
    """Return a row as the answers of a form."""
    is_known = "phone" in row or "author_name" in row
    return {
        "participant_type": row.get("participant_type"),
        "insider": row["insider"],
        "title": row["title"],
        "current_state": row["current_state"],
        "solution": row["solution"],
        "expected_effect": row["expected_effect"],
        "category": row["category"],
        "residence": "outside" if row.get("residence") == "ngoài xã" else "in_commune",
        "hamlet": row.get("hamlet", ""),
        "mobiliser": row.get("mobiliser", ""),
        "unit": row.get("org_name", ""),
        "name": row.get("author_name", ""),
        "phone": row.get("phone", ""),
        "under_16": "minor" in row.get("flags", ()),
        "consents": {
            "store": is_known,
            "sms": is_known,
            "name_me": "author_name" in row,
            "notice": NOTICE_VERSION if is_known else None,
        },
    }


def _read_message(row: Row) -> NewProposal:
    """Return what an SMS brought; if somebody typed its parts, those."""
    words = re.sub(r"^\s*SK\b\s*", "", row["raw_text"], flags=re.IGNORECASE)
    found = read_sms(words, str(phone.mobile(row["phone"])))
    if not row["solution"]:
        return found
    return replace(
        found,
        title=row["title"],
        current_state=row["current_state"],
        solution=row["solution"],
        expected_effect=row["expected_effect"],
    )


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
