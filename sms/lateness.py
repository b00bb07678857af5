"""Every ten minutes looks for ideas whose day to answer is near, and queues notices to their
senders.

The outbox sends them: quiet hours and the month's budget apply as to all other notices.
"""

import logging
import threading
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import go_round
from shared.workflows import late_notices

POLL_SECONDS = 600.0

log = logging.getLogger("hienke.sms")


def work(instance: Instance, zone: ZoneInfo, stopping: threading.Event) -> None:
    """Look until `stopping` is set."""

    def look(db: Store) -> None:
        told = late_notices.tell_in_time(db, at=clock.now(), zone=zone)
        if told:
            log.info("late_told proposals=%d", told)

    go_round(instance, stopping, look, worker="lateness", every=POLL_SECONDS)
