"""An idea that a kiosk took while the line was cut, and sends now under the code it gave.

`Idempotency-Key` is that code. Three headers say the rest: `Kiosk-Pass` is the kiosk,
`Kiosk-Pressed` the time on the slip (ms UTC), `Kiosk-Waited` how long ago that was by the kiosk's
clock (ms). A kiosk that was revoked meanwhile is accepted, because what a citizen sent counts.
"""

import re
from typing import Literal

from flask import request

from kiosk.visitor import kiosk_of_pass, this_kiosk
from kiosk.web import store
from shared.db import event_log
from shared.db.connection import Store
from shared.domain import clock, codes
from shared.domain.record import Record
from shared.store.cases import receipts, reserved_codes
from shared.store.people.devices import Device

# How much two clocks may differ before somebody should look at them.
CLOCKS_AGREE = 5 * clock.MINUTE
# A report with nothing unsent may be on its way while an idea is taken.
UNDER_WAY = clock.MINUTE // 2
# A clock may say anything; what is stored must be a date (this one is in the year 5138).
LATEST = 10**14 - 1


Counted = Literal["slip", "waiting", "arrival"]


class NotItsCode(Exception):
    """The pass is not of one of our kiosks, or the key is no code."""


class Taken(Record):
    """Which kiosk took an idea, under which code, and when: `received_at` is what counts,
    `pressed_at` the time on the slip, `waited` the time since then by the kiosk's clock. ms.
    `is_its` is False if the code was given to somebody else. Faults in the words are reported
    before that, or an existing code could be told from others without sending a valid idea."""

    kiosk: Device
    code: str
    received_at: int
    pressed_at: int
    waited: int
    is_clock_doubtful: bool
    counted: Counted
    is_its: bool


class Moment(Record):
    """When an idea was received (ms UTC), whether the kiosk's clock is doubtful, and what counts:
    the slip's time, the waiting time, or neither, so the arrival."""

    received_at: int
    is_clock_doubtful: bool
    counted: Counted


def taken(key: str, at: int) -> Taken | None:
    """Return what the headers say about an idea sent under `key`, None if no kiosk gave it a code.
    Raises NotItsCode."""
    shown = request.headers.get("Kiosk-Pass")
    kiosk = (kiosk_of_pass(shown) if shown else None) or this_kiosk()
    if kiosk is None or not codes.is_code(key):
        if shown:
            raise NotItsCode(key)
        return None
    owner, issued = reserved_codes.device_of(store(), key), receipts.issued_at(store(), key)
    if owner is None and not shown:
        return None
    is_its = owner == kiosk.id or issued is None
    pressed, waited = _milliseconds("Kiosk-Pressed", at), _milliseconds("Kiosk-Waited", 0)
    known = moment(pressed, waited, _believable(kiosk, issued, at), now=at)
    return Taken(
        kiosk,
        key,
        known.received_at,
        pressed,
        waited,
        known.is_clock_doubtful,
        known.counted,
        is_its,
    )


def moment(pressed: int, waited: int, believable: tuple[int, int], *, now: int) -> Moment:
    """Return when an idea was received. The slip's own time counts if it is `believable` (first,
    last), otherwise the time since then by the kiosk's clock, otherwise now. All ms UTC."""
    first, last = believable
    by_waiting = now - waited
    claims: tuple[tuple[Counted, int], ...] = (("slip", pressed), ("waiting", by_waiting))
    for counted, claimed in claims:
        if first <= claimed <= last:
            is_doubtful = abs(pressed - by_waiting) > CLOCKS_AGREE
            return Moment(min(claimed, now), is_doubtful, counted)
    return Moment(now, True, "arrival")


def _believable(kiosk: Device, issued: int | None, at: int) -> tuple[int, int]:
    """Return from when to when a kiosk can have taken an idea: not before the code was issued, nor
    before the kiosk last reported that it had nothing to hand in; not after it was revoked, nor
    after now."""
    first = (issued or kiosk.created_at) - CLOCKS_AGREE
    clear = reserved_codes.clear_at(store(), kiosk.id)
    if clear is not None:
        first = max(first, clear - UNDER_WAY)
    return first, at + CLOCKS_AGREE if kiosk.revoked_at is None else kiosk.revoked_at


def note(db: Store, proposal_id: str, idea: Taken, *, at: int, is_addition: bool = False) -> None:
    """Record what is odd about an idea that was just kept, or about words that were added to it:
    that it waited, that a clock cannot be right, that a kiosk was revoked meanwhile. Only inside
    `writing`."""
    reserved_codes.adopt(db, idea.code, idea.kiosk.id, at=at)
    if at - idea.received_at > CLOCKS_AGREE or idea.is_clock_doubtful or idea.kiosk.revoked_at:
        event_log.note(
            db,
            "waited_at_kiosk",
            proposal_id,
            event_log.SYSTEM,
            at,
            device=idea.kiosk.id,
            pressed=idea.pressed_at,
            waited=idea.waited,
            doubtful=idea.is_clock_doubtful,
            counted="" if is_addition else idea.counted,
            revoked=idea.kiosk.revoked_at is not None,
        )


def _milliseconds(header: str, otherwise: int) -> int:
    said = request.headers.get(header, "")
    return min(int(said), LATEST) if re.fullmatch(r"[0-9]{1,20}", said) else otherwise
