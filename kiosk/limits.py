"""The brakes at the public doors: how much one address may send, and how often it may guess."""

import hashlib
import hmac
import threading
import time
from collections import deque

from flask import current_app

from kiosk.visitor import this_kiosk
from kiosk.web import is_this_machine, remote, settings, site, store
from shared import clock
from shared.store import throttle
from shared.store.devices import Device

_sent_lock = threading.Lock()
# Guesses that are made to wait hold a thread; more than two at once are told to come back.
_waiting_rooms = threading.BoundedSemaphore(2)
GUESS_DELAY_SECONDS = 1.0
# A slip has four digits and at most held.MOST are alive: with these, guessing all day long opens
# one every other day at the very most.
_SLIPS_HERE = throttle.Brake("slip_miss", 5, 15 * clock.MINUTE)
_SLIPS_ANYWHERE = throttle.Brake("slip_miss_all", 12, clock.HOUR)

# Somebody is called for each: a kiosk is shared by all who stand in front of it.
_ASKED_ELSEWHERE = throttle.Brake("model_asked", 5, clock.HOUR)
_ASKED_AT_KIOSK = throttle.Brake("model_asked_kiosk", 30, clock.HOUR)


def too_many_sent() -> bool:
    """Count one sending from this address and say whether it is over the limit of the minute.
    Kiosks and this very PC are free."""
    if is_this_machine() or this_kiosk():
        return False
    most = settings().limits.intake_per_minute_ip
    now = time.monotonic()
    with _sent_lock:
        sent: dict[str, deque[float]] = current_app.extensions.setdefault("hienke.sent", {})
        if len(sent) > 10_000:
            sent.clear()
        times = sent.setdefault(remote(), deque())
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= most:
            return True
        times.append(now)
        return False


def minutes_locked_out() -> int:
    """Return for how many minutes this address may not look up codes; 0 when it may."""
    if this_kiosk():
        return 0
    left = throttle.wait_left(store(), _per_address(), _who(), clock.now())
    return -(-left // clock.MINUTE)


def count_miss() -> bool:
    """Count an unknown code of this address. Returns False when it must simply come back later:
    many are guessing at once, and there is no room left to let this one wait."""
    if this_kiosk():
        return True
    at = clock.now()
    throttle.count(store(), _per_address(), _who(), at)
    throttle.count(store(), _everywhere(), "all", at)
    if not throttle.wait_left(store(), _everywhere(), "all", at):
        return True
    if not _waiting_rooms.acquire(blocking=False):
        return False
    try:
        time.sleep(GUESS_DELAY_SECONDS)
    finally:
        _waiting_rooms.release()
    return True


def minutes_without_slips(kiosk: Device) -> int:
    """Return for how many minutes no slip is opened at this kiosk; 0 when one may be."""
    at = clock.now()
    left = max(
        throttle.wait_left(store(), _SLIPS_HERE, kiosk.id, at),
        throttle.wait_left(store(), _SLIPS_ANYWHERE, "all", at),
    )
    return -(-left // clock.MINUTE)


def count_slip_miss(kiosk: Device) -> None:
    """Count a number under which nothing waits, for this kiosk and for all of them."""
    at = clock.now()
    throttle.count(store(), _SLIPS_HERE, kiosk.id, at)
    throttle.count(store(), _SLIPS_ANYWHERE, "all", at)


def minutes_without_asking() -> int:
    """Return for how many minutes nobody here may ask to apply a model; 0 when one may."""
    left = throttle.wait_left(store(), *_asking_brake(), clock.now())
    return -(-left // clock.MINUTE)


def count_asking() -> None:
    """Count one request to apply a model, for this kiosk or this address."""
    throttle.count(store(), *_asking_brake(), clock.now())


def _asking_brake() -> tuple[throttle.Brake, str]:
    kiosk = this_kiosk()
    return (_ASKED_AT_KIOSK, kiosk.id) if kiosk else (_ASKED_ELSEWHERE, _who())


def _per_address() -> throttle.Brake:
    return throttle.Brake("lookup_miss", settings().limits.lookup_misses_per_hour_ip, clock.HOUR)


def _everywhere() -> throttle.Brake:
    return throttle.Brake(
        "lookup_miss_all", settings().limits.lookup_misses_per_minute, clock.MINUTE
    )


def _who() -> str:
    """The address as the store keeps it: a keyed hash, no one's whereabouts."""
    return hmac.new(site().secrets.cookie_key, remote().encode(), hashlib.sha256).hexdigest()[:32]
