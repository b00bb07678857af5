"""Half-written answers of one visit in the form with one question a screen.

A draft belongs to a random visit token in a cookie and ends with the visit. It may hold a name and
a number, so old ones are deleted by the clock (kiosk/forgetting.py).
"""

import json
from collections.abc import Mapping

from shared.db.card import Table, Whose, ident, instant, json_of, text
from shared.db.connection import Store, clear_out, writing
from shared.db.event_log import new_id
from shared.domain.record import Record, field

LIFETIME = 60 * 60 * 1000


class Draft(Record):
    """The answers so far, the key under which they will be sent, once, and when they were last kept
    (ms UTC)."""

    form_key: str
    answers: Mapping[str, object] = field(default_factory=dict)
    touched_at: int = 0


def _written(answers: Mapping[str, object]) -> str:
    return json_of(dict(answers))


def _read(written: str) -> dict[str, object]:
    """Return the answers; none if the row is damaged."""
    answers: dict[str, object] = json.loads(written or "{}")
    return answers


# Encrypted, because a name and a number may be among the answers.
ANSWERS = text(Whose.WORDS, encrypted=True, read=_read, write=_written)

DRAFT = Table(
    "draft",
    Draft,
    {
        "visit_hash": ident(),
        "answers": ANSWERS,
        "form_key": ident(),
        "touched_at": instant(),
    },
    key=("visit_hash",),
    indexes={"draft_by_age": "touched_at"},
    left_out="somebody's half-done words",
)


def of_visit(db: Store, visit_hash: str, *, at: int) -> Draft | None:
    """Return the present draft of a visit, or None."""
    return db.get(
        DRAFT, "visit_hash = :visit_hash AND touched_at > :oldest",
        visit_hash=visit_hash, oldest=at - LIFETIME,
    )  # fmt: skip


def begin(db: Store, visit_hash: str, *, at: int) -> Draft:
    """Begin a draft."""
    draft = Draft(new_id(), touched_at=at)
    with writing(db):
        _write(db, visit_hash, draft, at)
    return draft


def forget_abandoned(db: Store, *, at: int) -> None:
    """Delete the drafts that nobody touched for an hour; nothing is written while there is none."""
    clear_out(db, DRAFT, "touched_at <= :oldest", oldest=at - LIFETIME)


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
    said = {"answers": draft.answers, "form_key": draft.form_key, "touched_at": at}
    if not db.change(DRAFT, {"visit_hash": visit_hash}, said):
        db.insert(DRAFT, {"visit_hash": visit_hash, **said})
