"""What a kiosk reads aloud on a page whose words change: recordings one after another.

Codes, days and statuses are put together from recorded pieces (`read.*` in the texts). What people
typed has no recording: a piece says that, and whom to ask.
"""

from datetime import date
from zoneinfo import ZoneInfo

from shared.domain import clock, status_message
from shared.domain.proposal import OFFICES_TURN, Standing, Status
from shared.domain.record import Record

# Between recordings: half a second of silence.
PAUSE = "-"

Pieces = tuple[str, ...]


class Aloud(Record):
    """The pieces of pages that change, with days as they are in a time zone."""

    zone: ZoneInfo

    def digits(self, number: str) -> Pieces:
        """Return the pieces that say a number digit by digit, in groups of four to write down."""
        said: list[str] = []
        for place, digit in enumerate(number):
            if place and place % 4 == 0:
                said.append(PAUSE)
            said.append(f"number.{digit}")
        return tuple(said)

    def code(self, public_code: str) -> Pieces:
        """Return the pieces that say a code, twice."""
        said = self.digits(public_code)
        return ("code", PAUSE, *said, PAUSE, "code_again", PAUSE, *said, PAUSE)

    def moment(self, at: int) -> Pieces:
        """Return the pieces that say the local day of a moment (ms UTC)."""
        return self.day(clock.to_local(at, self.zone).date())

    def day(self, here: date) -> Pieces:
        """Return the pieces that say a day."""
        year = (f"number.{digit}" for digit in str(here.year))
        return ("day", f"number.{here.day}", f"month.{here.month}", "year", *year)

    def status_page(self, found: Standing) -> Pieces:
        """Return what is read of the page behind a public code."""
        return (*self._standing(found), *self.code(found.code), "ask_more")

    def receipt(self, found: Standing, *, is_new: bool) -> Pieces:
        """Return what is read of a receipt: a new one says how to keep it, one that was opened
        again where the idea stands."""
        if is_new:
            return ("receipt", *self.code(found.code))
        return ("receipt_open", *self._standing(found), *self.code(found.code), "receipt_end")

    def _standing(self, found: Standing) -> Pieces:
        """Return the pieces that say where an idea stands, since when and until when."""
        at = clock.now()
        said = ["now", f"status.{found.status}", "since", *self.moment(found.status_since)]
        if found.status is Status.NEEDS_INFO and found.details.get("until"):
            said += ["until", *self.day(date.fromisoformat(found.details["until"]))]
        if found.withdrawal_due_at:
            said.append("withdrawing")
        if found.status in OFFICES_TURN and found.due_at >= at:
            said += ["due", *self.moment(found.due_at)]
        told = status_message.blanks(found, self.zone)
        if any(told[name] for name in status_message.TYPED):
            said.append("typed")
        return tuple(said)
