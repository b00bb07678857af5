"""Erases somebody from a case: only their details, or their words and files too.

The rows stay, empty, so that the chain of events stays whole: the event of an erasure names the
words that are gone and the empty ones in their place. case_data.py says what lies where. Files, the
search index and the journal follow afterwards (shared/privacy/erasing.py); until then the erasure
is not settled.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from shared.db.card import Table, Whose
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, note, salted
from shared.domain import phone as phones
from shared.domain.proposal import Status, following
from shared.domain.record import Record
from shared.domain.redaction import numbers_in, strike_person
from shared.store.awards import forgetting as award_forgetting
from shared.store.cases import (
    authors,
    case_words,
    drafts,
    moves,
    parked_drafts,
    proposals,
    sender_changes,
)
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments, originals, references, uploads
from shared.store.messages import call_backs, media_downloads, opt_outs, threads
from shared.store.messages import forgetting as message_forgetting
from shared.store.models import registry
from shared.store.privacy.erasures import ERASURE, Erasure, Scope
from shared.workflows import case_data
from shared.workflows.case_data import EMPTIED, TEXTS

# Tables whose own modules do the forgetting.
_BY_THEMSELVES = frozenset(
    {"author", "model", "media_download", "honour_name", "award_check", "delivery"}
)
# The address of a fetched file that is on disk already (sms/fetching.py), and of an upload's parts.
_ON_DISK = re.compile(r"kept:([0-9a-f]{64})")
PART = "part:"
# The column whose number, or id, says which author a row belongs to; and texts about all authors at
# once.
_BY_NUMBER = {"message_in": "sender", "outbox": "phone", "call_back": "phone"}
_BY_AUTHOR = {"sender_change": "author_id"}
_OF_ALL_AUTHORS = frozenset({"recognition", "honour"})
# What replaces an emptied column that is read as JSON.
_EMPTY: Mapping[tuple[str, str], Any] = {
    ("upload", "metadata"): "{}", ("outbox", "blanks"): "{}",
    ("pending_act", "details"): "{}",
    ("sender_change", "before"): None, ("sender_change", "after"): None,
}  # fmt: skip
# Days and numbers of papers in a move's details stay; these details quote the office on the idea.
_QUOTES = frozenset({"reason", "missing", "where", "to_office"})


class Passage(Record):
    """A text of a case that names its sender: where it is, and how it reads without them.
    `is_theirs` is True for the sender's own words, False for the office's."""

    table: str
    row_id: str
    column: str
    text: str
    struck: str
    is_theirs: bool


class ErasureRequest(Record):
    """A requested erasure. `whole` are ids of rows whose texts are erased entirely, although the
    scope would only remove the person from them; `author_id` is the one author whose details are
    erased, None for everybody's."""

    scope: Scope
    cause: str
    reason: str
    actor: str
    at: int
    whole: Collection[str] = ()
    author_id: str | None = None


def erase(db: Store, proposal_id: str, asked: ErasureRequest) -> Erasure:
    """Erase somebody from a case. A person who withdraws still gets an answer by SMS: their number
    is removed from the messages a day later (forgetting.forget_erased). Raises ProposalUnknown."""
    with writing(db):
        case = proposals.by_id(db, proposal_id)
        person = _Person.of(db, proposal_id, asked.author_id)
        is_all = asked.scope is Scope.ALL
        is_asked = asked.cause != "retention"  # nobody withdraws junk
        if is_all and is_asked and Status.WITHDRAWN in following(case.status, case.merged_from):
            moves.move(db, case.code, Status.WITHDRAWN, actor=asked.actor, at=asked.at)
        change = _Change(db, proposal_id, asked, person)
        for card in case_data.holding():
            if card.name not in _BY_THEMSELVES:
                change.table(card)
        files = _forget_files(db, proposal_id) if is_all else []
        if person.is_sender:
            files += originals.empty(db, proposal_id, at=asked.at)
        registry.forget(db, proposal_id, person.without, all_of_it=is_all, at=asked.at)
        for author in person.authors:
            award_forgetting.forget(db, proposal_id, author.place, at=asked.at)
            authors.erase_one(db, author.id, at=asked.at)
        for number in person.numbers if asked.cause != "withdrawn" else ():
            _forget_number(db, number, (lambda text: "") if is_all else person.without)
        if person.is_sender:
            _forget_typing(db, case)
        case_words.index(db, proposal_id)
        return _keep(db, proposal_id, asked, files, change)


