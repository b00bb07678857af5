"""Watches the Android phone: asks every two minutes, reports silence, and lets it repeat what came
while the phone or we were away.

The phone calls us by itself (android.py); this is for the times when it does not.
"""

import logging
from dataclasses import dataclass, field

from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.android import CALLABLE, EVENTS
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.messages import gateway_health
from shared.store.messages.gateway_health import SILENT_AFTER, GatewayHealth
from sms.gateways.android import NAME, Android, NoAnswer, NoConnection, PhoneRefused

POLL_SECONDS = 120.0
# We ask for a little more than the silence: what came just before may have been lost.
OVERLAP = clock.HOUR
# The period if nothing is known from before, and the longest that is ever asked for.
FIRST, MOST = clock.DAY, 14 * clock.DAY

log = logging.getLogger("hienke.sms")


@dataclass
class Watch:
    """Looks after one phone. `url` is the address it calls, "" if it cannot call us."""

    phone: Android
    url: str
    # Since when (ms UTC) the phone may have things to report; None when it reported all.
    _untold_since: int | None = field(default=None, init=False)
    _has_looked: bool = field(default=False, init=False)
    _is_registered: bool = field(default=False, init=False)
    _is_silent: bool = field(default=False, init=False)

    def chore(self, instance: Instance) -> Chore:
        """Return the work: looking after the phone."""

        def look(db: Store, turn: Turn) -> None:
            self.look(db, at=clock.now())

        return Chore("watch", POLL_SECONDS, instance, look, "outside", idle=POLL_SECONDS)

    def look(self, db: Store, *, at: int) -> None:
        """Ask the phone how it is, record it, and let it repeat what we missed."""
        before = gateway_health.health(db, NAME)
        if not self._has_looked or before.state(at) == "silent":
            self._owe(before, at)
            self._has_looked = True
        try:
            sign = self.phone.last_sign(at)
            if before.heard_at is None or sign > before.heard_at or before.heard_at > at:
                gateway_health.heard(db, NAME, at=sign)
            self._register()
            if at - sign <= SILENT_AFTER:  # with the cloud the phone itself may not be there
                self._catch_up(at)
        except (NoConnection, NoAnswer, PhoneRefused) as fault:
            self._owe(before, at)
            gateway_health.failed(db, NAME, str(fault), at=at)
            log.warning("gateway_failed gateway=android reason=%s", fault)
        self._alarm(gateway_health.health(db, NAME), at)

    def _owe(self, health: GatewayHealth, at: int) -> None:
        """Record since when the phone may have things to report."""
        if self._untold_since is None:
            last = health.heard_at
            if last is None or not at - MOST <= last <= at:
                last = at - FIRST
            self._untold_since = last - OVERLAP

    def _register(self) -> None:
        if self._is_registered or not self.url:
            return
        if not self.url.startswith(CALLABLE):
            raise PhoneRefused("public_url is not https")
        new = self.phone.register(self.url, EVENTS)
        self._is_registered = True
        log.info("webhooks_registered gateway=android new=%s", new)

    def _catch_up(self, at: int) -> None:
        if self._untold_since is None or not self.url:
            return
        self.phone.tell_again(self._untold_since, at)
        log.info("inbox_asked gateway=android since=%s", self._untold_since)
        self._untold_since = None

    def _alarm(self, health: GatewayHealth, at: int) -> None:
        """Say once that the phone is silent, and once that it is back."""
        is_silent = health.state(at) == "silent" or health.heard_at is None
        if is_silent and not self._is_silent:
            log.error(
                "gateway_silent gateway=android last=%s fault=%s", health.heard_at, health.fault
            )
        elif self._is_silent and not is_silent:
            log.info("gateway_back gateway=android")
        self._is_silent = is_silent
