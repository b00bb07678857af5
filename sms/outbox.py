"""Sends what is due: claims it, makes the words, gives it to the gateway outside any transaction,
and records the result.

If a gateway does not answer, the outcome is unknown. That is no reason to send again: we first ask
the gateway what it took. "Sent" is the network's word, "delivered" its report.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.db.connection import Store, writing
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.settings import Settings
from shared.store.messages import (
    budgets,
    gateway_health,
    opt_outs,
    outgoing,
    sending,
    typed_receipts,
)
from shared.store.messages import forgetting as message_forgetting
from shared.store.messages.outgoing import MessageOut
from shared.texts import TextMissing
from shared.texts.sms_text import compose
from shared.workflows import notices, sms_steps
from sms.gateways import Found, Gateway, LookUpFailed, Outcome, Reject, Retry, Sent, Taken, Unknown

POLL_SECONDS = 0.3
# What waits for the budget, the gateway's rest or its answer is looked at so often.
IDLE_SECONDS = 60.0
# Longer than any gateway may need to answer.
LEASE = 2 * clock.MINUTE
RETRIES = (clock.MINUTE, 5 * clock.MINUTE, 15 * clock.MINUTE, clock.HOUR)
# A gateway lists what it took a moment later.
LOOK_UP_AFTER = clock.MINUTE
LOOK_UP_AGAIN = 5 * clock.MINUTE
LOOK_UP_FOR = clock.DAY
# After this time we ask a gateway about a message it keeps and has not reported.
REPORT_WITHIN = 10 * clock.MINUTE
# How much our clock and the gateway's may differ; where other machines send from the same store,
# theirs too.
CLOCK_SLACK = 2 * clock.MINUTE
SHARED_CLOCK_SLACK = clock.HOUR
# Who slept for longer between claiming a message and handing it over leaves it: LEASE is nearly
# over, and another sender may be at it.
HAND_OVER_WITHIN_SECONDS = 45.0
CHANNEL_REST = clock.MINUTE

log = logging.getLogger("hienke.sms")


@dataclass
class Outbox:
    """A sender of an instance. `office` are the office's own values.

    `is_shared`: other machines may send from the same store, each by its own clock. Then what
    another one claimed or could not explain is touched only when nothing changed in it for long
    enough by this one's stopwatch."""

    gateway: Gateway
    settings: Settings
    office: Mapping[str, str]
    is_shared: bool = False
    rests_until: int = 0
    tidied_at: int = 0
    _watched: dict[str, tuple[MessageOut, float]] = field(default_factory=dict)

    def chore(self, instance: Instance) -> Chore:
        """Return the work: sending what is due."""

        def look(db: Store, turn: Turn) -> float | None:
            at = clock.now()
            self.explain(db, at=at)
            self.tidy(db, at=at)
            while turn.goes_on() and self.send_one(db, at=clock.now()):
                pass
            due_at = sending.next_due(db, after=at)
            return None if due_at is None else (due_at - at) / 1000

        return Chore(
            "outbox", POLL_SECONDS, instance, look, "outside", idle=IDLE_SECONDS,
            queue=sending.QUEUE,
        )  # fmt: skip

    def send_one(self, db: Store, *, at: int) -> bool:
        """Send the next message that is due; return whether there was one."""
        # A rest that seems longer than it can be began under a clock that was ahead.
        if at < self.rests_until < at + 2 * CHANNEL_REST:
            return False
        begun, sms, zone = _stopwatch(), self.settings.sms, self.settings.office.zone
        may_go = budgets.may_go(db, sms, at=at, zone=zone)
        claimed = sending.claim(db, at=at, lease=at + LEASE, limit=1, notices=may_go)
        for message in claimed:
            self._send(db, message, at, begun)
        return bool(claimed)

    def explain(self, db: Store, *, at: int) -> None:
        """Settle unknown outcomes: ask the gateway, then send again or not."""
        lapsed = sending.lapsed(db, at)
        for message in lapsed:
            if self._has_rested(message, LEASE):
                sending.note_lapsed(db, message, at=at)
        unexplained = sending.unexplained(db, at=at, since=at - LOOK_UP_FOR)
        for message in unexplained:
            if message.gateway == self.gateway.name and self._has_rested(message, LOOK_UP_AFTER):
                self._look_up(db, message, at)
        present = {message.id for message in (*lapsed, *unexplained)}
        self._watched = {one: seen for one, seen in self._watched.items() if one in present}

    def tidy(self, db: Store, *, at: int) -> None:
        """Once an hour, forget the numbers of people who withdrew their idea a day ago."""
        if abs(at - self.tidied_at) < clock.HOUR:
            return
        self.tidied_at = at
        forgotten = message_forgetting.forget_erased(db, before=at - clock.DAY)
        if forgotten:
            log.info("numbers_forgotten rows=%d", forgotten)

    def _has_rested(self, message: MessageOut, long: int) -> bool:
        """Say whether nothing changed in a message for so long (ms), whatever the clocks say."""
        if not self.is_shared:
            return True
        now = _stopwatch()
        seen, since = self._watched.setdefault(message.id, (message, now))
        if seen != message:
            self._watched[message.id] = (message, now)
            return False
        return (now - since) * 1000 >= long

    def _send(self, db: Store, message: MessageOut, at: int, begun: float) -> None:
        with writing(db):
            if not sending.claimed(db, message):
                return  # this sender slept, and another one took it over
            text = self._words(db, message, at)
        if text is None:
            return
        if _stopwatch() - begun > HAND_OVER_WITHIN_SECONDS:
            log.warning("handed_over_too_late message=%s", message.id)
            return  # whether it went is asked of the gateway, then it goes
        outcome = self.gateway.send(message.phone, text, message.id)
        self._note(db, message, outcome, clock.now())

    def _words(self, db: Store, message: MessageOut, at: int) -> str | None:
        """Return what is to be sent now, written down; None if nothing is, and why not is noted.
        Only inside `writing`."""
        if message.kind == "notice" and not notices.is_still_wanted(db, message, at=at):
            sending.note_outcome(db, message.id, "suppressed", at=at)
            return None
        later = typed_receipts.opens(db, message, self.settings, at=at)
        if later > at:
            sending.put_off(db, message, later, at=at)
            return None
        try:
            text = compose(message.text_key, message.blanks, self.office)
        except TextMissing:
            log.error("text_missing message=%s key=%s", message.id, message.text_key)
            sending.note_outcome(db, message.id, "failed", at=at, error="text missing")
            return None
        sending.note_text(db, message.id, text, self.gateway.name, at=at)
        if message.kind == "notice" and not message.text:
            budgets.count(db, at=at, zone=self.settings.office.zone)
        return text

    def _note(self, db: Store, message: MessageOut, outcome: Outcome, at: int) -> None:
        with writing(db):
            now = sending.claimed(db, message)
            if now is None:
                return  # a report was faster than the answer, or another sender took it over
            match outcome:
                case Sent() | Taken() | Reject():
                    self._settle(db, message, outcome, at)
                case Unknown():
                    sending.note_outcome(
                        db, message.id, "unknown", at=at, error=outcome.error,
                        due_at=at + LOOK_UP_AFTER,
                    )  # fmt: skip
                case Retry():
                    self._again(db, now, outcome, at)

    def _settle(self, db: Store, message: MessageOut, found: Found, at: int) -> None:
        match found:
            case Sent():
                state = "delivered" if found.is_delivered else "sent"
                sending.note_outcome(db, message.id, state, at=at, gateway_id=found.gateway_id)
                gateway_health.heard(db, self.gateway.name, at=at)
            case Taken():
                sending.note_taken(
                    db, message.id, found.gateway_id, at=at, lease=at + REPORT_WITHIN
                )
                gateway_health.heard(db, self.gateway.name, at=at)
            case Reject():
                sending.note_outcome(db, message.id, "failed", at=at, error=found.error)
                if found.suppress:
                    opt_outs.add(db, message.phone, found.error, at=at)
                log.error("sms_rejected message=%s error=%s", message.id, found.error)

    def _again(self, db: Store, message: MessageOut, outcome: Retry, at: int) -> None:
        if outcome.is_channel_down:
            self.rests_until = at + CHANNEL_REST
            gateway_health.failed(db, self.gateway.name, outcome.error, at=at)
            log.error("sms_channel_down error=%s", outcome.error)
        retry_later(db, message, outcome.error, at=at, after=outcome.after)

    def _look_up(self, db: Store, message: MessageOut, at: int) -> None:
        # It was claimed under a clock that was ahead: that time means nothing.
        is_from_ahead = message.changed_at > at
        slack = LEASE + (SHARED_CLOCK_SLACK if self.is_shared else CLOCK_SLACK)
        gone_since = (at - LOOK_UP_FOR if is_from_ahead else message.changed_at) - slack
        try:
            taken = self.gateway.look_up(message.phone, message.text, gone_since, message.id)
        except LookUpFailed as fault:
            log.warning("look_up_failed message=%s reason=%s", message.id, fault)
            _put_off(db, message, at)
            return
        with writing(db):
            if outgoing.by_id(db, message.id) != message:
                return  # a report or another sender was faster than the answer
            for found in taken:
                if self._may_be(db, message, found):
                    self._settle(db, message, found, at)
                    return
            if sms_steps.how_settled(db, message.id) is not None:
                # An officer sent it again as a row of its own, or dismissed it.
                _put_off(db, message, at)
                return
            sending.note_outcome(
                db, message.id, "queued", at=at, error="not taken before", due_at=at
            )

    def _may_be(self, db: Store, message: MessageOut, found: Found) -> bool:
        """Say whether what was found may be this message and is not known to be another of ours."""
        if isinstance(found, Reject):
            return True
        known = outgoing.by_gateway_id(db, self.gateway.name, found.gateway_id)
        return known is None or known.id == message.id


def retry_later(db: Store, message: MessageOut, error: str, *, at: int, after: int = 0) -> None:
    """Queue a message again after 1, 5, 15, 60 min, or not before `after` ms; after that it failed.
    `message` is its present row, with this attempt counted."""
    if message.attempts > len(RETRIES):
        log.error("sms_failed message=%s error=%s", message.id, error)
        sending.note_outcome(db, message.id, "failed", at=at, error=error)
        return
    wait = max(RETRIES[max(0, message.attempts - 1)], after)
    sending.note_outcome(db, message.id, "queued", at=at, error=error, due_at=at + wait)


def _put_off(db: Store, message: MessageOut, at: int) -> None:
    with writing(db):
        if outgoing.by_id(db, message.id) == message:
            sending.note_outcome(
                db, message.id, "unknown", at=message.changed_at, error=message.error,
                due_at=at + LOOK_UP_AGAIN,
            )  # fmt: skip


def _stopwatch() -> float:
    """Return seconds since some instant, those in which this machine slept too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
