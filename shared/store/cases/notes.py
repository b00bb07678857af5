"""What staff write about a case for one another: notes, and why the chair counted it to another
year. No citizen ever reads it."""

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, note, salted
from shared.domain.record import Record
from shared.store.cases import proposals, unread_answers
from shared.store.cases.proposals import PROPOSAL


class CaseNote(Record):
    """One note: `kind` is note or year, `actor` a staff id, `at` ms UTC."""

    kind: str
    text: str
    actor: str
    at: int


CASE_NOTE = Table(
    "case_note",
    CaseNote,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "kind": choice(("note", "year"), exported=in_export()),
        "text": text(Whose.ANSWER, spoken=True, exported=in_export("said", head="note")),
        "key": ident(),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("key",),),
    foreign={"proposal_id": "proposal"},
    indexes={"case_note_of_proposal": "proposal_id, at"},
    sealed=True,
    sheet=ExportSheet("ghi-chu"),
)


def add(db: Store, code: str, text: str, *, key: str, actor: str, at: int) -> None:
    """Keep a note, once per `key`. Raises ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        if _is_kept(db, key):
            return
        _keep(db, here.id, CaseNote("note", text, actor, at), key)


def set_year(
    db: Store, code: str, year: int, reason: str, *, key: str, actor: str, at: int
) -> None:
    """Count a case to another year by hand, and keep why. Raises ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        if _is_kept(db, key):
            return
        said = CaseNote("year", reason, actor, at)
        _keep(db, here.id, said, key, year=year, was=here.evaluation_year)
        changes = {"evaluation_year": year, "evaluation_rule": "by_hand", "on_the_line": False}
        db.change(PROPOSAL, {"id": here.id}, changes)


def of(db: Store, proposal_id: str) -> list[CaseNote]:
    """Return a case's notes, oldest first."""
    return db.all(CASE_NOTE, "proposal_id = :proposal_id ORDER BY at, id", proposal_id=proposal_id)


def _is_kept(db: Store, key: str) -> bool:
    return (
        db.row("SELECT 1 FROM case_note WHERE commune_id = :commune_id AND key = :key", key=key)
        is not None
    )


def _keep(db: Store, proposal_id: str, said: CaseNote, key: str, **more: int) -> None:
    salt = new_salt()
    db.insert(CASE_NOTE, said, id=new_id(), proposal_id=proposal_id, key=key, salt=salt)
    happened = "noted" if said.kind == "note" else "year_set"
    note(
        db, happened, proposal_id, said.actor, said.at, content=salted(salt, said.text), **more
    )  # fmt: skip
    if said.kind == "note":
        unread_answers.noticed(db, proposal_id, actor=said.actor)
