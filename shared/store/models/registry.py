"""The public registry: what the office published of recognised ideas.

An entry holds an officer's words, not the sender's. Names are read from the authors each time, so a
name that was erased, or whose consent was withdrawn, disappears here too.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text, tick
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.rows import Row
from shared.db.sql import one_of
from shared.domain.proposal import PUBLIC, Status
from shared.domain.record import Record
from shared.domain.vietnamese import fold
from shared.store.cases import authors, proposals
from shared.store.cases.visibility import COUNTED

MODEL: Table[Any] = Table(
    "model",
    None,
    {
        "id": ident(exported=in_export()),
        "proposal_id": ident(exported=in_export()),
        "slug": text(Whose.ANSWER, exported=in_export()),
        "title": text(Whose.ANSWER, exported=in_export(head="model_title")),
        "problem": text(Whose.ANSWER, exported=in_export()),
        "solution": text(Whose.ANSWER, exported=in_export()),
        "effect": text(Whose.ANSWER, exported=in_export()),
        "names_author": tick(is_checked=True, exported=in_export("tick")),
        "guardian_agreed": tick(is_checked=True),
        "words": text(Whose.ANSWER),
        "published_at": instant(exported=in_export()),
        "changed_at": instant(exported=in_export()),
        "withdrawn_at": instant(null=True, exported=in_export()),
    },
    unique=(("proposal_id",), ("slug",)),
    foreign={"proposal_id": "proposal"},
    indexes={"model_by_age": "withdrawn_at, published_at, id"},
    sealed=True,
    sheet=ExportSheet("mo-hinh"),
)


PAGE_SIZE = 10
# How many models of the open data are read by one statement.
AT_ONCE = 100
SLUG_LETTERS = 60
# Addresses below /mo-hinh that are no models.
RESERVED_SLUGS = frozenset({"du-lieu"})
# The address of a model whose title was erased.
_ERASED_SLUG = "da-xoa"


class NotRecognised(Exception):
    """Only a recognised idea that is not confidential is published."""


class EntryStale(Exception):
    """A colleague changed the entry since it was read."""


class Words(Record):
    """What is published: the officer's own words, free of personal details."""

    title: str
    problem: str
    solution: str
    effect: str
    names_author: bool
    guardian_agreed: bool


class RegistryEntry(Record):
    """A model as it was published; instants are ms UTC. `seen` changes with every change."""

    id: str
    proposal_id: str
    slug: str
    words: Words
    published_at: int
    changed_at: int
    withdrawn_at: int | None

    @property
    def seen(self) -> str:
        """Return what a form carries to notice that somebody else was faster."""
        return f"{self.changed_at}.{self.withdrawn_at or 0}"


class Model(Record):
    """An entry that anybody may read, with facts from its case."""

    entry: RegistryEntry
    status: Status
    category: str | None
    field: str | None
    year: int


class ModelFilter(Record):
    """What somebody looks for; "" or None is anything. `effect` is a kind of measure that got
    better; `after` is the cursor of the page before."""

    words: str = ""
    category: str = ""
    field: str = ""
    year: int | None = None
    effect: str = ""
    after: tuple[int, str] | None = None


class Found(Record):
    """One page of models, newest first, and the cursor of the next page."""

    models: tuple[Model, ...]
    following: tuple[int, str] | None


_ENTRY = (
    "model.id, model.proposal_id, model.slug, model.title, model.problem, model.solution,"
    " model.effect, model.names_author, model.guardian_agreed, model.published_at,"
    " model.changed_at, model.withdrawn_at"
)
_CASE = "proposal.status, proposal.category, proposal.field, proposal.evaluation_year"
# CROSS: SQLite begins with the models, which are asked for by their age, and not with the ideas.
_PUBLIC = (
    " FROM model CROSS JOIN proposal"
    " WHERE model.commune_id = :commune_id AND model.withdrawn_at IS NULL"
    " AND proposal.commune_id = :commune_id AND proposal.id = model.proposal_id"
    f" AND proposal.status {one_of(PUBLIC)} AND {COUNTED}"
)
_PUBLIC_IDEAS = (
    f"FROM proposal WHERE proposal.commune_id = :commune_id AND proposal.status {one_of(PUBLIC)}"
)
_GOT_BETTER = (
    " AND EXISTS (SELECT 1 FROM measure WHERE measure.commune_id = :commune_id"
    " AND measure.proposal_id = model.proposal_id AND measure.struck_at IS NULL"
    " AND measure.kind = :effect AND CASE measure.kind WHEN 'satisfaction'"
    " THEN measure.after_value > measure.before_value"
    " ELSE measure.after_value < measure.before_value END)"
)


