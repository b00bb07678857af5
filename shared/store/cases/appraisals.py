"""What an officer thinks of an idea: a written opinion, a proposal, the administrative procedure it
is about, when to apply it and what that should change. One record a case."""

from collections.abc import Iterable, Sequence
from typing import Any

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    fraction,
    ident,
    in_export,
    instant,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.appraisal import EFFECTS, PROPOSED, TIMINGS, VERBS, AppraisalAnswers, Expected
from shared.domain.record import Record, asdict
from shared.store.cases import proposals

APPRAISAL = Table(
    "appraisal",
    AppraisalAnswers,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "opinion": text(Whose.OFFICE, exported=in_export("said")),
        "proposed": choice(("", *PROPOSED), exported=in_export()),
        "procedure_id": ident(null=True, exported=in_export()),
        "verb": choice(("", *VERBS), exported=in_export()),
        "timing": choice(("", *TIMINGS), exported=in_export()),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal", "procedure_id": "administrative_procedure"},
    sealed=True,
    sheet=ExportSheet("tham-dinh"),
)


EXPECTED_EFFECT: Table[Any] = Table(
    "expected_effect",
    None,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "kind": choice(EFFECTS, exported=in_export()),
        "before_value": fraction(exported=in_export("number")),
        "after_value": fraction(exported=in_export("number")),
    },
    unique=(("proposal_id", "kind"),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("loi-ich-du-kien"),
)


class AppraisalStale(Exception):
    """A colleague wrote another appraisal meanwhile."""


class Appraisal(Record):
    """An appraisal as it stands, by whom (a staff id) and when (ms UTC)."""

    said: AppraisalAnswers
    expected: tuple[Expected, ...]
    actor: str
    at: int

    @property
    def seen(self) -> str:
        """Return what a form carries to notice that a colleague was faster."""
        return str(self.at)


def of(db: Store, proposal_id: str) -> Appraisal | None:
    """Return the appraisal of a case, or None."""
    return of_many(db, [proposal_id]).get(proposal_id)


def of_many(db: Store, proposal_ids: Iterable[str]) -> dict[str, Appraisal]:
    """Return the appraisals of these cases, by proposal id, in two statements."""
    these, ids = among(proposal_ids)
    expected: dict[str, list[Expected]] = {}
    for proposal_id, *figures in db.rows(
        "SELECT proposal_id, kind, before_value, after_value FROM expected_effect"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND proposal_id {these} ORDER BY id",
        **ids,
    ):
        expected.setdefault(proposal_id, []).append(Expected(*figures))
    return {
        proposal_id: Appraisal(
            db.value(APPRAISAL, said), tuple(expected.get(proposal_id, ())), actor, at
        )
        for proposal_id, actor, at, *said in db.rows(
            f"SELECT proposal_id, actor, at, {columns_of(APPRAISAL)} FROM appraisal"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND proposal_id {these}",
            **ids,
        )
    }


def everyones(db: Store) -> dict[str, AppraisalAnswers]:
    """Return what was written of every case that was appraised, by proposal id."""
    return {
        proposal_id: db.value(APPRAISAL, said)
        for proposal_id, *said in db.rows(
            f"SELECT proposal_id, {columns_of(APPRAISAL)} FROM appraisal"  # noqa: S608 ours
            " WHERE commune_id = :commune_id"
        )
    }


def keep(
    db: Store,
    code: str,
    said: AppraisalAnswers,
    expected: Sequence[Expected],
    *,
    seen: str,
    actor: str,
    at: int,
) -> None:
    """Replace the appraisal; the same again changes nothing. `seen` is that of the one its writer
    looked at, "" for none. Raises ProposalUnknown, AppraisalStale."""
    with writing(db):
        here = proposals.by_code(db, code)
        known = of(db, here.id)
        if known is not None and (known.said, known.expected) == (said, tuple(expected)):
            return
        if (known.seen if known else "") != seen:
            raise AppraisalStale(code)
        row = {**asdict(said), "actor": actor, "at": at}
        if known is None:
            db.insert(APPRAISAL, {"id": new_id(), "proposal_id": here.id, **row})
        else:
            db.change(APPRAISAL, {"proposal_id": here.id}, row)
        _keep_expected(db, here.id, expected)
        note(db, "appraised", here.id, actor, at, proposed=said.proposed, timing=said.timing)


def _keep_expected(db: Store, proposal_id: str, expected: Sequence[Expected]) -> None:
    db.write(
        "DELETE FROM expected_effect WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    for one in expected:
        row = {
            "id": new_id(), "proposal_id": proposal_id, "kind": one.kind,
            "before_value": float(one.before), "after_value": float(one.after),
        }  # fmt: skip
        db.insert(EXPECTED_EFFECT, row)
