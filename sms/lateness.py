"""Every ten minutes looks for ideas whose day to answer is near and for units that have used one
for 30 or 90 days, and queues what their senders and the units are told and asked.

The outbox sends them: quiet hours and the month's budget apply as to all other notices.
"""

import logging
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.workflows import ask_lasting, late_notices

POLL_SECONDS = 600.0

log = logging.getLogger("hienke.sms")


def chore(instance: Instance, zone: ZoneInfo, key: bytes) -> Chore:
    """Return the work. `key` is the one of receipts' secrets."""

    def look(db: Store, turn: Turn) -> None:
        told = late_notices.tell_in_time(db, at=clock.now(), zone=zone)
        if told:
            log.info("late_told proposals=%d", told)
        asked = ask_lasting.ask_due(db, key=key, at=clock.now())
        if asked:
            log.info("lasting_asked questions=%d", asked)

    return Chore("lateness", POLL_SECONDS, instance, look, idle=POLL_SECONDS)