def publish(
    db: Store, code: str, words: Words, *, seen: str, actor: str, at: int
) -> RegistryEntry:  # fmt: skip
    """Publish what an officer wrote about a recognised idea, or replace it. The address stays that
    of the first title. `seen` is that of the entry read, "" for none.

    Raises ProposalUnknown, NotRecognised, EntryStale.
    """
    with writing(db):
        case = proposals.by_code(db, code)
        if case.status not in PUBLIC or not case.is_counted:
            raise NotRecognised(code)
        known = of_proposal(db, case.id)
        if known and known.words == words and known.withdrawn_at is None:
            return known
        if seen != (known.seen if known else ""):
            raise EntryStale(code)
        said = _columns(words) | {"changed_at": at, "withdrawn_at": None}
        if known:
            db.change(MODEL, {"id": known.id}, said)
        else:
            row = {"id": new_id(), "proposal_id": case.id, "published_at": at, **said}
            row["slug"] = _free_slug(db, words.title)
            db.insert(MODEL, row)
        note(db, "model_changed" if known else "model_published", case.id, actor, at)
        kept = of_proposal(db, case.id)
        assert kept is not None
        return kept


def withdraw(db: Store, code: str, *, actor: str, at: int) -> bool:
    """Take a model out of the registry; return False if it was not there. Raises
    ProposalUnknown."""
    with writing(db):
        case = proposals.by_code(db, code)
        known = of_proposal(db, case.id)
        if known is None or known.withdrawn_at is not None:
            return False
        changes = {"withdrawn_at": at, "changed_at": at}
        db.change(MODEL, {"id": known.id}, changes)
        note(db, "model_withdrawn", case.id, actor, at)
        return True


def forget(
    db: Store, proposal_id: str, without: Callable[[str], str], *, all_of_it: bool, at: int
) -> None:
    """Remove the sender from what was published of their idea, or take it out of the registry and
    empty it; only inside `writing`. `without` removes them from a text."""
    entry = of_proposal(db, proposal_id)
    if entry is None:
        return
    said = entry.words
    if all_of_it:
        words = Words("", "", "", "", names_author=False, guardian_agreed=False)
    else:
        texts = (said.title, said.problem, said.solution, said.effect)
        title, problem, solution, effect = map(without, texts)
        words = Words(title, problem, solution, effect, said.names_author, said.guardian_agreed)
    if words == said:
        return
    changes = _columns(words) | {"changed_at": at}
    if all_of_it and entry.withdrawn_at is None:
        changes["withdrawn_at"] = at
    if words.title != said.title:  # its address was made from the title
        changes["slug"] = f"{_ERASED_SLUG}-{entry.id[-12:]}"
    db.change(MODEL, {"id": entry.id}, changes)


