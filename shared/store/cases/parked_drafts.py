"""Half-written ideas that wait under a slip of four digits until the end of the day.

Four digits can be guessed. So few slips are valid at once (MOST_PARKED), a number works once and is
not given out again the same day, and a parked idea does not say whose it is. The screen that asks
for a number counts wrong ones (kiosk/limits.py).
"""

from collections.abc import Iterable, Mapping

from shared.db.card import Table, ident, instant
from shared.db.connection import Store, clear_out, writing
from shared.db.event_log import new_id
from shared.domain.record import Record
from shared.store.cases import drafts
from shared.store.cases.drafts import Draft

# Of 10,000 numbers: a guess opens one in 500 tries at most.
MOST_PARKED = 20


class ShelfFull(Exception):
    """No more ideas may be parked; nothing was changed."""


class ParkedSlip(Record):
    """The number under which an idea waits, and until when (ms UTC)."""

    number: str
    expires_at: int


class ParkedDraft(Record):
    """What waits under a number; `picked_up_by` is the visit that used the number, or None."""

    answers: Mapping[str, object]
    picked_up_by: str | None


HELD = Table(
    "held",
    ParkedDraft,
    {
        "number": ident(check="length({name}) = 4"),
        "answers": drafts.ANSWERS,
        "form_key": ident(),
        "held_by": ident(),
        "picked_up_by": ident(null=True),
        "expires_at": instant(),
    },
    key=("number",),
    indexes={"held_by_visit": "held_by", "held_by_age": "expires_at"},
    left_out="somebody's half-done words",
)


def park(
    db: Store, visit_hash: str, draft: Draft, *, numbers: Iterable[str], at: int, until: int
) -> ParkedSlip:
    """Park a visit's draft, which ends the visit's own, under the first of `numbers` that was not
    used today; a second tap gets the same slip. Raises ShelfFull."""
    with writing(db):
        forget_expired(db, at=at)
        held = of_visit(db, visit_hash, at=at)
        if held is not None:
            return held
        today = db.rows("SELECT number, picked_up_by FROM held WHERE commune_id = :commune_id")
        if sum(picked_up_by is None for _, picked_up_by in today) >= MOST_PARKED:
            raise ShelfFull
        used = {number for number, _ in today}
        slip = ParkedSlip(next(number for number in numbers if number not in used), until)
        db.insert(
            HELD, ParkedDraft(draft.answers, None), number=slip.number, form_key=draft.form_key,
            held_by=visit_hash, expires_at=until,
        )  # fmt: skip
        drafts.end(db, visit_hash)
    return slip


def of_visit(db: Store, visit_hash: str, *, at: int) -> ParkedSlip | None:
    """Return the slip that a visit got and nobody used yet, or None."""
    row = db.row(
        "SELECT number, expires_at FROM held WHERE commune_id = :commune_id"
        " AND held_by = :visit_hash AND picked_up_by IS NULL AND expires_at > :at",
        visit_hash=visit_hash,
        at=at,
    )
    return ParkedSlip(*row) if row else None


def pick_up(db: Store, number: str, visit_hash: str, *, at: int) -> Draft | None:
    """Make the idea under a number the draft of this visit and return it; None if nothing waits
    there. The number is used up, but the same visit may use it again (a lost answer).

    The draft gets a new key: a person who guesses a number gets no receipt of what was sent under
    the old key.
    """
    with writing(db):
        parked = db.get(HELD, "number = :number AND expires_at > :at", number=number, at=at)
        if parked is None or parked.picked_up_by not in (None, visit_hash):
            return None
        if parked.picked_up_by == visit_hash:
            return drafts.of_visit(db, visit_hash, at=at)
        draft = Draft(new_id(), parked.answers)
        db.change_raw(HELD, {"number": number}, {"answers": "", "picked_up_by": visit_hash})
        drafts.keep(db, visit_hash, draft, at=at)
    return draft


def forget_form(db: Store, form_key: str) -> None:
    """Delete the parked answers of one form; only inside `writing`."""
    db.write(
        "DELETE FROM held WHERE commune_id = :commune_id AND form_key = :form_key",
        form_key=form_key,
    )


def forget_expired(db: Store, *, at: int) -> None:
    """Delete parked ideas whose time is over; nothing is written while there is none."""
    clear_out(db, HELD, "expires_at <= :at", at=at)
