"""The steps of letters and awards, each with its conditions (R28–R31, A9, A10).

The officer proposes, checks, has the name confirmed and writes out; the chair decides. Each step
names the version its form was drawn from: if two people act at once, the second is told.
"""

from collections.abc import Sequence
from datetime import date

from shared.db.connection import Store, writing
from shared.domain import award_rules, honours, numbering
from shared.domain.honours import (
    EDITABLE,
    FOR_THE_CHAIR,
    LETTER_TYPES,
    NAME_LETTERS,
    VALID,
    Kind,
    State,
    is_in_force,
)
from shared.domain.measures import shows_effect
from shared.store.awards import awards as kept
from shared.store.awards import checks, conferences, decision_numbers, printed_names
from shared.store.awards import rules as kept_rules
from shared.store.awards.awards import Content, Honour
from shared.store.awards.checks import AwardCheck
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import authors, merges, proposals
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.models import adoptions
from shared.workflows import correct_sender, notices

# Why a step is refused; each has a sentence, `staff.honours.refused.<why>`.
WHY = (
    "erased", "unasked", "not_valid", "no_effect", "official", "already", "refused_before",
    "name_open", "unchecked", "pending", "stale", "number_count",
)  # fmt: skip


class NotTaken(Exception):
    """The step is refused; `why` is one of WHY."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def propose(
    db: Store, code: str, place: int, kind: Kind, *, key: str, today: date, actor: str, at: int
) -> Honour:
    """Propose a letter or an award for one author of an idea, once per `key`, with words that an
    officer may then change. Raises ProposalUnknown, NotTaken."""
    with writing(db):
        known = kept.by_key(db, key)
        if known is not None:
            return known
        idea = proposals.by_code(db, code)
        author = authors.at_place(db, idea.id, place)
        _check_may_propose(db, idea, author, kind)
        is_collective = author.participant_type in honours.COLLECTIVE_TYPES
        content = _first_content(db, idea, kind, is_collective, today)
        honour_id = kept.add(db, idea.id, place, kind, content, key=key, actor=actor, at=at)
        name = (author.unit or author.name) if is_collective else author.name
        printed_names.add(db, honour_id, (name or "")[:NAME_LETTERS])
        return kept.by_id(db, honour_id)


def helped(db: Store, proposal_id: str) -> bool:
    """Say whether a figure got better after the idea was applied, for the idea or for the one it
    was merged into (R28)."""
    considered = merges.kept_instead(db, proposal_id) or proposal_id
    return any(shows_effect(one.figures) for one in adoptions.measures(db, considered))


def rewrite(
    db: Store, honour_id: str, content: Content, *, seen: int, actor: str, at: int
) -> Honour:
    """Keep what an officer wrote. A returned one is proposed again; a checked one keeps its check.
    Raises HonourUnknown, NotTaken."""
    with writing(db):
        now = _seen(db, honour_id, seen)
        if now.state not in EDITABLE:
            raise NotTaken("stale")
        kept.rewrite(db, now, content, actor=actor, at=at)
        again = kept.by_id(db, honour_id)
        if now.state is not State.RETURNED:
            return again
        return _move(db, again, State.PROPOSED, actor=actor, at=at)


def check(db: Store, honour_id: str, answer: AwardCheck, *, seen: int) -> Honour:
    """Keep the answer to the check before an award: "clear" lets it go to the chair, "pending"
    holds it. Raises HonourUnknown, NotTaken."""
    with writing(db):
        now = _seen(db, honour_id, seen)
        if now.kind != "award" or now.state not in (State.PROPOSED, State.CHECKED):
            raise NotTaken("stale")
        checks.add(db, honour_id, answer)
        wanted = State.CHECKED if answer.answer == "clear" else State.PROPOSED
        if now.state is not wanted:
            return _move(db, now, wanted, actor=answer.actor, at=answer.at)
        return kept.set_state(db, now, wanted, actor=answer.actor, at=answer.at)


def approve(db: Store, honour_id: str, *, seen: int, actor: str, at: int) -> Honour:
    """Allow a letter to be written out. A second tap of the same person changes nothing. Raises
    HonourUnknown, NotTaken."""
    with writing(db):
        now = kept.by_id(db, honour_id)
        if now.state is State.DECIDED and now.decided_by == actor:
            return now
        now = _for_the_chair(db, honour_id, "letter", seen)
        return _move(db, now, State.DECIDED, actor=actor, at=at, decided_by=actor, decided_at=at)


def decide(
    db: Store, honour_id: str, number: str, day: str, *, seen: int, actor: str, at: int
) -> Honour:
    """Give an award by a decision; its name must be confirmed and its check clear. A second tap of
    the same person changes nothing. Raises HonourUnknown, NotTaken, NumberTaken."""
    with writing(db):
        now = kept.by_id(db, honour_id)
        if (now.state, now.number, now.decided_by) == (State.DECIDED, number, actor):
            return now
        now = _for_the_chair(db, honour_id, "award", seen)
        _check_may_bear_name(db, now)
        if not helped(db, now.proposal_id):
            raise NotTaken("no_effect")
        answers = checks.of(db, honour_id)
        if not answers or answers[0].answer != "clear":
            raise NotTaken("pending" if answers else "unchecked")
        decision_numbers.check(db, number, day)
        return _move(
            db, now, State.DECIDED, actor=actor, at=at, decided_by=actor, decided_at=at,
            number=number, day=day, code=kept.mint(db),
            book_number=kept.next_book_number(db, day[:4]),
        )  # fmt: skip


def issue(
    db: Store, honour_ids: Sequence[str], number: str, day: str, *, one_number: bool, actor: str,
    at: int,
) -> list[Honour]:  # fmt: skip
    """Give approved letters a number and a day: all the same number, or each the next one. Tell by
    SMS those who agreed to it, once. All or none. Raises HonourUnknown, NotTaken, NumberTaken."""
    with writing(db):
        found = [kept.by_id(db, honour_id) for honour_id in honour_ids]
        numbers = [number] * len(found) if one_number else _numbers(number, len(found))
        for one, its in zip(found, numbers, strict=True):
            if one.kind != "letter" or one.state is not State.DECIDED:
                raise NotTaken("stale")
            _check_may_bear_name(db, one)
            _check_letter_number(db, its, day, is_shared=one_number)
        return [
            _issue(db, one, its, day, actor=actor, at=at)
            for one, its in zip(found, numbers, strict=True)
        ]


def send_back(
    db: Store, honour_id: str, reason: str, *, for_good: bool, seen: int, actor: str, at: int
) -> Honour:
    """Return what waits for the chair to the officer, or refuse it, with a reason. Raises
    HonourUnknown, NotTaken."""
    with writing(db):
        now = _seen(db, honour_id, seen)
        if now.state not in (State.PROPOSED, State.CHECKED):
            raise NotTaken("stale")
        wanted = State.REFUSED if for_good else State.RETURNED
        return _move(db, now, wanted, actor=actor, at=at, reason=reason)


def take_back(db: Store, honour_id: str, reason: str, *, seen: int, actor: str, at: int) -> Honour:
    """Undo a mistake, with a reason. An approved letter waits for the chair again. One with a
    number is withdrawn for good, and checking its code says so. Raises HonourUnknown, NotTaken."""
    with writing(db):
        now = _seen(db, honour_id, seen)
        if now.kind == "letter" and now.state is State.DECIDED:
            return _move(
                db, now, State.PROPOSED, actor=actor, at=at, reason=reason, decided_by="",
                decided_at=None,
            )  # fmt: skip
        return _move(db, now, State.WITHDRAWN, actor=actor, at=at, reason=reason)


def hand_over(
    db: Store, honour_id: str, day: str, received_by: str = "", *, actor: str, at: int
) -> Honour:
    """Record on which day (YYYY-MM-DD) the paper was handed over and who took it, if that was
    somebody else; "" if it was not handed over after all. Raises HonourUnknown, NotTaken."""
    with writing(db):
        now = kept.by_id(db, honour_id)
        if not is_in_force(now.kind, now.state):
            raise NotTaken("stale")
        before = State.ISSUED if now.kind == "letter" else State.DECIDED
        wanted = State.HANDED_OVER if day else before
        if now.state is wanted:
            return now
        conferences.note_handed(db, honour_id, day, received_by, actor=actor, at=at)
        return _move(db, now, wanted, actor=actor, at=at)


def _check_may_propose(db: Store, idea: Proposal, author: Author, kind: Kind) -> None:
    if author.erased_at is not None:
        raise NotTaken("erased")
    if correct_sender.must_be_asked(author):
        raise NotTaken("unasked")
    if idea.status not in VALID or not idea.is_counted:
        raise NotTaken("not_valid")
    if kind == "letter" and author.participant_type not in LETTER_TYPES:
        raise NotTaken("official")
    if kind == "award" and not helped(db, idea.id):
        raise NotTaken("no_effect")
    for other in kept.of_proposal(db, idea.id):
        if (other.kind, other.place) == (kind, author.place) and other.state != State.WITHDRAWN:
            raise NotTaken("refused_before" if other.state is State.REFUSED else "already")


def _first_content(
    db: Store, idea: Proposal, kind: Kind, is_collective: bool, today: date
) -> Content:
    """Return the first content for the officer: the office's rules of the day."""
    if kind == "letter":
        return Content("", is_collective, "")
    rules = kept_rules.of(db)
    return Content(
        rules.forms[0] if rules.forms else "",
        is_collective,
        "",
        "\n".join(award_rules.bases_on(rules, today)),
        0,
        rules.sources[0] if rules.sources else "",
    )


