"""The limits of the public pages: how much one visitor may send, and how often one may guess.

Whom a limit counts is decided in one place each: an enrolled kiosk, a browser that was here before
(kiosk/returning.py), or the address as shared/runtime/caller.py groups it. Secrets of 80 bits have
no limit, because nobody can guess them.
"""

import hmac
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from flask import current_app

from kiosk import returning
from kiosk.visitor import this_kiosk
from kiosk.web import asker, is_this_machine, log, settings, site, store
from shared.db import throttle
from shared.db.connection import StoreUnavailable, writing
from shared.domain import clock
from shared.runtime.lately import Lately
from shared.runtime.places import Places
from shared.store.people.devices import Device

Found = TypeVar("Found")

# A guess that must wait holds one of eight threads. So at most this many wait at once, and the next
# does not wait: a limit must not lock everybody else out.
_waiting_rooms = Places(3)
GUESS_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 5.0
# Many people use a kiosk, and the next one did not mistype. So it is slowed down when codes come
# faster than people type, and locked only at a number that people never reach.
_KIOSK_FREELY, _KIOSK_MOST = 60, 300
# One visitor's guesses are checked one after the other, so that none escapes the count.
_turns = tuple(threading.Lock() for _ in range(64))
# A slip has four digits, and at most parked_drafts.MOST_PARKED are valid at once. With these
# limits, guessing all day opens at most one every second day.
_SLIPS_HERE = throttle.Brake("slip_miss", 5, 15 * clock.MINUTE)
_SLIPS_ANYWHERE = throttle.Brake("slip_miss_all", 12, clock.HOUR)

# Somebody is called for each request; everybody in front of a kiosk shares its limit.
_ASKED_ELSEWHERE = throttle.Brake("model_asked", 5, clock.HOUR)
_ASKED_AT_KIOSK = throttle.Brake("model_asked_kiosk", 30, clock.HOUR)


class TooManyGuesses(Exception):
    """Wait `minutes` before the next try; nothing was looked at."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__(milliseconds)
        self.minutes = -(-milliseconds // clock.MINUTE)


def too_many_sent() -> bool:
    """Count one sending from this address and say whether it is above the limit of the minute.
    Kiosks and this very PC are exempt."""
    if is_this_machine() or this_kiosk():
        return False
    sent = _lately("sent", settings().limits.intake_per_minute_ip, clock.MINUTE)
    return sent.take(asker().group, clock.now()) > 0


def look_up(find: Callable[[], Found]) -> Found | None:
    """Return what `find` finds under a code that could be guessed. If it finds nothing, count that
    and return None. Raises TooManyGuesses, and then nothing was looked for: who guessed too often
    is told nothing, right or wrong."""
    brake, who = _of_this_visitor()
    with _turns[hash(who) % len(_turns)]:
        found = _look_in_turn(find, brake, who)
    if found is None:
        _keep_miss(brake, who)
        kiosk = this_kiosk()
        if kiosk:
            _slow_down("kiosk_miss", kiosk.id, _KIOSK_FREELY, clock.HOUR)
        else:
            _slow_down("miss", "all", settings().limits.lookup_misses_per_minute, clock.MINUTE)
    return found


def at_kiosk(kiosk: Device, find: Callable[[], Found]) -> Found:
    """Return what `find` finds under the number of a slip. If it finds nothing, count that for this
    kiosk and for all, and return None. Raises TooManyGuesses, StoreUnavailable."""
    at, pulled = clock.now(), ((_SLIPS_HERE, kiosk.id), (_SLIPS_ANYWHERE, "all"))
    with writing(store()):
        _refuse_where_due(pulled, at)
        found = find()
        if found is None:
            throttle.take(store(), pulled, at)
        return found


def ask_for_model(keep: Callable[[], bool]) -> None:
    """Let somebody ask to apply a model; it counts if `keep` kept something new. Raises
    TooManyGuesses, StoreUnavailable."""
    kiosk, at = this_kiosk(), clock.now()
    pulled = (((_ASKED_AT_KIOSK, kiosk.id) if kiosk else (_ASKED_ELSEWHERE, hashed(_group()))),)
    with writing(store()):
        _refuse_where_due(pulled, at)
        if keep():
            throttle.take(store(), pulled, at)


def hashed(who: str) -> str:
    """Return a visitor as the store keeps one: a keyed hash without an address."""
    return hmac.digest(site().secrets.cookie_key, who.encode(), "sha256").hex()[:32]


def _refuse_where_due(pulled: tuple[throttle.Pulled, ...], at: int) -> None:
    left = max(throttle.wait_left(store(), brake, who, at) for brake, who in pulled)
    if left:
        raise TooManyGuesses(left)


def _of_this_visitor() -> tuple[throttle.Brake, str]:
    kiosk = this_kiosk()
    if kiosk:
        return throttle.Brake("lookup_miss_kiosk", _KIOSK_MOST, clock.HOUR), kiosk.id
    most, device = settings().limits.lookup_misses_per_hour_ip, returning.name(clock.now())
    if device:
        return throttle.Brake("lookup_miss_device", most, clock.HOUR), hashed(f"device|{device}")
    return throttle.Brake("lookup_miss", most, clock.HOUR), hashed(_group())


def _look_in_turn(find: Callable[[], Found], brake: throttle.Brake, who: str) -> Found | None:
    at, missed = clock.now(), _lately(brake.what, brake.most, brake.window)
    left = missed.left(who, at)

    def wait() -> None:
        nonlocal left
        left = max(left, throttle.wait_left(store(), brake, who, at))

    def look() -> Found | None:
        return None if left else find()

    _, found = store().at_once(wait, look)
    if not left:
        left = missed.take(who, at) if found is None else 0
        if not left:
            return found
    raise TooManyGuesses(min(left, returning.ripens_in(at) or left))


def _keep_miss(brake: throttle.Brake, who: str) -> None:
    """Let the store remember a wrong code beyond a restart. If the store cannot be written, the
    guess still counts: memory counted it before."""
    try:
        throttle.count(store(), brake, who, clock.now())
    except StoreUnavailable as fault:
        log.warning("miss_not_kept reason=%s", fault)
        site().forget_store()


def _slow_down(what: str, who: str, freely: int, window: int) -> None:
    """Count a wrong code, and wait if there were many lately: the more, the longer."""
    over = _lately(what, freely, window).count(who, clock.now()) - freely
    if over < 0:
        return
    with _waiting_rooms.one_if_free() as may_wait:
        if may_wait:
            time.sleep(min(LONGEST_DELAY_SECONDS, GUESS_DELAY_SECONDS * (1 + over / 10)))


def _lately(what: str, most: int, window: int) -> Lately:
    kept: dict[str, Lately] = current_app.extensions.setdefault("hienke.lately", {})
    return kept.setdefault(what, Lately(most, window))


def _group() -> str:
    return asker().group
