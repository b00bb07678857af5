"""The status of a proposal, for everybody who knows its public code."""

import json

from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain.honours import IN_FORCE
from shared.domain.proposal import Standing, Status
from shared.store.cases import merges, proposals
from shared.store.cases.proposals import ProposalUnknown

_IN_FORCE = " OR ".join(
    f"honour.kind = '{kind}' AND honour.state {one_of(states)}" for kind, states in IN_FORCE.items()
)


def by_code(db: Store, code: str) -> Standing:
    """Return the standing of a proposal, for its public code. Raises ProposalUnknown."""
    row = db.row(
        "SELECT code, status, status_since, received_at, due_at,"  # noqa: S608 ours
        " (SELECT details FROM move WHERE move.commune_id = :commune_id"
        "  AND move.proposal_id = proposal.id ORDER BY move.id DESC LIMIT 1), evaluation_year,"
        " (SELECT string_agg(kind, ',') FROM honour WHERE honour.commune_id = :commune_id"
        f"  AND honour.proposal_id = proposal.id AND ({_IN_FORCE})),"
        " (SELECT due_at FROM pending_act WHERE pending_act.commune_id = :commune_id"
        "  AND pending_act.proposal_id = proposal.id AND kind = 'withdraw' AND state = 'waits'),"
        " (SELECT to_day FROM trial WHERE trial.commune_id = :commune_id"
        "  AND trial.proposal_id = proposal.id)"
        " FROM proposal WHERE commune_id = :commune_id AND code = :code",
        code=code,
    )
    if row is None:
        raise ProposalUnknown(code)
    code, status, since, received_at, due_at, details, year, honoured, waits, tried_to = row
    said = json.loads(details or "{}")
    if status == Status.ON_TRIAL and tried_to:  # it may go on longer than was said at first
        said["trial_to"] = tried_to
    return Standing(
        code, Status(status), since, received_at, due_at, said, year,
        frozenset(honoured.split(",")) if honoured else frozenset(), waits,
    )  # fmt: skip


def of_kept(db: Store, merged: Standing) -> Status | None:
    """Return the status of the proposal that is considered instead of a merged one; None if it is
    not merged."""
    if merged.status is not Status.MERGED:
        return None
    kept_id = merges.kept_instead(db, proposals.by_code(db, merged.code).id)
    return proposals.by_id(db, kept_id).status if kept_id else None
