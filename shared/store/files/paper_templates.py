"""The office's own templates: every uploaded version, and which one each paper uses.

A file is on disk (shared/files/media.py) before its row is written. Nothing is ever deleted: a
paper of last year can be made again as it was.
"""

from collections.abc import Iterator
from typing import Any

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, number, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.kept_file import KeptFile
from shared.domain.record import Record

PAPER_TEMPLATE: Table[Any] = Table(
    "paper_template",
    None,
    {
        "id": ident(exported=in_export()),
        "paper": text(Whose.NOBODY, exported=in_export()),
        "name": text(Whose.NOBODY, exported=in_export(head="file_name")),
        "bytes": number(exported=in_export("number")),
        "sha256": ident(exported=in_export()),
        "kept_by": ident(exported=in_export("person")),
        "kept_at": instant(exported=in_export()),
    },
    unique=(("paper", "sha256"),),
    sealed=True,
    sheet=ExportSheet("mau-van-ban"),
    not_archived="papers are there filled in",
)


TEMPLATE_CHOICE: Table[Any] = Table(
    "template_choice",
    None,
    {
        "id": ident(),
        "paper": text(Whose.NOBODY, exported=in_export()),
        "template_id": ident(null=True, exported=in_export()),
        "chosen_by": ident(exported=in_export("person")),
        "chosen_at": instant(exported=in_export()),
    },
    foreign={"template_id": "paper_template"},
    indexes={"template_choice_paper": "paper, id"},
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("chon-mau"),
    not_archived="papers are there filled in",
)


class TemplateUnknown(Exception):
    """There is no such version of that paper's template."""


class Version(Record):
    """One uploaded template: `name` is that of its file, `kept_by` the name of the uploader (a
    staff id if there is none), `kept_at` ms UTC."""

    id: str
    paper: str
    name: str
    sha256: str
    bytes: int
    kept_by: str
    kept_at: int


class Choice(Record):
    """From when a paper uses a version; `template_id` is None for the original."""

    template_id: str | None
    chosen_by: str
    chosen_at: int


_VERSION = (
    "SELECT paper_template.id, paper, paper_template.name, sha256, bytes,"
    " COALESCE(staff_member.name, kept_by), kept_at FROM paper_template"
    " LEFT JOIN staff_member ON staff_member.commune_id = paper_template.commune_id"
    "  AND staff_member.id = kept_by"
    " WHERE paper_template.commune_id = :commune_id"
)


def keep(db: Store, paper: str, file: KeptFile, name: str, *, actor: str, at: int) -> Version:
    """Keep a version of a paper's template; it is not in use yet. The same bytes again are the same
    version."""
    with writing(db):
        found = next((one for one in versions(db, paper) if one.sha256 == file.sha256), None)
        if found is not None:
            return found
        row = {
            "id": new_id(), "paper": paper, "name": name, "sha256": file.sha256,
            "bytes": file.bytes, "kept_by": actor, "kept_at": at,
        }  # fmt: skip
        db.insert(PAPER_TEMPLATE, row)
        note(
            db, "template_kept", None, actor, at,
            paper=paper, template=row["id"], file=file.sha256,
        )  # fmt: skip
        return version(db, paper, str(row["id"]))


def choose(db: Store, paper: str, template_id: str | None, *, actor: str, at: int) -> None:
    """Let a paper use a version from now on; None is the original. Raises TemplateUnknown."""
    with writing(db):
        if template_id is not None:
            version(db, paper, template_id)
        latest = choices(db, paper)[:1]
        if template_id == (latest[0].template_id if latest else None):
            return
        row = {
            "id": new_id(), "paper": paper, "template_id": template_id, "chosen_by": actor,
            "chosen_at": at,
        }  # fmt: skip
        db.insert(TEMPLATE_CHOICE, row)
        note(db, "template_chosen", None, actor, at, paper=paper, template=template_id)


def in_use(db: Store, paper: str) -> Version | None:
    """Return the version that a paper uses; None for the original."""
    latest = choices(db, paper)[:1]
    if not latest or latest[0].template_id is None:
        return None
    return version(db, paper, latest[0].template_id)


def version(db: Store, paper: str, template_id: str) -> Version:
    """Return one version. Raises TemplateUnknown."""
    row = db.row(
        f"{_VERSION} AND paper = :paper AND paper_template.id = :id",
        paper=paper,
        id=template_id,
    )
    if row is None:
        raise TemplateUnknown(template_id)
    return Version(*row)


def versions(db: Store, paper: str) -> list[Version]:
    """Return every version of a paper's template, the latest first."""
    rows = db.rows(f"{_VERSION} AND paper = :paper ORDER BY paper_template.id DESC", paper=paper)
    return [Version(*row) for row in rows]


def choices(db: Store, paper: str) -> list[Choice]:
    """Return what a paper used, the latest first."""
    return [
        Choice(*row)
        for row in db.rows(
            "SELECT template_id, COALESCE(staff_member.name, chosen_by), chosen_at"
            " FROM template_choice"
            " LEFT JOIN staff_member ON staff_member.commune_id = template_choice.commune_id"
            "  AND staff_member.id = chosen_by"
            " WHERE template_choice.commune_id = :commune_id AND paper = :paper"
            " ORDER BY template_choice.id DESC",
            paper=paper,
        )
    ]


def chosen(db: Store) -> dict[str, Choice]:
    """Return what each paper uses since its last choice; papers without one are not in it."""
    found: dict[str, Choice] = {}
    for paper, *row in db.rows(
        "SELECT paper, template_id, COALESCE(staff_member.name, chosen_by), chosen_at"
        " FROM template_choice"
        " LEFT JOIN staff_member ON staff_member.commune_id = template_choice.commune_id"
        "  AND staff_member.id = chosen_by"
        " WHERE template_choice.commune_id = :commune_id ORDER BY template_choice.id"
    ):
        found[paper] = Choice(*row)
    return found


def holds(db: Store, sha256: str) -> bool:
    """Say whether any version is this file."""
    return (
        db.row(
            "SELECT 1 FROM paper_template WHERE commune_id = :commune_id AND sha256 = :sha256"
            " LIMIT 1",
            sha256=sha256,
        )
        is not None
    )


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every file that these rows mention: the row's id and the file's SHA-256."""
    yield from db.rows(
        "SELECT id, sha256 FROM paper_template WHERE commune_id = :commune_id ORDER BY id"
    )
