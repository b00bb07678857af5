"""When the receipt to a number that somebody typed is sent: so many a day, the others wait.

The number may be anybody's, and a form can be sent by a program. So one number gets few a day, and
all together get no more than the office allows. They are notices: quiet hours and the month's
budget hold them too.
"""

from shared.db.connection import Store
from shared.domain import clock, quiet_hours
from shared.settings import Settings
from shared.store.messages import outgoing, sending
from shared.store.messages.outgoing import MessageOut

TEXT = "receipt_typed"
# The most that one number gets on one day of the office, and the most that wait for it: a week's.
MOST_A_DAY = 3
MOST_WAITING = 7 * MOST_A_DAY


def has_room(db: Store, phone: str) -> bool:
    """Say whether one more receipt may wait for a number (E.164)."""
    return outgoing.count_waiting(db, phone, TEXT) < MOST_WAITING


def opens(db: Store, message: MessageOut, settings: Settings, *, at: int) -> int:
    """Return when an SMS may be handed over (ms UTC): at once, or, if it is a receipt above the
    day's limits, on the next day after the quiet hours."""
    if message.text_key != TEXT or message.attempts:
        return at
    zone = settings.office.zone
    today = clock.to_local(at, zone).date()
    since = clock.start_of_day(today, zone)
    own = sending.count_sent(db, TEXT, since=since, beside=message.id, phone=message.phone)
    every = sending.count_sent(db, TEXT, since=since, beside=message.id)
    if own < MOST_A_DAY and every < settings.limits.receipts_per_day:
        return at
    return quiet_hours.opens(settings.sms, clock.end_of_day(today, zone) + 1, zone)


def waiting(db: Store, *, after: int = 0) -> int:
    """Return how many receipts wait, or wait until later than an instant (ms UTC)."""
    row = db.row(
        "SELECT count(*) FROM outbox WHERE commune_id = :commune_id AND state = 'queued'"
        " AND due_at > :after AND text_key = :text_key",
        after=after,
        text_key=TEXT,
    )
    return int(row[0]) if row else 0
