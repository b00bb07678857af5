"""The numbers of the chair's decisions, whatever they decided: within a year each has one day."""

import json

from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain import numbering
from shared.domain.proposal import Status
from shared.store.awards import awards
from shared.store.cases import proposals
from shared.store.cases.pending_acts import SIGNED


class NumberTaken(Exception):
    """A decision with that number and year has another day; `code` is an idea it decided."""

    def __init__(self, code: str, day: str) -> None:
        super().__init__(code)
        self.code = code
        self.day = day


def check(db: Store, number: str, day: str) -> None:
    """Raise NumberTaken if a decision with this number and year has another day, whether it
    recognises, refuses, replicates or awards. Numbers start again each year, and one decision may
    name several ideas. A signature that still waits keeps its number."""
    for other in awards.numbered(db, "award", number, day[:4]):
        if other.day != day:
            raise NumberTaken(proposals.by_id(db, other.proposal_id).code, other.day)
    for code, text in db.rows(
        "SELECT code, said.details FROM (SELECT proposal_id, details FROM move"  # noqa: S608 ours
        " WHERE move.commune_id = :commune_id AND to_status IN (:yes, :no, :wider)"
        " UNION ALL SELECT proposal_id, details FROM pending_act"
        " WHERE pending_act.commune_id = :commune_id AND state = 'waits'"
        f" AND kind {one_of(SIGNED)}) AS said JOIN proposal"
        " ON proposal.commune_id = :commune_id AND proposal.id = said.proposal_id",
        yes=Status.RECOGNISED, no=Status.NOT_RECOGNISED, wider=Status.REPLICATED,
    ):  # fmt: skip
        said = json.loads(text)
        kept_day = said.get("decision_date", "")
        is_same = numbering.is_same(said.get("decision_number", ""), number)
        if is_same and kept_day[:4] == day[:4] and kept_day != day:
            raise NumberTaken(code, kept_day)
