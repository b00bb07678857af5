"""Proposals: what one is, how it is looked up, and what an officer sets on it.

Personal details are in authors.py. receiving.py keeps a proposal when it comes, moves.py has its
moves, case_words.py its words, queue.py lists and filters.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from shared.db import event_log
from shared.db.card import Table, Whose, choice, ident, instant, names, number, text, tick
from shared.db.connection import Store, writing
from shared.db.engines import Statement
from shared.db.rows import Rows
from shared.db.sql import among, one_of
from shared.domain.proposal import (
    CATEGORIES,
    CHANNELS,
    FIELDS,
    KEPT_TYPES,
    MATURITIES,
    NOT_ASKED,
    ON_THE_CLOCK,
    PUBLIC,
    RATED_TYPES,
    USED_ALREADY,
    Status,
    further_categories,
)
from shared.domain.record import Record
from shared.store.cases import award_turns, contact_due, idea_counts, status_counts


class ProposalUnknown(Exception):
    """No proposal has that code."""


class Proposal(Record):
    """A kept proposal. Instants are ms UTC; `status_since` is when it came to its status."""

    id: str
    code: str
    status: Status
    status_since: int
    channel: str
    participant_type: str
    insider: bool
    title: str
    title_is_own: bool
    current_state: str
    solution: str
    expected_effect: str
    effects: tuple[str, ...]
    maturity: str
    category: str | None
    more_categories: tuple[str, ...]
    field: str | None
    residence: str | None
    hamlet: str
    mobiliser: str
    device_id: str | None
    received_at: int
    arrived_at: int
    registered_at: int
    due_at: int
    evaluation_year: int
    evaluation_rule: str
    on_the_line: bool
    assignee_id: str | None = None
    is_spam: bool = False
    is_confidential: bool = False
    merged_from: Status | None = None

    def is_open_to(self, reader: str) -> bool:
        """Say whether a member of staff (an id) may see this case: a confidential one is its
        assignee's alone. `visibility.VISIBLE` says so in SQL."""
        return self.is_open_to_all or self.assignee_id == reader

    @property
    def is_open_to_all(self) -> bool:
        """True for a case that several readers may see together."""
        return not self.is_confidential

    @property
    def is_unasked(self) -> bool:
        """True while nobody was asked who sent it: it counts as a citizen's until staff settle
        it."""
        return self.participant_type == NOT_ASKED

    @property
    def is_counted(self) -> bool:
        """True for a case that figures, public pages and papers for many readers hold: open to all,
        and no junk."""
        return self.is_open_to_all and not self.is_spam