def of_proposal(db: Store, proposal_id: str) -> RegistryEntry | None:
    """Return the entry of a case, a withdrawn one too, or None."""
    row = db.row(
        f"SELECT {_ENTRY} FROM model"  # noqa: S608 columns are ours
        " WHERE model.commune_id = :commune_id AND model.proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    return _entry(row) if row else None


def by_slug(db: Store, slug: str) -> Model | None:
    """Return the public model at this address, or None."""
    row = db.row(f"SELECT {_ENTRY}, {_CASE}{_PUBLIC} AND model.slug = :slug", slug=slug)
    return _model(row) if row else None


def find(db: Store, wanted: ModelFilter, *, limit: int = PAGE_SIZE) -> Found:
    """Return the public models that fit, newest first."""
    sql, params = _PUBLIC, {}
    for place, word in enumerate(re.findall(r"\w+", fold(wanted.words))[:12]):
        sql += f" AND model.words LIKE :word{place}"
        params[f"word{place}"] = f"%{word}%"
    if wanted.category:
        sql += " AND proposal.category = :category"
    if wanted.field:
        sql += " AND proposal.field = :field"
    if wanted.year is not None:
        sql += " AND proposal.evaluation_year = :year"
    if wanted.effect:
        sql += _GOT_BETTER
    if wanted.after:
        sql += " AND (model.published_at, model.id) < (:after_at, :after_id)"
    after_at, after_id = wanted.after or (0, "")
    rows = db.rows(
        f"SELECT {_ENTRY}, {_CASE}{sql}"
        f" ORDER BY model.published_at DESC, model.id DESC LIMIT {limit + 1}",
        after_at=after_at, after_id=after_id, category=wanted.category,
        field=wanted.field, year=wanted.year, effect=wanted.effect, **params,
    )  # fmt: skip
    models = tuple(_model(row) for row in rows[:limit])
    last = models[-1].entry if len(rows) > limit else None
    return Found(models, (last.published_at, last.id) if last else None)


def everything(db: Store) -> Iterator[Model]:
    """Yield all public models, newest first: the open data. They are read AT_ONCE at a time, so a
    slow reader keeps neither all of them in memory nor a reading open."""
    found = find(db, ModelFilter(), limit=AT_ONCE)
    yield from found.models
    while found.following is not None:
        found = find(db, ModelFilter(after=found.following), limit=AT_ONCE)
        yield from found.models


def years(db: Store) -> list[int]:
    """Return the evaluation years of the public models, latest first."""
    found = db.rows(
        # From year to year by the index, and in each as far as the first model.
        f"WITH RECURSIVE latest (year) AS (SELECT max(evaluation_year) {_PUBLIC_IDEAS} UNION ALL"  # noqa: S608
        f" SELECT (SELECT max(proposal.evaluation_year) {_PUBLIC_IDEAS}"
        "  AND proposal.evaluation_year < latest.year) FROM latest WHERE latest.year IS NOT NULL)"
        " SELECT year FROM latest WHERE year IS NOT NULL AND EXISTS (SELECT 1"
        f" {_PUBLIC_IDEAS} AND proposal.evaluation_year = latest.year AND {COUNTED} AND EXISTS"
        "  (SELECT 1 FROM model WHERE model.commune_id = :commune_id"
        "  AND model.proposal_id = proposal.id AND model.withdrawn_at IS NULL))"
    )
    return [year for (year,) in found]


def credited(db: Store, entry: RegistryEntry) -> list[str]:
    """Return the names beside a model, the first sender first: those who agreed to be named, if the
    officer named them; people under 16 only if the guardian agreed too."""
    if not entry.words.names_author:
        return []
    return [
        author.name
        for author in authors.of_idea(db, entry.proposal_id)
        if author.name
        and author.consent_name
        and author.erased_at is None
        and (not author.under_16 or entry.words.guardian_agreed)
    ]


def slug_of(title: str) -> str:
    """Return a title for use in an address: "Hẹn giờ chứng thực" → hen-gio-chung-thuc."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > SLUG_LETTERS:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "mo-hinh"


def _free_slug(db: Store, title: str) -> str:
    slug, number = slug_of(title), 1
    wanted = slug
    while wanted in RESERVED_SLUGS or db.row(
        "SELECT 1 FROM model WHERE commune_id = :commune_id AND slug = :slug", slug=wanted
    ):
        number += 1
        wanted = f"{slug}-{number}"
    return wanted


def _columns(words: Words) -> dict[str, object]:
    return {
        "title": words.title, "problem": words.problem, "solution": words.solution,
        "effect": words.effect, "names_author": int(words.names_author),
        "guardian_agreed": int(words.guardian_agreed),
        "words": fold(" ".join((words.title, words.problem, words.solution, words.effect))),
    }  # fmt: skip


def _entry(row: Row) -> RegistryEntry:
    title, problem, solution, effect, names_author, guardian_agreed = row[3:9]
    words = Words(
        title, problem, solution, effect, bool(names_author), bool(guardian_agreed)
    )  # fmt: skip
    entry_id, proposal_id, slug = row[:3]
    return RegistryEntry(entry_id, proposal_id, slug, words, *row[9:12])


def _model(row: Row) -> Model:
    return Model(_entry(row[:12]), Status(row[12]), row[13], row[14], row[15])
