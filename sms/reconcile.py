"""Asks Twilio at the start and every hour for messages that it received and could not deliver.

Twilio does not repeat a failed webhook for long, so its list of messages decides. Each is kept
under its MessageSid, as its webhook would have kept it, so none is doubled.
"""

import logging
from dataclasses import dataclass

from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.messages import inbox
from sms.gateways import LookUpFailed
from sms.gateways.twilio import Twilio

EVERY = clock.HOUR
# After a fault it asks again sooner.
AGAIN_AFTER = 5 * clock.MINUTE
# A list shows a message a little late, and two clocks differ.
OVERLAP = clock.HOUR
AT_MOST = 7 * clock.DAY
POLL_SECONDS = 1.0
# Where many units share a program: a clock that was set back is noticed after so long.
IDLE_SECONDS = 60.0

log = logging.getLogger("hienke.sms")


@dataclass
class Reconciler:
    """Asks Twilio for an instance. `asked_at` is when Twilio last answered (ms UTC), 0 before the
    first time; `due_at` is when to ask next."""

    gateway: Twilio
    asked_at: int = 0
    due_at: int = 0

    def chore(self, instance: Instance) -> Chore:
        """Return the work: asking when it is time."""

        def look(db: Store, turn: Turn) -> float:
            self._ask_in_time(db)
            return (self.due_at - clock.now()) / 1000

        return Chore(
            "reconcile", POLL_SECONDS, instance, look, "outside", idle=IDLE_SECONDS, woken=False
        )

    def is_due(self, at: int) -> bool:
        """Say whether it is time; a clock that was set back does not make it wait for years."""
        return at >= self.due_at or self.due_at - at > EVERY

    def ask(self, db: Store, *, at: int) -> int:
        """Keep what Twilio received and we did not; return how many messages. Raises
        LookUpFailed."""
        since = max(self.asked_at - OVERLAP, at - AT_MOST)
        if self.asked_at > at:  # the clock was set back
            since = at - AT_MOST
        found = self.gateway.received(since, at=at)
        new = sum(inbox.keep(db, arrived) for arrived in found)
        if new:
            log.warning("reconciled gateway=twilio missed=%s", new)
        self.asked_at, self.due_at = at, at + EVERY
        return new

    def _ask_in_time(self, db: Store) -> None:
        at = clock.now()
        if not self.is_due(at):
            return
        self.due_at = at + AGAIN_AFTER
        try:
            self.ask(db, at=at)
        except LookUpFailed as fault:
            log.warning("reconcile_failed gateway=twilio reason=%s", fault)
