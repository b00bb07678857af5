"""What a year's report counts: every idea that is no junk, with its result and when."""

import json
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain import clock
from shared.domain.honours import State, is_in_force
from shared.domain.proposal import APPRAISED, Status
from shared.domain.record import Record
from shared.store.cases.visibility import OPEN_TO_ALL


class Praise(Record):
    """A valid letter (`form` is "") or award; `amount` is đồng."""

    form: str
    is_collective: bool
    amount: int


class Case(Record):
    """One idea as a report counts it. Instants are ms UTC; `answered_at` is None while the office
    owes an answer; `steps` are all its statuses, `said` what its last move told. A confidential
    case has no title here, a redacted one its redacted words."""

    id: str
    code: str
    title: str
    status: Status
    channel: str
    participant_type: str
    insider: bool
    residence: str | None
    category: str | None
    more_categories: tuple[str, ...]
    field: str | None
    received_at: int
    due_at: int
    evaluation_year: int
    on_the_line: bool
    expected_effect: str
    answered_at: int | None
    steps: frozenset[str]
    said: Mapping[str, str]
    praise: tuple[Praise, ...] = ()


# An idea counts to the year of its receipt or the next one, unless the chair set another by hand:
# so these may count to a year, and no others. `bounds` gives the values.
MAY_COUNT = (
    "(proposal.received_at >= :since AND proposal.received_at < :until"
    " OR proposal.evaluation_rule = 'by_hand' AND proposal.evaluation_year = :year)"
)
_CASES = (
    "SELECT id, code, coalesce("  # noqa: S608 the statuses are ours
    " (SELECT nullif(paper_title.title, '') FROM paper_title"
    "  WHERE paper_title.commune_id = :commune_id"
    "  AND paper_title.proposal_id = proposal.id),"
    " (SELECT redaction.title FROM redaction"
    "  WHERE redaction.commune_id = :commune_id AND redaction.proposal_id = proposal.id),"
    "  title), status, channel,"
    " participant_type, insider, residence, category, more_categories, field,"
    " received_at, due_at,"
    " evaluation_year, on_the_line, coalesce("
    " (SELECT redaction.expected_effect FROM redaction"
    "  WHERE redaction.commune_id = :commune_id AND redaction.proposal_id = proposal.id),"
    f"  expected_effect), NOT {OPEN_TO_ALL},"
    " (SELECT min(at) FROM reply WHERE reply.commune_id = :commune_id"
    "  AND reply.proposal_id = proposal.id),"
    " (SELECT min(at) FROM move WHERE move.commune_id = :commune_id"
    f"  AND move.proposal_id = proposal.id AND to_status {one_of(APPRAISED)}),"
    " (SELECT string_agg(to_status, ',') FROM move WHERE move.commune_id = :commune_id"
    "  AND move.proposal_id = proposal.id),"
    " (SELECT details FROM move WHERE move.commune_id = :commune_id"
    "  AND move.proposal_id = proposal.id ORDER BY id DESC LIMIT 1)"
    f" FROM proposal WHERE commune_id = :commune_id AND is_spam = 0 AND {MAY_COUNT}"
    " ORDER BY received_at, id"
)


def bounds(year: int, zone: ZoneInfo) -> Mapping[str, int]:
    """Return the values of MAY_COUNT for a year."""
    since, until = (clock.start_of_day(date(one, 1, 1), zone) for one in (year - 1, year + 1))
    return {"year": year, "since": since, "until": until}


def cases(db: Store, year: int, zone: ZoneInfo) -> list[Case]:
    """Return every idea that is no junk, of those received in a local year or the one before and
    of those that count to it, in the order in which they were received."""
    of_year = bounds(year, zone)
    praise = _praise(db, of_year)
    return [
        Case(
            case_id, code, "" if secret else title, Status(status), channel, participant,
            bool(insider), residence, category, tuple(json.loads(more)), field,
            received_at, due_at, year, bool(line),
            "" if secret else effect,
            min((at for at in (replied_at, moved_at) if at is not None), default=None),
            frozenset((steps or "").split(",")) - {""}, json.loads(said or "{}"),
            tuple(praise.get(code, ())),
        )
        for (
            case_id, code, title, status, channel, participant, insider, residence, category, more,
            field, received_at, due_at, year, line, effect, secret, replied_at, moved_at, steps,
            said,
        ) in db.rows(_CASES, **of_year)
    ]  # fmt: skip


def _praise(db: Store, of_year: Mapping[str, int]) -> dict[str, list[Praise]]:
    """Return the letters and awards of each of these ideas, by its code."""
    found: dict[str, list[Praise]] = {}
    for code, kind, state, form, is_collective, amount in db.rows(
        # CROSS: SQLite then begins with the year's ideas, and does not walk along all letters.
        "SELECT proposal.code, honour.kind, honour.state, honour.form, honour.is_collective,"  # noqa: S608 ours
        " honour.amount FROM proposal CROSS JOIN honour WHERE proposal.commune_id = :commune_id"
        " AND honour.commune_id = :commune_id AND honour.proposal_id = proposal.id"
        f" AND {MAY_COUNT} ORDER BY honour.id",
        **of_year,
    ):
        if is_in_force(kind, State(state)):
            found.setdefault(code, []).append(Praise(form, bool(is_collective), amount))
    return found