def _check_may_bear_name(db: Store, honour: Honour) -> None:
    author = authors.at_place(db, honour.proposal_id, honour.place)
    if author.erased_at is not None:
        raise NotTaken("erased")
    if not printed_names.of(db, honour.id).is_settled:
        raise NotTaken("name_open")


def _check_letter_number(db: Store, number: str, day: str, *, is_shared: bool) -> None:
    """Raise NumberTaken if a letter of that year has the number: with another day, or if each
    letter must have its own."""
    for other in kept.numbered(db, "letter", number, day[:4]):
        if other.day != day or not is_shared:
            raise NumberTaken(proposals.by_id(db, other.proposal_id).code, other.day)


def _numbers(number: str, count: int) -> list[str]:
    try:
        return numbering.counted_on(number, count)
    except ValueError:
        raise NotTaken("number_count") from None


def _issue(db: Store, one: Honour, number: str, day: str, *, actor: str, at: int) -> Honour:
    issued = _move(
        db, one, State.ISSUED, actor=actor, at=at, number=number, day=day, code=kept.mint(db)
    )
    author = authors.at_place(db, one.proposal_id, one.place)
    notices.of_letter(db, author, number, day, event=f"letter|{one.id}", at=at)
    return issued


def _for_the_chair(db: Store, honour_id: str, kind: Kind, seen: int) -> Honour:
    now = _seen(db, honour_id, seen)
    if now.kind != kind or now.state is not FOR_THE_CHAIR[kind]:
        raise NotTaken("unchecked" if now.state is State.PROPOSED else "stale")
    return now


def _seen(db: Store, honour_id: str, seen: int) -> Honour:
    """Return it as its form saw it. Raises HonourUnknown, NotTaken if a colleague was faster."""
    now = kept.by_id(db, honour_id)
    if now.version != seen:
        raise NotTaken("stale")
    return now


def _move(db: Store, now: Honour, wanted: State, *, actor: str, at: int, **more: object) -> Honour:
    try:
        honours.check_move(now.kind, now.state, wanted)
    except honours.HonourMoveRefused as fault:
        raise NotTaken("stale") from fault
    return kept.set_state(db, now, wanted, actor=actor, at=at, **more)
