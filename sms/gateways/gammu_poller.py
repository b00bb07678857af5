"""Reads from smsd's database what it received and the state of what it was given to send.

smsd owns the modem and its own database. That inbox is the truth, and a row is marked only after it
is kept here. If a part of a long SMS is missing, smsd passes the parts on one by one (multipart.py
joins them). Its times are local (it runs in the office's zone).
"""

import hashlib
import json
import logging
import threading
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock, phone
from shared.domain.record import asdict
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.messages import gateway_health, inbox, sending
from shared.store.messages.gammu_database import BUSY_SECONDS, Received, Smsd, SmsdUnavailable
from shared.store.messages.inbox import Arrived, MessageIn
from shared.store.messages.outgoing import MessageOut
from sms.gateways import DeliveryReport, NoteReport
from sms.gateways.gammu import NAME, NOT_SENT, name_of
from sms.gateways.multipart import Gathered, gathered

POLL_SECONDS = 3.0
POKED_SECONDS = 0.3
# How long a long SMS waits for a part; the clock may have been set back meanwhile.
PART_WAITS = 15 * clock.MINUTE
# A later part still joins within this time; after it, its reference may be another message's.
PART_JOINS = clock.DAY
FOLLOWED_FOR = 3 * clock.DAY
# No message is followed for longer.
SMSD_KEEPS_FOR = 7 * clock.DAY
# smsd asks the modem every few seconds and records that in its database.
SIGN_IS_FRESH = 5 * clock.MINUTE

_ON_ITS_WAY = ("SendingOK", "SendingOKNoReport", "DeliveryPending", "DeliveryUnknown")

log = logging.getLogger("hienke.sms")


