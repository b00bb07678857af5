"""Redacted texts beside the originals: everybody except the assignee reads these."""

from collections.abc import Mapping, Sequence

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, new_salt, note, salted
from shared.db.sql import among
from shared.domain.record import Record, replace
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal

TEXTS = ("title", "current_state", "solution", "expected_effect")


class Redaction(Record):
    """The texts as they may be read, by whom (a staff id) and when (ms UTC)."""

    proposal_id: str
    title: str
    current_state: str
    solution: str
    expected_effect: str
    actor: str
    at: int

    @property
    def texts(self) -> dict[str, str]:
        """Return the texts by name (TEXTS)."""
        return {name: getattr(self, name) for name in TEXTS}


REDACTION = Table(
    "redaction",
    Redaction,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "title": text(Whose.WORDS, spoken=True),
        "current_state": text(Whose.WORDS, spoken=True),
        "solution": text(Whose.WORDS, spoken=True),
        "expected_effect": text(Whose.WORDS, spoken=True),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("che-thong-tin"),
)


def keep(db: Store, code: str, texts: Mapping[str, str], *, actor: str, at: int) -> None:
    """Keep an idea's redacted texts (TEXTS, each), replacing earlier ones. A case without an
    assignee now belongs to the person who redacted it. Raises ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        known = of(db, here.id)
        if known is not None and known.texts == texts:
            return
        salt = new_salt()
        said = {**{name: texts[name] for name in TEXTS}, "actor": actor, "at": at, "salt": salt}
        content = salted(salt, *(texts[name] for name in TEXTS))
        replaces = {} if known is None else {"replaces": _content_of(db, here.id)}
        if known is None:
            db.insert(REDACTION, {"id": new_id(), "proposal_id": here.id, **said})
        else:
            db.change(REDACTION, {"proposal_id": here.id}, said)
        if here.assignee_id is None:
            proposals.assign(db, code, actor, actor=actor, at=at)
        note(db, "redacted", here.id, actor, at, content=content, **replaces)


def of(db: Store, proposal_id: str) -> Redaction | None:
    """Return a proposal's redacted texts, or None."""
    return of_many(db, [proposal_id]).get(proposal_id)


def of_many(db: Store, proposal_ids: Sequence[str]) -> dict[str, Redaction]:
    """Return the redacted texts of these proposals, by id, for those that have some."""
    these, ids = among(proposal_ids)
    found = db.all(REDACTION, f"proposal_id {these}", **ids)
    return {one.proposal_id: one for one in found}


def as_read_by(db: Store, case: Proposal, reader: str) -> Proposal:
    """Return a proposal as one member of staff may read it: redacted, if it is redacted and
    somebody else's."""
    return all_as_read_by(db, [case], reader)[0]


def all_as_read_by(db: Store, cases: Sequence[Proposal], reader: str) -> list[Proposal]:
    """Return proposals as one member of staff may read them, in the same order."""
    others = [case.id for case in cases if case.assignee_id != reader]
    redacted = of_many(db, others) if others else {}
    return [
        _as_redacted(case, redacted[case.id]) if case.id in redacted else case for case in cases
    ]


def hides(db: Store, case: Proposal, reader: str) -> bool:
    """Say whether the originals of a case, its files and messages too, are hidden from a reader."""
    return case.assignee_id != reader and of(db, case.id) is not None


def _as_redacted(case: Proposal, redacted: Redaction) -> Proposal:
    return replace(
        case,
        title=redacted.title,
        current_state=redacted.current_state,
        solution=redacted.solution,
        expected_effect=redacted.expected_effect,
    )


def _content_of(db: Store, proposal_id: str) -> str:
    [row] = db.raw(REDACTION, proposal_id=proposal_id)
    return salted(row["salt"], *(row[name] for name in TEXTS))
