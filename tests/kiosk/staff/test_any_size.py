"""The pages that are open all day cost the same in an office of 1,000 ideas and in one of 20,000.
Counted are the steps that SQLite takes, as no test looks at a clock."""

from collections.abc import Callable
from typing import Any

import pysqlite3
import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import pending_acts
from shared.store.cases.pending_acts import PendingAct
from shared.store.cases.proposals import Proposal
from shared.store.council import invitations, plans
from shared.store.council.sessions import NewSession
from shared.store.messages import inbox
from shared.store.messages.inbox import Arrived
from tests.bench import copies

FEW, MANY = 1_000, 20_000
# A page may find a few more rows on its way where there are more: a deeper index, a later page.
MOST_TIMES, MOST_MORE = 1.1, 150
_STATUSES = (
    Status.RECEIVED, Status.RECEIVED, Status.UNDER_APPRAISAL, Status.RECOGNISED, Status.CLOSED,
)  # fmt: skip


@pytest.fixture
def like(a_proposal: Callable[..., Proposal]) -> Proposal:
    """The idea that all others are copies of, under other codes and days."""
    return a_proposal(status=Status.UNDER_APPRAISAL, phone="0912345678", consents={"store": True})


@pytest.mark.of_sqlite
def test_pages_of_the_desk_cost_the_same_at_any_size(office, officer, like, db):
    paths = (
        "/?status=received", "/?status=at_council", "/?spam=1", "/?mine=1", "/?chon=1&tich=het",
        "/?xem=bang", "/?mine=1&xem=bang", "/hom-nay", "/nhan-rong", "/", f"/ho-so/{like.code}",
    )  # fmt: skip
    _grow(db, like, 0, FEW)
    few = {path: _steps(office, officer, path) for path in paths}
    _grow(db, like, FEW, MANY)

    many = {path: _steps(office, officer, path) for path in paths}

    assert {
        path: (few[path], count) for path, count in many.items() if not _is_same(few[path], count)
    } == {}


@pytest.mark.of_sqlite
def test_a_signature_that_waits_is_counted_past_all_that_were_carried_out(
    office, officer, like, db
):
    at = clock.now()
    act = PendingAct(
        pending_acts.new_act_id(), like.id, "sign", like.status, "t", at, at + clock.HOUR
    )
    with writing(db):
        pending_acts.put(db, act)
    few = _steps(office, officer, "/tai-khoan")

    def done(row: dict[str, Any], number: int, _place: int) -> None:
        row |= {"id": _id(number), "state": "done"}

    with writing(db):
        _copy(db, "pending_act", "proposal_id", like.id, range(FEW), done)

    assert _is_same(few, _steps(office, officer, "/tai-khoan"))


@pytest.mark.of_sqlite
def test_answers_to_an_invitation_are_counted_past_all_sessions_that_are_over(
    office, officer, a_member, db
):
    at, who = clock.now(), a_member("hai", role="council").id
    new = NewSession(2026, "2026-12-30", "Hội trường", who, who, (who,))
    planned = plans.plan(db, new, "08:00", "", key="s", actor="t", at=at)
    inbox.keep(db, Arrived("android", "a", "+84900000020", "mobile", "vắng", "{}", None, at))
    [said] = inbox.waiting(db)
    with writing(db):
        inbox.handled(db, said.id, outcome=inbox.ANSWERED, at=at)
        invitations.keep_answer(db, planned, who, said.id, "away", at=at)
    few = _steps(office, officer, "/tai-khoan")

    def over(row: dict[str, Any], number: int, _place: int) -> None:
        row |= {"id": _id(number), "closed_at": at}
        if "key" in row:
            row["key"] = f"copy {number}"

    with writing(db):
        _copy(db, "council_session", "id", planned, range(FEW), over)

    assert "1 báo vắng" in officer.get("/hom-nay").text
    assert _is_same(few, _steps(office, officer, "/tai-khoan"))


@pytest.mark.of_sqlite
def test_no_page_of_the_desk_lets_a_statement_be_planned_anew(office, officer, like):
    asked: list[tuple[Any, ...]] = []

    def seen(*what: Any) -> int:
        asked.append(what)
        return 0

    conn = _line(office)
    conn.set_authorizer(seen)  # asked while a statement is planned
    paths = ("/", "/?q=khung", "/?due=late&mine=1", "/hom-nay", f"/ho-so/{like.code}")
    for path in paths * 2:
        officer.get(path)
    asked.clear()
    for path in paths:
        assert officer.get(path).status_code == 200
        # FTS5 itself plans a statement over its own table, each time its words are read.
        assert [
            one for one in asked if one[0] == pysqlite3.SQLITE_READ and one[1] != "proposal_fts"
        ] == []
    conn.set_authorizer(None)


def _line(office: Flask) -> Any:
    return office.extensions["hienke"].store().conn


def _steps(office: Flask, client: FlaskClient, path: str) -> int:
    """Return how many steps SQLite takes for a page that was opened before."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    assert client.get(path).status_code == 200
    _line(office).set_progress_handler(step, 1)
    client.get(path)
    _line(office).set_progress_handler(None, 0)
    return taken


def _is_same(few: int, many: int) -> bool:
    return many <= few * MOST_TIMES + MOST_MORE


def _grow(db: Store, like: Proposal, first: int, last: int) -> None:
    """Put copies of an idea into the store, with its sender, its moves, its events and an answer
    that somebody read: on the same day and on others, at all statuses, some of them junk."""
    numbers = range(first, last)
    with writing(db):
        _copy(db, "proposal", "id", like.id, numbers, _case)
        for table in ("author", "move", "search_row"):
            _copy(db, table, "proposal_id", like.id, numbers, _part)
        _copy(db, "event", "proposal_id", like.id, numbers, _event)
        copies.count_anew(db)


def _copy(
    db: Store, table: str, column: str, like: str, numbers: range,
    change: Callable[[dict[str, Any], int, int], None],
) -> None:  # fmt: skip
    rows = list(db.records(
        f"SELECT * FROM {table} WHERE commune_id = :commune_id AND {column} = :like", like=like
    ))  # fmt: skip
    made = []
    for number in numbers:
        for place, row in enumerate(rows):
            copy = dict(row)
            change(copy, number, place)
            made.append(copy)
    names = ", ".join(f":{name}" for name in rows[0])
    db.conn.executemany(f"INSERT INTO {table} VALUES ({names})", made)  # type: ignore[attr-defined]


def _id(number: int, place: int = 0) -> str:
    return f"{number:08x}-0000-7000-8000-{place:012x}"


def _case(row: dict[str, Any], number: int, _place: int) -> None:
    row |= {
        "id": _id(number), "code": f"{number:012d}", "idempotency_key": f"copy|{number}",
        "status": _STATUSES[number % len(_STATUSES)], "is_spam": int(number % 7 == 0),
        "received_at": row["received_at"] - number * clock.MINUTE,
        "due_at": row["due_at"] + (number % 3) * (number % 500) * clock.DAY,
    }  # fmt: skip


def _part(row: dict[str, Any], number: int, place: int) -> None:
    row["proposal_id"] = _id(number)
    if "id" in row:
        row["id"] = _id(number, place + 1)
    if "fts_row" in row:
        row["fts_row"] = number + 1_000


def _event(row: dict[str, Any], number: int, place: int) -> None:
    _part(row, number, place)
    row["place"] = 1_000 + number * 8 + place