class Poller:
    """Fetches what smsd received and follows what it was given to send."""

    def __init__(
        self,
        database: Path,
        zone: ZoneInfo,
        note_report: NoteReport,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self._database = database
        self._note_report = note_report
        self._zone = zone
        self._busy_seconds = busy_seconds
        self._poked = threading.Event()
        self._due = 0.0
        self._tidied_at = 0

    def poke(self) -> None:
        """Let the worker look now: smsd just received something."""
        self._poked.set()

    def chore(self, instance: Instance) -> Chore:
        """Return the work: looking every three seconds and after each poke."""

        def look(db: Store, turn: Turn) -> None:
            self._look_when_due(db)

        return Chore(NAME, POKED_SECONDS, instance, look, "outside", idle=POKED_SECONDS)

    def _look_when_due(self, db: Store) -> None:
        now = time.monotonic()
        if self._poked.is_set() or now >= self._due:
            self._poked.clear()
            self._due = now + POLL_SECONDS
            self.look(db, at=clock.now())

    def look(self, db: Store, *, at: int) -> None:
        """Keep what is new, follow what is on its way, and record smsd's state. Nothing is lost if
        smsd's database cannot be used now: the next look finds it."""
        try:
            with closing(Smsd(self._database, self._busy_seconds)) as smsd:
                self._receive(db, smsd, at)
                self._follow(db, smsd, at)
                self._note_health(db, smsd.last_sign(), at)
                self._tidy(smsd, at)
        except SmsdUnavailable as fault:
            self._note_fault(db, str(fault), at)

    def _receive(self, db: Store, smsd: Smsd, at: int) -> None:
        for message in gathered(smsd.unread()):
            if message.total == 1:
                self._keep(db, smsd, message, at)
            else:
                self._receive_parts(db, smsd, message, at)

    def _receive_parts(self, db: Store, smsd: Smsd, message: Gathered, at: int) -> None:
        sender = phone.read_sender(message.sender).number
        kept = _remembered(inbox.brought_by(db, NAME, sender[:40], at - PART_JOINS))
        smsd.mark(_take_out(message, _rows_of(kept)))
        if not message.parts:
            return
        if not message.missing:
            self._keep(db, smsd, message, at)
            return
        beginning = _lacking(kept, message)
        waits_since = max(row.stored_at for row in message.rows)
        if beginning or abs(at - waits_since) >= PART_WAITS:
            self._keep(db, smsd, message, at, beginning)

    def _keep(
        self,
        db: Store,
        smsd: Smsd,
        message: Gathered,
        at: int,
        beginning: MessageIn | None = None,
    ) -> None:
        """Keep first, then mark: after a crash between the two the first step repeats and changes
        nothing."""
        inbox.keep(db, self._arrived(message, at, beginning))
        smsd.mark(message.rows)

    def _arrived(self, message: Gathered, at: int, beginning: MessageIn | None) -> Arrived:
        first = message.rows[0]
        sender = phone.read_sender(message.sender)
        return Arrived(
            gateway=NAME,
            gateway_id=f"{first.phone}|{first.id}|{_fingerprint(first)}",
            sender=sender.number[:40],
            sender_kind=sender.kind,
            text=message.late_text() if beginning else message.text(),
            raw=_raw(message, beginning),
            sent_at=self._instant(first.received),
            arrived_at=at,
        )

    def _instant(self, received: str) -> int | None:
        try:
            return clock.from_local(datetime.fromisoformat(received).replace(tzinfo=self._zone))
        except (ValueError, OverflowError):
            return None

    def _follow(self, db: Store, smsd: Smsd, at: int) -> None:
        for message in sending.followed(db, NAME, at - FOLLOWED_FOR):
            report = _report(message, smsd)
            if report:
                self._note_report(db, NAME, report, at=at)

    def _tidy(self, smsd: Smsd, at: int) -> None:
        """Once an hour, let smsd delete what is kept here: its copy knows no erasure."""
        if abs(at - self._tidied_at) >= clock.HOUR:
            smsd.forget(before=at - SMSD_KEEPS_FOR)
            self._tidied_at = at

    def _note_health(self, db: Store, last_sign: int | None, at: int) -> None:
        if last_sign is not None and abs(at - last_sign) < SIGN_IS_FRESH:
            gateway_health.heard(db, NAME, at=at)
        else:
            self._note_fault(db, "gammu-smsd does not reach the modem", at)

    def _note_fault(self, db: Store, fault: str, at: int) -> None:
        known = gateway_health.health(db, NAME)
        if known.fault == fault and (known.fault_at or 0) > (known.heard_at or 0):
            return
        log.error("gateway_fails gateway=%s reason=%s", NAME, fault)
        gateway_health.failed(db, NAME, fault, at=at)


def _take_out(message: Gathered, kept: set[tuple[str, ...]]) -> list[Received]:
    """Remove from a message the rows that are kept already and return them: a crash left them
    unmarked, or the modem read them twice."""
    known = [row for row in message.rows if (row.udh, row.received, row.text) in kept]
    message.parts = {number: row for number, row in message.parts.items() if row not in known}
    message.copies = [row for row in message.copies if row not in known]
    return known


def _remembered(kept: list[MessageIn]) -> list[MessageIn]:
    """Return the messages that still have their content: an erasure leaves a row without it."""
    return [one for one in kept if one.raw]


def _rows_of(kept: list[MessageIn]) -> set[tuple[str, ...]]:
    rows = [row for one in kept for row in json.loads(one.raw)["rows"]]
    return {(row["udh"], row["received"], row["text"]) for row in rows}


def _lacking(kept: list[MessageIn], message: Gathered) -> MessageIn | None:
    """Return the message that was kept without exactly these parts, or None."""
    came_late: dict[str, set[int]] = {}
    for one in kept:  # newest first: the message that is completed stands before its rest
        raw = json.loads(one.raw)
        if "completes" in raw:
            came_late.setdefault(raw["completes"], set()).update(raw["parts"])
        is_same = (raw["reference"], raw["total"]) == (message.reference, message.total)
        lacks = set(raw["missing_parts"]) - came_late.get(one.id, set())
        if is_same and set(message.parts) <= lacks:
            return one
    return None


def _raw(message: Gathered, beginning: MessageIn | None) -> str:
    """Return everything that smsd passed on, with what we must know of its parts."""
    raw = {
        "rows": [asdict(row) for row in message.rows],
        "reference": message.reference,
        "total": message.total,
        "parts": sorted(message.parts),
        "missing_parts": [] if beginning else message.missing,
    }
    if beginning:
        raw["completes"] = beginning.id
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


def _fingerprint(row: Received) -> str:
    """Return what distinguishes a row from one of another database, where ids start again."""
    content = "\0".join((row.sender, row.udh, row.received, row.text))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _report(message: MessageOut, smsd: Smsd) -> DeliveryReport | None:
    """Return smsd's report about a message, None if there is nothing new."""
    name = message.gateway_id or ""
    found = smsd.outgoing(int(name.partition("@")[0]))
    if found is None or name_of(found) != name:
        if message.state == "sent":  # smsd has deleted its record
            return None
        return DeliveryReport(name, "", "failed", error="no longer in smsd's database")
    if not found.status or (found.status in _ON_ITS_WAY and message.state == "sent"):
        return None
    error = f"{found.status}/{found.code}"
    if found.status in _ON_ITS_WAY:
        return DeliveryReport(name, "", "on_its_way")
    if found.status == "DeliveryOK":
        return DeliveryReport(name, "", "delivered")
    return DeliveryReport(name, "", "failed", error=error, may_try_again=found.status in NOT_SENT)