def _kept_beside(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what keeps right all that is kept about ideas beside their rows."""
    return [
        *idea_counts.keeping(db, before, after),
        *award_turns.of_idea(db, before, after),
        *contact_due.of_idea(db, before, after),
    ]


# Junk, until its words are forgotten. With "is_spam = 1" SQLite would plan each statement that asks
# for `is_spam = :spam` again with every value.
JUNK = "is_spam <> 0 AND solution || title <> ''"
PROPOSAL = Table(
    "proposal",
    Proposal,
    {
        "id": ident(),
        "code": ident(check="length({name}) = 12"),
        "status": choice(Status, read=Status),
        "status_since": instant(),
        "channel": choice(CHANNELS),
        "participant_type": choice(KEPT_TYPES),
        "insider": tick(default=0),
        "title": text(Whose.WORDS, spoken=True),
        "title_is_own": tick(default=1),
        "current_state": text(Whose.WORDS, spoken=True),
        "solution": text(Whose.WORDS, spoken=True),
        "expected_effect": text(Whose.WORDS, spoken=True),
        "effects": names(),
        "maturity": choice(MATURITIES),
        "category": choice(CATEGORIES, null=True),
        "more_categories": names(),
        "field": choice(FIELDS, null=True),
        "residence": ident(null=True),
        "hamlet": text(Whose.WORDS),
        "mobiliser": text(Whose.STAFF),
        "device_id": ident(null=True),
        "received_at": instant(),
        "arrived_at": instant(),
        "registered_at": instant(),
        "due_at": instant(),
        "evaluation_year": number(),
        "evaluation_rule": ident(),
        "on_the_line": tick(default=0),
        "assignee_id": ident(null=True),
        "is_spam": tick(default=0),
        "is_confidential": tick(default=0),
        "merged_from": ident(null=True, read=Status),
        "idempotency_key": ident(),
        "fingerprint": text(Whose.DETAILS, encrypted=True),
    },
    unique=(("code",), ("idempotency_key",)),
    foreign={"device_id": "device", "assignee_id": "staff_member"},
    indexes={
        "proposal_by_time": "received_at, id",
        "proposal_by_status": "status, received_at, id",
        "proposal_by_channel": "channel, received_at, id",
        # Most ideas come without one: they are not written there.
        "proposal_by_category": "category, received_at, id WHERE category IS NOT NULL",
        "proposal_by_assignee": "assignee_id, is_spam, received_at, id"
        " WHERE assignee_id IS NOT NULL",
        "proposal_of_assignee_due": "assignee_id, is_spam, due_at, id"
        f" WHERE assignee_id IS NOT NULL AND status {one_of(ON_THE_CLOCK)}",
        # The two stretches of the list of cases (queue.py).
        "proposal_by_due": f"is_spam, due_at, id, assignee_id WHERE status {one_of(ON_THE_CLOCK)}",
        "proposal_off_clock": f"is_spam, received_at, id WHERE status NOT {one_of(ON_THE_CLOCK)}",
        "proposal_on_the_line": "received_at, id WHERE on_the_line = 1",
        "proposal_line_due": "is_spam, due_at, id"
        f" WHERE on_the_line = 1 AND status {one_of(ON_THE_CLOCK)}",
        "proposal_to_scout": f"received_at, id WHERE maturity {one_of(USED_ALREADY)}",
        "proposal_by_registered": "registered_at",
        # The last group of a code is what people have left of one (queue_search.py).
        "proposal_code_end": "substr(code, 9)",
        "proposal_by_hand": "evaluation_year, id WHERE evaluation_rule = 'by_hand'",
        "proposal_public": f"evaluation_year, id WHERE status {one_of(PUBLIC)}",
        # Who is rated by what they proposed.
        "proposal_rated": f"evaluation_year, id WHERE participant_type {one_of(RATED_TYPES)}",
        "proposal_confidential": "due_at, received_at WHERE is_confidential = 1",
        # Junk that still has its words (workflows/retention.py).
        "proposal_junk": f"id WHERE {JUNK}",
        # What an effort of the outreach log brought in.
        "proposal_called": "lower(trim(mobiliser)), received_at WHERE mobiliser <> ''",
    },
    of_commune=True,
    sealed=True,
    in_register=True,
    on_write=_kept_beside,
)


def by_code(db: Store, code: str) -> Proposal:
    """Return the proposal with this public code. Raises ProposalUnknown."""
    return _one(db, "code", code)


def by_id(db: Store, proposal_id: str) -> Proposal:
    """Return the proposal with this id. Raises ProposalUnknown."""
    return _one(db, "id", proposal_id)


def by_ids(db: Store, proposal_ids: Iterable[str]) -> dict[str, Proposal]:
    """Return the proposals with these ids, by id, in one statement."""
    these, ids = among(proposal_ids)
    return {one.id: one for one in db.all(PROPOSAL, f"id {these}", **ids)}


def ids(db: Store) -> list[str]:
    """Return the ids of all proposals, oldest first."""
    return [
        str(proposal_id)
        for (proposal_id,) in db.rows(
            "SELECT id FROM proposal WHERE commune_id = :commune_id ORDER BY id"
        )
    ]


def by_key(db: Store, key: str) -> Proposal | None:
    """Return what was kept under a sending's key, or None."""
    return db.get(PROPOSAL, "idempotency_key = :key", key=key)


def form_key_of(db: Store, proposal_id: str) -> str:
    """Return the key of the form that sent a proposal from a screen; "" if it came another way."""
    row = db.row(
        "SELECT idempotency_key FROM proposal WHERE commune_id = :commune_id AND id = :id",
        id=proposal_id,
    )
    way, _, form_key = str(row[0] if row else "").partition("|")
    return form_key if way == "web" else ""


def of_phone(db: Store, phone: str, status: Status) -> list[Proposal]:
    """Return the proposals of a number (E.164) that stand at `status`, oldest first."""
    return db.all(
        PROPOSAL,
        "status = :status AND id IN (SELECT proposal_id FROM author"
        " WHERE commune_id = :commune_id AND phone = :phone AND place = 1) ORDER BY id",
        phone=db.encrypt(phone),
        status=status,
    )


def assign(db: Store, code: str, staff_id: str | None, *, actor: str, at: int) -> None:
    """Give a case to one officer, or to nobody."""
    with writing(db):
        now = by_code(db, code)
        if now.assignee_id == staff_id:
            return
        db.change(PROPOSAL, {"id": now.id}, {"assignee_id": staff_id})
        event_log.note(db, "assigned", now.id, actor, at, to=staff_id)


def flag(db: Store, code: str, *, spam: bool, confidential: bool, actor: str, at: int) -> None:
    """Set the staff-only flags. A confidential case must have an assignee: the present one, or the
    person who flagged it, because from now on only the assignee sees it."""
    with writing(db):
        now = by_code(db, code)
        if (now.is_spam, now.is_confidential) == (spam, confidential):
            return
        changes: dict[str, Any] = {"is_spam": spam, "is_confidential": confidential}
        if confidential and now.assignee_id is None:
            changes["assignee_id"] = actor
        db.change(PROPOSAL, {"id": now.id}, changes)
        if spam != now.is_spam:
            status_counts.add(db, now.status, -1 if spam else +1)
        event_log.note(db, "flagged", now.id, actor, at, spam=spam, confidential=confidential)


def keep_for(db: Store, proposal_id: str, keeper: str | None, *, at: int) -> None:
    """Make a case confidential as it comes in, to be read by one member of staff (an id) alone;
    None if there is nobody yet: then it opens only in an emergency. Only inside `writing`."""
    db.change(PROPOSAL, {"id": proposal_id}, {"is_confidential": True, "assignee_id": keeper})
    event_log.note(db, "assigned", proposal_id, event_log.SYSTEM, at, to=keeper)
    event_log.note(db, "flagged", proposal_id, event_log.SYSTEM, at, spam=False, confidential=True)


def classify(
    db: Store, code: str, *, category: str | None, field: str | None, actor: str, at: int,
    more: Collection[str] | None = None,
) -> None:  # fmt: skip
    """Set the category (1–8, "other" or None) and the field (1–4, "other" or None), and which
    further categories (`more`, None for those it has) it also belongs to: never its own once
    more."""
    with writing(db):
        now = by_code(db, code)
        also = further_categories(now.more_categories if more is None else more, category)
        if (now.category, now.field, now.more_categories) == (category, field, also):
            return
        changes = {"category": category, "field": field, "more_categories": also}
        db.change(PROPOSAL, {"id": now.id}, changes)
        said: dict[str, Any] = {"category": category, "field": field}
        if also or now.more_categories:
            said["more"] = list(also)
        event_log.note(db, "classified", now.id, actor, at, **said)


def _one(db: Store, column: str, value: str) -> Proposal:
    found = db.get(PROPOSAL, f"{column} = :value", value=value)
    if found is None:
        raise ProposalUnknown(value)
    return found
