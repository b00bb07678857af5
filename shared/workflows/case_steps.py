"""What an officer does to a case, and what its sender is told of it, in one transaction.

A step and its notice are kept together or not at all. proposal.py decides which step may follow,
and status_message.py which words are sent; this module joins the two.
"""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from shared.db import event_log
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.proposal import SPREAD, DetailMissing, NotTheirs, Status, check_move, needed_for
from shared.domain.record import Record
from shared.store.awards import decision_numbers
from shared.store.cases import authors, case_words, conversation, merges, moves, proposals
from shared.store.cases.moves import Move, MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.council import items as council_items
from shared.store.council import sheets as council_sheets
from shared.store.files import attachments, transcript_drafts
from shared.store.models import adoptions
from shared.store.models.adoptions import Adoption
from shared.workflows import correct_sender, council_gate, notices, withdraw
from shared.workflows.correct_sender import SenderUnasked


class TranscribedWords(Record):
    """A proposal's own words, as a member of staff types them."""

    title: str
    current_state: str
    solution: str


class AssigneeNeeded(Exception):
    """Only the assignee sees a confidential case; without an assignee it would be lost."""


def move(
    db: Store,
    code: str,
    wanted: Status,
    *,
    actor: str,
    at: int,
    zone: ZoneInfo,
    details: Mapping[str, str] | None = None,
    seen: Status | None = None,
) -> Proposal:
    """Move a proposal along and queue the SMS that says so to its sender, and to those whose ideas
    were merged into it, if they agreed to it.

    The arguments are those of moves.move; the details of a move to the council may say `anyway`,
    why it goes there though something is missing (council_gate.py). A withdrawal erases personal
    data as it does when the sender asks for it. What is replicated stands in the register of
    adoptions: the place that the move names is put there where no unit is. Raises ProposalUnknown,
    MoveStale, MoveRefused (NotTheirs also where nobody signed that it spreads and this is no
    signature), DetailMissing, NumberTaken, SenderUnasked, NotReady.
    """
    with writing(db):
        if wanted is Status.AT_COUNCIL:
            details = _let_on(db, code, dict(details or {}), actor=actor, at=at)
        if wanted is Status.WITHDRAWN:
            return _withdraw(db, code, actor=actor, at=at, seen=seen)
        moved = moves.move(db, code, wanted, actor=actor, at=at, details=details, seen=seen)
        if wanted is Status.REPLICATED and not may_spread(db, moved.id):
            _check_signs(db, actor, details or {})
        if details and "decision_number" in details:
            decision_numbers.check(db, details["decision_number"], details["decision_date"])
        if wanted is Status.REPLICATED and not adoptions.in_use(db, moved.id):
            said = dict(details or {})
            adoptions.note_applied(db, moved.id, said["where"], said["since"], actor=actor, at=at)
        if wanted is Status.MERGED:
            kept = merges.kept_instead(db, moved.id) or moved.id
            council_sheets.recuse_namesakes(db, kept, actor=actor, at=at)
        notices.of_move(db, moved, event=f"{wanted}|{at}", at=at, zone=zone)
        return moved


def _let_on(
    db: Store, code: str, details: dict[str, str], *, actor: str, at: int
) -> dict[str, str]:
    """Check a case on its way to the council and return the details without the reason that is
    kept already. Raises SenderUnasked, NotReady."""
    here, anyway = proposals.by_code(db, code), details.pop("anyway", "")
    if correct_sender.must_be_asked(authors.of(db, here.id)):
        raise SenderUnasked(code)
    if council_gate.is_asked(here) and moves.is_staff(db, actor):
        council_gate.check(db, here, anyway, actor=actor, at=at)
    return details


def may_spread(db: Store, proposal_id: str, made: Iterable[Move] | None = None) -> bool:
    """Say whether the chair signed the replication of an idea ("nhân rộng"): in a conclusion of the
    council, or in the decision that recognised it. `made` are its moves, where they were read."""
    made = moves.of_proposal(db, proposal_id) if made is None else made
    return "replicate" in council_items.signed_verdicts(db, proposal_id) or any(
        one.to_status is Status.RECOGNISED and one.details.get("spread") == SPREAD for one in made
    )


def add_unit(
    db: Store, proposal_id: str, unit: str, state: str, since: str, *, text: str = "",
    actor: str, at: int, zone: ZoneInfo,
) -> None:  # fmt: skip
    """Put a unit on a model's register. The first unit that uses an idea makes it replicated, if
    its replication is signed. Raises UnitTaken."""
    with writing(db):
        adoptions.add(db, proposal_id, unit, state, since, text=text, actor=actor, at=at)
        _follow_use(db, proposal_id, actor=actor, at=at, zone=zone)


def change_unit(
    db: Store, unit: Adoption, *, state: str, since: str, effect: str, text: str, seen: str,
    actor: str, at: int, zone: ZoneInfo,
) -> bool:  # fmt: skip
    """Record the present state of a unit, as adoptions.change does; it may be the first that uses
    an idea whose replication is signed. Return False if a colleague changed it since it was
    `seen`."""
    with writing(db):
        is_kept = adoptions.change(
            db, unit.id, state=state, since=since, effect=effect, text=text, seen=seen,
            actor=actor, at=at,
        )  # fmt: skip
        _follow_use(db, unit.proposal_id, actor=actor, at=at, zone=zone)
        return is_kept


