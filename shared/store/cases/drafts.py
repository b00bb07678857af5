"""Half-written answers of one visit in the form with one question a screen.

A draft belongs to a random visit token in a cookie and ends with the visit. It may hold a name and
a number, so old ones are deleted by the clock (kiosk/forgetting.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.db.card import Table, Whose, ident, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id

DRAFT: Table[Any] = Table(
    "draft",
    None,
    {
        "visit_hash": ident(),
        "answers": text(Whose.WORDS),
        "form_key": text(Whose.WORDS),
        "touched_at": instant(),
    },
    key=("visit_hash",),
    indexes={"draft_by_age": "touched_at"},
    left_out="somebody's half-done words",
)


LIFETIME = 60 * 60 * 1000


@dataclass(frozen=True)
class Draft:
    """The answers so far, and the key under which they will be sent, once."""

    form_key: str
    answers: Mapping[str, object] = field(default_factory=dict)


def of_visit(db: Store, visit_hash: str, *, at: int) -> Draft | None:
    """Return the present draft of a visit, or None."""
    row = db.row(
        "SELECT form_key, answers FROM draft WHERE commune_id = :commune_id"
        " AND visit_hash = :visit_hash AND touched_at > :oldest",
        visit_hash=visit_hash,
        oldest=at - LIFETIME,
    )
    return Draft(row[0], read_answers(db, row[1])) if row else None


def begin(db: Store, visit_hash: str, *, at: int) -> Draft:
    """Begin a draft."""
    draft = Draft(new_id())
    with writing(db):
        _write(db, visit_hash, draft, at)
    return draft


def forget_abandoned(db: Store, *, at: int) -> None:
    """Delete the drafts that nobody touched for an hour."""
    with writing(db):
        db.write(
            "DELETE FROM draft WHERE commune_id = :commune_id AND touched_at <= :oldest",
            oldest=at - LIFETIME,
        )


def keep(db: Store, visit_hash: str, draft: Draft, *, at: int) -> None:
    """Keep the answers so far."""
    with writing(db):
        _write(db, visit_hash, draft, at)


def end(db: Store, visit_hash: str) -> None:
    """Forget a visit's answers."""
    with writing(db):
        db.write(
            "DELETE FROM draft WHERE commune_id = :commune_id AND visit_hash = :visit_hash",
            visit_hash=visit_hash,
        )


def forget_form(db: Store, form_key: str) -> None:
    """Delete the answers to one form that was sent long ago; only inside `writing`."""
    db.write(
        "DELETE FROM draft WHERE commune_id = :commune_id AND form_key = :form_key",
        form_key=form_key,
    )


def _write(db: Store, visit_hash: str, draft: Draft, at: int) -> None:
    db.write(
        "INSERT INTO draft (commune_id, visit_hash, answers, form_key, touched_at)"
        " VALUES (:commune_id, :visit_hash, :answers, :form_key, :at)"
        " ON CONFLICT (commune_id, visit_hash)"
        " DO UPDATE SET answers = :answers, form_key = :form_key, touched_at = :at",
        visit_hash=visit_hash,
        answers=written_answers(db, draft),
        form_key=draft.form_key,
        at=at,
    )


def written_answers(db: Store, draft: Draft) -> str:
    """Return a draft's answers as they are stored: encrypted, because they may hold a name and a
    number."""
    hidden: str = db.encrypt(json.dumps(dict(draft.answers), ensure_ascii=False))
    return hidden


def read_answers(db: Store, written: str) -> dict[str, object]:
    """Return the stored answers; none if the row is damaged."""
    answers: dict[str, object] = json.loads(db.decrypt(written) or "{}")
    return answers