def passages(db: Store, proposal_id: str, author_id: str | None = None) -> list[Passage]:
    """Return the texts of a case that name one of its authors or their number, for an officer to
    check before an erasure; without an author, those that name any of them."""
    person = _Person.of(db, proposal_id, author_id)
    return [
        Passage(card.name, str(row["id"]), column, text, struck, column in card.of(Whose.WORDS))
        for card in case_data.holding()
        for row in case_data.rows(db, card, proposal_id)
        for column in card.of(*TEXTS)
        if (text := _plain(db, card, column, row)) != (struck := person.without(text))
    ]


def row_ids(db: Store, proposal_id: str) -> list[str]:
    """Return the ids of all rows that hold a case's texts."""
    return [
        str(row["id"])
        for card in case_data.holding()
        if card.of(*TEXTS)
        for row in case_data.rows(db, card, proposal_id)
    ]


def needs_file(db: Store, sha256: str) -> bool:
    """Say whether another row still needs a file that an erasure would delete."""
    return references.is_spoken_of(db, sha256)


class _Person(Record):
    """Who is erased, and how to find them in a case's texts. `is_sender` says whether the sender is
    among them; what was typed and sent in is the sender's."""

    authors: tuple[Author, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    is_sender: bool

    @classmethod
    def of(cls, db: Store, proposal_id: str, author_id: str | None) -> "_Person":
        every = authors.all_of(db, proposal_id)
        own = tuple(one for one in every if author_id in (None, one.id))
        is_sender = any(one.place == 1 for one in own)
        names: list[str] = []
        numbers: list[str] = []
        for author in own:
            names += [text for text in (author.name, author.guardian) if text]
            numbers += [author.phone or "", *numbers_in(author.guardian or "")]
        for author in own:  # what was put right may still stand in texts
            names += sender_changes.earlier(db, author.id, "name", "guardian")
            for text in sender_changes.earlier(db, author.id, "phone", "guardian"):
                numbers += [text, *numbers_in(text)]
        came, went = threads.of_proposal(db, proposal_id)
        numbers += [one.sender for one in came] if is_sender else []
        numbers += [one.phone for one in went] if author_id is None else []
        read = [phones.read_sender(number) for number in numbers]
        known = [one.number for one in read if one.kind in ("mobile", "landline", "foreign")]
        bare = [strike_person(name, (), known).replace("[…]", " ") for name in names]
        return cls(own, tuple(dict.fromkeys(bare)), tuple(dict.fromkeys(known)), is_sender)

    def without(self, text: str) -> str:
        """Return a text without this person."""
        return strike_person(text, self.names, self.numbers)


class _Change:
    """Empties the rows of one case or removes the person, and remembers which words the chain
    named."""

    def __init__(self, db: Store, proposal_id: str, asked: ErasureRequest, person: _Person) -> None:
        self._db, self._proposal_id, self._asked, self._person = db, proposal_id, asked, person
        self.replaces: list[str] = []
        self.contents: list[str] = []

    def table(self, card: Table[Any]) -> None:
        """Do what the scope asks to each row of a table."""
        for row in case_data.rows(self._db, card, self._proposal_id):
            changes = self._of_row(card, row)
            changes = {name: text for name, text in changes.items() if row[name] != text}
            if not changes:
                continue
            if changes.keys() & set(card.spoken):
                changes["salt"] = self._replace(card, row, changes)
            self._db.change_raw(card, {"id": row["id"]}, changes)

    def _of_row(self, card: Table[Any], row: Mapping[str, Any]) -> dict[str, Any]:
        asked, table = self._asked, card.name
        details, texts = card.of(Whose.DETAILS), card.of(*TEXTS)
        changes: dict[str, Any] = {}
        is_answered = asked.cause == "withdrawn" and table in ("message_in", "outbox")
        if self._is_theirs(table, row) and not is_answered:
            changes |= {name: _EMPTY.get((table, name), "") for name in details}
            changes |= _stopped(table, row)
        elif table in _OF_ALL_AUTHORS:
            changes |= {name: self._person.without(row[name]) for name in details}
        emptied = set(card.of(*EMPTIED)) if asked.scope is Scope.ALL else set()
        if row["id"] in asked.whole:
            emptied = set(texts)
        for column in texts:
            if column in emptied:
                changes[column] = _emptied(table, column, row[column])
            else:
                changes[column] = self._person.without(row[column])
        return changes

    def _is_theirs(self, table: str, row: Mapping[str, Any]) -> bool:
        """Say whether a row's details belong to the erased person, if others stay."""
        if self._asked.author_id is None:
            return True
        if table in _BY_AUTHOR:
            return row[_BY_AUTHOR[table]] in {one.id for one in self._person.authors}
        if table in _BY_NUMBER:
            return self._db.decrypt(row[_BY_NUMBER[table]]) in self._person.numbers
        return self._person.is_sender and table not in _OF_ALL_AUTHORS

    def _replace(self, card: Table[Any], row: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
        """Return the salt of the new words; the event of the erasure names both."""
        salt, columns = new_salt(), card.spoken
        self.replaces.append(salted(row["salt"], *(row[name] for name in columns)))
        self.contents.append(salted(salt, *(changes.get(name, row[name]) for name in columns)))
        return salt


def _emptied(table: str, column: str, text: str) -> Any:
    """Return what replaces an emptied text."""
    if (table, column) == ("move", "details"):
        said = {name: "" if name in _QUOTES else one for name, one in json.loads(text).items()}
        return json.dumps(said, sort_keys=True, ensure_ascii=False)
    return _EMPTY.get((table, column), "")


def _stopped(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that end an SMS whose number is gone."""
    ends = {"queued": "suppressed", "unknown": "failed"}
    if table != "outbox" or row["state"] not in ends:
        return {}
    return {"state": ends[row["state"]], "error": "erased"}


def _forget_files(db: Store, proposal_id: str) -> list[str]:
    """Forget a case's files: those it has, those on their way and those to be fetched. Return what
    must be deleted from the disk: SHA-256 of files, and uploads' parts (PART and an id)."""
    waiting = [upload.sha256 for upload in uploads.open_of(db, proposal_id) if upload.sha256]
    unfetched = (_ON_DISK.fullmatch(url) for url in media_downloads.give_up(db, proposal_id))
    return [
        *attachments.empty(db, proposal_id),
        *waiting,
        *(found[1] for found in unfetched if found),
        *(f"{PART}{upload_id}" for upload_id in uploads.end_all(db, proposal_id)),
    ]


def _forget_number(db: Store, number: str, left_of: Callable[[str], str]) -> None:
    """Forget a number that no other idea has: in messages that led to no idea, on the call-back
    list and among those who want no notices."""
    if not authors.knows(db, number):
        message_forgetting.forget_number(db, number, left_of)
        call_backs.forget_number(db, number)
        opt_outs.remove(db, number)


def _forget_typing(db: Store, case: Proposal) -> None:
    """Forget the half-written answers that a case came from."""
    form_key = proposals.form_key_of(db, case.id)
    if form_key:
        drafts.forget_form(db, form_key)
        parked_drafts.forget_form(db, form_key)


def _keep(
    db: Store, proposal_id: str, asked: ErasureRequest, files: list[str], change: _Change
) -> Erasure:
    salt = new_salt()
    kept = Erasure(
        new_id(), proposal_id, asked.scope, asked.cause, asked.reason, asked.actor, asked.at,
        tuple(sorted(asked.whole)), tuple(files), None, asked.author_id,
    )  # fmt: skip
    db.insert(ERASURE, kept, salt=salt)
    note(
        db,
        "content_erased" if asked.scope is Scope.ALL else "personal_data_erased",
        proposal_id,
        asked.actor,
        asked.at,
        erasure=kept.id,
        cause=asked.cause,
        content=salted(salt, asked.reason),
        contents=change.contents,
        replaced=change.replaces,
    )
    return kept


def _plain(db: Store, card: Table[Any], column: str, row: Mapping[str, Any]) -> str:
    text = str(row[column])
    return db.decrypt(text) if column in card.encrypted else text
