"""An idea that a kiosk took while the line was cut, and sends now under the code it gave.

`Idempotency-Key` is that code. Three headers say the rest: `Kiosk-Pass` which kiosk it is,
`Kiosk-Pressed` the moment the slip shows (ms UTC), `Kiosk-Waited` how long ago that was by the
kiosk's clock (ms). A kiosk that was revoked meanwhile is let in: what a citizen sent counts.
"""

import re
from dataclasses import dataclass
from typing import Literal

from flask import request

from kiosk.visitor import kiosk_of_pass, this_kiosk
from kiosk.web import store
from shared.db import event_log
from shared.db.connection import Store
from shared.domain import clock, codes
from shared.store.cases import receipts, reserved_codes
from shared.store.people.devices import Device

# What two clocks may differ by before somebody should look at them.
CLOCKS_AGREE = 5 * clock.MINUTE
# A report with nothing unsent may be under way while an idea is taken.
UNDER_WAY = clock.MINUTE // 2
# A clock may say anything; what is written down must be a date (this one lies in the year 5138).
LATEST = 10**14 - 1


Counted = Literal["slip", "waiting", "arrival"]


class NotItsCode(Exception):
    """No kiosk of ours shows this, or what it shows is no code."""


@dataclass(frozen=True)
class Taken:
    """Which kiosk took an idea, under which code, and when: `received_at` is what counts,
    `pressed_at` what the slip shows, `waited` what the kiosk's clock says passed since. ms.
    `is_its`: False where the code was given to somebody else; what is wrong with the words is said
    before that, or a code that is there could be told from others for nothing."""

    kiosk: Device
    code: str
    received_at: int
    pressed_at: int
    waited: int
    is_clock_doubtful: bool
    counted: Counted
    is_its: bool


@dataclass(frozen=True)
class Moment:
    """When an idea was received (ms UTC), whether the kiosk's clock must be doubted, and whose word
    counts: the slip's, the waiting's, or neither, so the arrival."""

    received_at: int
    is_clock_doubtful: bool
    counted: Counted


def taken(key: str, at: int) -> Taken | None:
    """Return what the headers say of an idea sent under `key`, None when no kiosk gave it a code.
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
    """Return when an idea was received. The slip's own time counts where it is `believable` (first,
    last), else the time that the kiosk's clock says went by since, else now. All ms UTC."""
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
    before the kiosk last told that it had nothing to hand in; not after it was revoked, nor after
    now."""
    first = (issued or kiosk.created_at) - CLOCKS_AGREE
    clear = reserved_codes.clear_at(store(), kiosk.id)
    if clear is not None:
        first = max(first, clear - UNDER_WAY)
    return first, at + CLOCKS_AGREE if kiosk.revoked_at is None else kiosk.revoked_at


def note(db: Store, proposal_id: str, idea: Taken, *, at: int, is_addition: bool = False) -> None:
    """Note what is odd about an idea that was just kept, or about words that were added to it: that
    it waited, a clock that cannot be right, a kiosk that was revoked meanwhile. Only inside
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
