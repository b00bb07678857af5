"""A proposal's own words: the hash of them in its events, what the search finds, and typing them if
the sender spoke or wrote by hand."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.db import event_log, search
from shared.db.connection import Store, writing
from shared.db.event_log import Event, new_salt, salted
from shared.store.cases import authors, compared, proposals
from shared.store.cases.proposals import PROPOSAL, Proposal


class WordsAreTheirs(Exception):
    """The sender wrote these words themselves: nobody here replaces them."""


def content_of(row: Mapping[str, Any]) -> str:
    """Return the salted hash of a proposal's own words, as its event carries it."""
    return salted(*_spoken(row))


def words_spoken_of(db: Store, event: Event) -> str:
    """Return the text (JSON) whose SHA-256 a proposal's event carries as `content`; "" if the words
    were erased or changed since."""
    [row] = db.raw(PROPOSAL, id=event.proposal_id)
    if content_of(row) != event.data.get("content"):
        return ""
    return event_log.spoken(*_spoken(row)).decode("utf-8", "surrogatepass")


def transcribe(
    db: Store,
    code: str,
    *,
    title: str,
    current_state: str,
    solution: str,
    actor: str,
    at: int,
) -> Proposal:
    """Type what a sender said or wrote by hand: the title and the two parts.

    Only if there are no words yet, or if staff typed them before and now correct them. Raises
    ProposalUnknown, WordsAreTheirs.
    """
    with writing(db):
        now = proposals.by_code(db, code)
        if not may_transcribe(db, now):
            raise WordsAreTheirs(code)
        words = {"title": title, "current_state": current_state, "solution": solution}
        if words == {name: getattr(now, name) for name in words}:
            return now
        [before] = db.raw(PROPOSAL, id=now.id)
        after = {**before, **words, "salt": new_salt()}
        changes = {**words, "title_is_own": True, "salt": after["salt"]}
        db.change(PROPOSAL, {"id": now.id}, changes)
        index(db, now.id)
        event_log.note(
            db, "written_out", now.id, actor, at,
            content=content_of(after), replaces=content_of(before),
        )  # fmt: skip
        return proposals.by_code(db, code)


def index(db: Store, proposal_id: str) -> None:
    """Make a proposal findable by its present words and the names and units of its authors; only
    inside `writing`."""
    now = proposals.by_id(db, proposal_id)
    who = [text for one in authors.all_of(db, now.id) for text in (one.name, one.unit)]
    search.index(
        db, now.id, now.title, now.current_state, now.solution, now.expected_effect, *who
    )  # fmt: skip
    compared.put_in_line(db, now.id, has_title=bool(now.title))


def may_transcribe(db: Store, proposal: Proposal, kinds: Collection[str] | None = None) -> bool:
    """Say whether staff may type this proposal's words: nobody has, or staff have. `kinds` are
    those of all its events, where they are known."""
    if not (proposal.title or proposal.current_state or proposal.solution):
        return True
    if kinds is None:
        kinds = {one.kind for one in event_log.of_proposal(db, proposal.id)}
    return not {"written_out", "entered"}.isdisjoint(kinds)


def _spoken(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["salt"], *(row[name] for name in PROPOSAL.spoken))
