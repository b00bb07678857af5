"""What one number and we wrote to each other, read once when a message of it is handled.

The value answers questions of the rules (who gets no answer, what continues what); nothing here
writes.
"""

from collections.abc import Collection, Sequence

from shared.db.connection import Store
from shared.domain import clock
from shared.domain.record import Record

# How far back incoming SMS are read.
CAME_WITHIN = clock.DAY
# How long the words of sent SMS are compared; that they were sent is known as long as they are
# kept.
WORDS_WITHIN = 30 * clock.DAY


class Came(Record):
    """An SMS of the number. `outcome` says what it was taken for, "" until it is handled;
    `arrived_at` is ms UTC."""

    id: str
    text: str
    outcome: str
    proposal_id: str | None
    arrived_at: int


class Went(Record):
    """An SMS to the number. `text` is "" before it is sent and after WORDS_WITHIN; `answers` names
    what a reply answers and is None for a notice; `queued_at` is ms UTC. `waits_until` is when a
    reply goes that nobody tried to send yet, None for every other SMS."""

    text_key: str
    text: str
    proposal_id: str | None
    answers: str | None
    queued_at: int
    waits_until: int | None = None


class History(Record):
    """What came from a number within a day and everything sent to it, each newest first."""

    came: Sequence[Came]
    went: Sequence[Went]

    def with_this(self, came: Came) -> "History":
        """Return the history with an SMS that is only being kept."""
        return History((came, *self.came), self.went)

    def count(self, since: int, until: int) -> int:
        """Return how many SMS came between two instants (ms UTC)."""
        return sum(since <= one.arrived_at <= until for one in self.came)

    def times_said(self, text: str, since: int, until: int) -> int:
        """Return how often exactly this text came between two instants (ms UTC)."""
        return sum(one.text == text and since <= one.arrived_at <= until for one in self.came)

    def became(self, text: str, outcome: str, *, beside: str, since: int) -> str | None:
        """Return the id of the proposal that another message (`beside` is the id of this one) with
        exactly these words, not older than `since` (ms UTC), became by that outcome, or None."""
        found = (
            one.proposal_id
            for one in self.came
            if one.text == text
            and one.outcome == outcome
            and one.id != beside
            and one.arrived_at >= since
        )
        return next(found, None)

    def kept(self, since: int, until: int) -> list[tuple[str, str]]:
        """Return the texts between two instants (ms UTC) that became a proposal or continued one,
        newest first: (proposal id, text)."""
        return [
            (one.proposal_id, one.text)
            for one in self.came
            if one.proposal_id is not None
            and one.outcome in ("proposal", "continued")
            and since <= one.arrived_at <= until
        ]

    def has_added_to(self, proposal_id: str) -> bool:
        """Say whether the number added anything to a proposal by SMS."""
        return any(
            one.proposal_id == proposal_id and one.outcome in ("addition", "continued")
            for one in self.came
        )

    def answers(self, since: int, until: int) -> int:
        """Return how many messages and calls were answered between two instants (ms UTC); a receipt
        and its privacy note are one answer."""
        return len(
            {
                one.answers
                for one in self.went
                if one.answers is not None and since <= one.queued_at <= until
            }
        )

    def was_told(self, text_key: str, *, since: int = 0) -> bool:
        """Say whether the number was sent this text since an instant (ms UTC), or ever."""
        return any(one.text_key == text_key and one.queued_at >= since for one in self.went)

    def was_told_beside(self, text_keys: Collection[str]) -> bool:
        """Say whether the number was ever sent anything but these texts."""
        return any(one.text_key not in text_keys for one in self.went)

    def waits_until(self, at: int) -> int | None:
        """Return when the last answer goes that waits for a time after `at` (ms UTC), or None."""
        waiting = (one.waits_until for one in self.went)
        return max((due_at for due_at in waiting if due_at and due_at > at), default=None)

    def last_told(self, text_key: str, since: int, until: int) -> str | None:
        """Return the id of the proposal in the newest SMS with this text, queued between two
        instants (ms UTC); None if there is none."""
        found = (
            one.proposal_id
            for one in self.went
            if one.text_key == text_key and since <= one.queued_at <= until
        )
        return next(found, None)

    def texts(self, most: int = 30) -> list[str]:
        """Return the words that were sent within WORDS_WITHIN, newest first."""
        return [one.text for one in self.went if one.text][:most]


# Both in one statement. What came stands first; the newest of each stands before the others.
_BETWEEN_US = (
    "SELECT 0 AS part, arrived_at, id, text, outcome, proposal_id, NULL, NULL FROM message_in"
    " WHERE commune_id = :commune_id AND sender = :number AND arrived_at >= :came_since"
    " UNION ALL SELECT 1, created_at, id, CASE WHEN created_at >= :words_since THEN text ELSE ''"
    " END, text_key, proposal_id,"
    " CASE WHEN kind = 'reply' THEN coalesce(message_in_id, proposal_id, id) END,"
    " CASE WHEN kind = 'reply' AND state = 'queued' AND attempts = 0 THEN due_at END"
    " FROM outbox WHERE commune_id = :commune_id AND phone = :number"
    " ORDER BY 1, 2 DESC, 3 DESC"
)


def of(db: Store, number: str, *, at: int) -> History:
    """Return the history of a number (E.164) as it is now (ms UTC)."""
    came, went = [], []
    for is_out, moment, its_id, text, what, proposal_id, answers, waits_until in db.rows(
        _BETWEEN_US,
        number=db.encrypt(number),
        came_since=at - CAME_WITHIN,
        words_since=at - WORDS_WITHIN,
    ):
        if is_out:
            went.append(Went(what, text, proposal_id, answers, moment, waits_until))
        else:
            came.append(Came(its_id, text, what, proposal_id, moment))
    return History(tuple(came), tuple(went))
