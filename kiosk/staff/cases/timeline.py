"""The history of a case, oldest first, ready to show: pure values, no store."""

from collections.abc import Iterator, Mapping, Sequence

from shared.db.event_log import CITIZEN, SYSTEM, Event
from shared.domain.proposal import Status
from shared.domain.record import Record, field
from shared.store.cases.conversation import Addition, OfficeReply
from shared.store.cases.moves import Move


class TimelineEntry(Record):
    """One thing that happened. `kind` is the event's; `who` a colleague's name, or a key of the
    texts (`staff.who.…`) in `who_key`; `text` what was said then; `details` those of a move."""

    kind: str
    at: int
    who: str
    who_key: str
    text: str = ""
    to: Status | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)


def timeline(
    happened: Sequence[Event],
    moves: Sequence[Move],
    additions: Sequence[Addition],
    replies: Sequence[OfficeReply],
    names: Mapping[str, str],
) -> list[TimelineEntry]:
    """Return a case's entries, oldest first. Each event of a move, an addition or a reply belongs
    to the next item of those lists: both were written in this order, in one transaction each."""
    moved, added, answered = iter(moves), iter(additions), iter(replies)
    return [_entry(event, moved, added, answered, names) for event in happened]


def _entry(
    event: Event,
    moved: Iterator[Move],
    added: Iterator[Addition],
    answered: Iterator[OfficeReply],
    names: Mapping[str, str],
) -> TimelineEntry:
    who, who_key = _who(event.actor, names)
    text, to, details = "", None, {}
    if event.kind == "moved":
        move = next(moved, None)
        if move is not None:
            to, details = move.to_status, dict(move.details)
    elif event.kind == "added_to":
        addition = next(added, None)
        text = addition.text if addition else ""
    elif event.kind == "answered":
        reply = next(answered, None)
        text = reply.text if reply else ""
    named = {**event.data, "to_name": names.get(str(event.data.get("to")), "")}
    return TimelineEntry(event.kind, event.at, who, who_key, text, to, details, named)


def _who(actor: str, names: Mapping[str, str]) -> tuple[str, str]:
    if actor in names:
        return names[actor], ""
    return "", f"staff.who.{actor}" if actor in (CITIZEN, SYSTEM) else "staff.who.other"
