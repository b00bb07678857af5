"""What must not be overlooked on a case: it stands at the head of the page, whatever is folded."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from shared.db.connection import Store
from shared.db.event_log import CITIZEN, SYSTEM, Event
from shared.domain.proposal import DROPPED, Status
from shared.domain.record import Record, field
from shared.store.cases import roadmap
from shared.store.cases.beside import Beside
from shared.store.cases.conversation import Addition
from shared.store.cases.notes import CaseNote
from shared.store.cases.proposals import Proposal
from shared.store.messages.outgoing import MessageOut
from shared.store.models import trials
from shared.store.privacy import data_requests

# The desk's answers: after one of them nothing that came before still waits.
_ANSWERS = frozenset({"moved", "answered"})
_NOT_DELIVERED = frozenset({"failed", "unknown"})


class Attention(Record):
    """One line: the key of its words and their blanks, where it leads, the words it quotes, and
    `day` and `at` (YYYY-MM-DD and ms UTC) where it names them."""

    key: str
    href: str
    quote: str = ""
    at: int | None = None
    day: str = ""
    blanks: Mapping[str, object] = field(default_factory=dict)


def attention(
    db: Store,
    here: Proposal,
    beside: Beside,
    *,
    happened: Sequence[Event],
    additions: Sequence[Addition],
    went: Sequence[MessageOut],
    noted: Sequence[CaseNote],
    today: date,
    is_desk: bool,
) -> list[Attention]:
    """Return what waits for somebody in a case, and the last note; what only the desk can open for
    members of the desk (`is_desk`)."""
    found = [*_came(here, happened, additions), *_not_delivered(went), *_asked(beside)]
    if is_desk:
        found += [*_trial(db, here, today), *_roadmap(here, beside, today)]
    if noted:
        found.append(Attention("note", "#notes", noted[-1].text, noted[-1].at))
    return found


def _came(
    here: Proposal, happened: Sequence[Event], additions: Sequence[Addition]
) -> Iterator[Attention]:
    """What the sender added since the desk last answered."""
    answered = [
        one.at for one in happened if one.kind in _ANSWERS and one.actor not in (CITIZEN, SYSTEM)
    ]
    if not additions or here.status is Status.WITHDRAWN:
        return
    if additions[-1].at > max(answered, default=here.received_at):
        yield Attention("came", "#log", additions[-1].text, additions[-1].at)


def _not_delivered(went: Sequence[MessageOut]) -> Iterator[Attention]:
    lost = [one for one in went if one.state in _NOT_DELIVERED]
    if lost:
        yield Attention("not_delivered", "#messages", blanks={"n": len(lost)})


def _trial(db: Store, here: Proposal, today: date) -> Iterator[Attention]:
    if here.status is not Status.ON_TRIAL:
        return
    until = trials.ends_of(db, [here.id]).get(here.id, "")
    if until and until < today.isoformat():
        yield Attention("trial_over", f"/ho-so/{here.code}/het-lam-thu", day=until)


def _roadmap(here: Proposal, beside: Beside, today: date) -> Iterator[Attention]:
    if here.status in DROPPED | {Status.MERGED}:
        return
    for step in beside.many("roadmap_step", roadmap.of_proposal):
        if step.state == "open" and step.due_on < today.isoformat():
            road = f"/ho-so/{here.code}/tham-dinh"
            yield Attention("step_late", road, step.what, day=step.due_on)


def _asked(beside: Beside) -> Iterator[Attention]:
    """Requests about the sender's data that nobody has finished."""
    for one in beside.many("data_request", data_requests.of_proposal):
        if one.is_open:
            yield Attention("data_request", f"/du-lieu/{one.id}", at=one.received_at)