def _follow_use(db: Store, proposal_id: str, *, actor: str, at: int, zone: ZoneInfo) -> None:
    """Make an idea replicated if it is recognised, its replication signed, and a unit uses it; only
    inside `writing`."""
    now, users = proposals.by_id(db, proposal_id), adoptions.in_use(db, proposal_id)
    if now.status is Status.RECOGNISED and users and may_spread(db, proposal_id):
        details = {"where": users[0].unit, "since": min(one.since for one in users)}
        move(
            db, now.code, Status.REPLICATED, actor=actor, at=at, zone=zone, details=details,
        )  # fmt: skip


def _check_signs(db: Store, actor: str, details: Mapping[str, str]) -> None:
    """Raise NotTheirs or DetailMissing unless this very move is the chair's signature."""
    if not moves.is_chair(db, actor):
        raise NotTheirs("nobody signed that it spreads")
    names = needed_for(Status.REPLICATED, is_signed=False)
    missing = tuple(name for name in names if not details.get(name, "").strip())
    if missing:
        raise DetailMissing(missing)


def has_made(
    db: Store, code: str, wanted: Status, details: Mapping[str, str], *, actor: str
) -> bool:
    """Say whether the last move is this same move by the same person: a button pressed twice."""
    now = proposals.by_code(db, code)
    made = moves.of_proposal(db, now.id)
    return (
        now.status is wanted
        and bool(made)
        and made[-1].actor == actor
        and details.items() <= made[-1].details.items()
    )


def answer(
    db: Store, code: str, text: str, *, staff_id: str, key: str, at: int, zone: ZoneInfo
) -> bool:
    """Keep the office's answer, to be read behind the QR, and queue the SMS that says so; return
    False if `key` had kept it already. Raises ProposalUnknown."""
    with writing(db):
        if not conversation.answer(db, code, text, staff_id=staff_id, key=key, at=at):
            return False
        answered = proposals.by_code(db, code)
        notices.of_answer(db, answered, event=f"answer|{key}", at=at, zone=zone)
        return True


def assign(db: Store, code: str, staff_id: str | None, *, actor: str, at: int) -> None:
    """Give a case to one person, or to nobody. Raises ProposalUnknown, AssigneeNeeded."""
    with writing(db):
        if staff_id is None and not proposals.by_code(db, code).is_open_to_all:
            raise AssigneeNeeded(code)
        proposals.assign(db, code, staff_id, actor=actor, at=at)


def note_view(db: Store, proposal_id: str, kind: str, *, actor: str, at: int) -> None:
    """Record that somebody looked at something protected: `viewed_personal_details` or
    `receipt_reprinted`."""
    with writing(db):
        event_log.note(db, kind, proposal_id, actor, at)


def note_found(db: Store, proposal_ids: Iterable[str], *, actor: str, at: int) -> None:
    """Record that somebody found these ideas by a telephone number, each once an hour: it tells
    whose they are."""
    seen = {"by": actor, "found": "number"}
    with writing(db):
        for proposal_id in proposal_ids:
            since = at - clock.HOUR
            if not event_log.has(db, proposal_id, "viewed_personal_details", since=since, **seen):
                event_log.note(db, "viewed_personal_details", proposal_id, actor, at, **seen)


def note_file_view(db: Store, proposal_id: str, attachment_id: str, *, actor: str, at: int) -> None:
    """Record that somebody opened a file, once an hour: a player asks for it piece by piece."""
    with writing(db):
        seen = {"attachment": attachment_id, "by": actor}
        if not event_log.has(db, proposal_id, "viewed_file", since=at - clock.HOUR, **seen):
            event_log.note(db, "viewed_file", proposal_id, actor, at, **seen)


def transcribe(
    db: Store,
    code: str,
    attachment_id: str,
    transcript: str,
    words: TranscribedWords | None,
    *,
    actor: str,
    at: int,
    draft_id: str = "",
) -> None:
    """Keep what somebody heard in a recording or read in a picture and, with `words`, fill in the
    proposal itself. With `draft_id` they compared a machine's draft and answer for it. Raises
    ProposalUnknown, WordsAreTheirs."""
    with writing(db):
        draft = transcript_drafts.of_file(db, attachment_id)
        if draft is not None and draft.id == draft_id:
            here = proposals.by_code(db, code)
            transcript_drafts.confirm(db, here.id, draft, actor=actor, at=at)
        transcript_drafts.forget(db, attachment_id)
        attachments.note_transcript(db, attachment_id, transcript, actor=actor, at=at)
        if words is not None:
            case_words.transcribe(
                db, code, title=words.title, current_state=words.current_state,
                solution=words.solution, actor=actor, at=at,
            )  # fmt: skip


def _withdraw(db: Store, code: str, *, actor: str, at: int, seen: Status | None) -> Proposal:
    now = proposals.by_code(db, code)
    if seen is not None and now.status is not seen:
        raise MoveStale(now.status)
    check_move(now.status, Status.WITHDRAWN, now.merged_from)
    withdraw.withdraw(db, code, at=at, actor=actor)
    return proposals.by_code(db, code)
