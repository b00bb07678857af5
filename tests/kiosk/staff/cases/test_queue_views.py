"""The list as a board and as a month: the same cases by the same filter."""

import re
from html import unescape

from kiosk.staff.cases import queue_views
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import moves, proposals
from shared.store.people import staff
from tests.conftest import ZONE


def links(text):
    return [unescape(href) for href in re.findall(r'href="(/ho-so/[^"]+)"', text)]


def test_the_board_has_a_column_a_status_with_the_filter_kept(officer, a_proposal, db):
    mine, other = a_proposal(title="Ý của tôi"), a_proposal(title="Ý khác")
    tried = a_proposal(status=Status.ON_TRIAL, title="Đang thử")
    a_proposal(status=Status.NOT_RECOGNISED)
    me = staff.by_login(db, "an").id
    for case in (mine, tried):
        proposals.assign(db, case.code, me, actor=me, at=clock.now())

    page = officer.get("/?xem=bang").text
    own = officer.get("/?xem=bang&mine=1").text

    board = page.partition('class="board"')[2].partition("</main>")[0]
    counts = dict(re.findall(r">([^<>]+) <span>(\d+)</span>", board))
    assert (counts["Chờ phân loại"], counts["Đang làm thử"]) == ("2", "1")
    assert "Chưa công nhận 1" in board
    assert f"/ho-so/{mine.code}?status=received&mine=1" in links(own)
    assert other.code not in own and tried.code in own
    assert "/?mine=1&amp;xem=bang" in page


def columns(page):
    """Return what stands behind the name of each status of a board."""
    board = page.partition('class="board"')[2].partition("</main>")[0]
    found = re.findall(r">([^<>]+) <span>([^<>]*)</span>", board)
    ended = re.findall(r">((?:Chưa công nhận|Đã đóng)[^<>]*)</a>", board)
    return dict(found), [one.strip() for one in ended], re.findall(r"và [^<>]*nữa", board)


def test_the_whole_board_counts_all_that_one_may_see_and_a_filtered_one_up_to_a_number(
    officer, logged_in, a_proposal, db, monkeypatch
):
    other = logged_in("binh")
    them = staff.by_login(db, "binh")
    for number in range(12):
        a_proposal(title=f"Ý thứ {number}")
    a_proposal(status=Status.NOT_RECOGNISED)
    secret = a_proposal(title="Chuyện kín")
    proposals.flag(db, secret.code, spam=False, confidential=True, actor=them.id, at=clock.now())
    monkeypatch.setattr(queue_views, "MOST_COUNTED", 9)

    counted, ended, more = columns(officer.get("/?xem=bang").text)
    assert counted["Chờ phân loại"] == "12"
    assert (ended, more) == (["Chưa công nhận 1"], ["và 4 nữa"])
    assert columns(other.get("/?xem=bang").text)[0]["Chờ phân loại"] == "13"

    counted, ended, more = columns(officer.get("/?xem=bang&free=1").text)
    assert counted["Chờ phân loại"] == "hơn 9" and counted["Đang làm thử"] == "0"
    assert "Chưa công nhận" in ended and more == ["và hơn 1 nữa"]
    counted, ended, more = columns(officer.get("/?xem=bang&q=Ý").text)
    assert counted["Chờ phân loại"] == "12" and "Chưa công nhận" not in "".join(ended)


def test_the_month_holds_due_days_sessions_and_trials_that_end(officer, a_proposal, db):
    today = clock.to_local(clock.now(), ZONE).date()
    due, tried = a_proposal(title="Sắp hạn"), a_proposal(status=Status.AT_COUNCIL, title="Làm thử")
    db.conn.execute(
        "UPDATE proposal SET due_at = ? WHERE id = ?", (clock.end_of_day(today, ZONE), due.id)
    )
    said = {"trial_from": today.isoformat(), "trial_to": today.isoformat()}
    moves.move(db, tried.code, Status.ON_TRIAL, actor="t", at=clock.now(), details=said)

    page = officer.get("/?xem=lich").text

    cell = page.partition('aria-current="date"')[2].partition("</td>")[0]
    assert links(cell) == [f"/ho-so/{tried.code}", f"/ho-so/{due.code}"]
    assert "Hết làm thử" in cell and "Đến hạn" in cell
    assert links(officer.get("/?xem=lich&thang=2019-01").text) == []
    assert links(officer.get("/?xem=lich&mine=1").text) == []
    only_due = officer.get("/?xem=lich&status=received").text
    assert links(only_due) == [f"/ho-so/{due.code}?status=received"]


def test_months_follow_one_another_over_the_years(officer):
    page = officer.get("/?xem=lich&thang=2026-12").text
    for other in ("2026-11", "2027-01"):
        assert f"thang={other}" in page
    assert "Tháng 12/2026" in page
    for nonsense in ("2026-13", "x", "9999-12", "２０２６-12"):
        assert officer.get("/", query_string={"xem": "lich", "thang": nonsense}).status_code == 200


def test_a_full_day_folds_what_is_too_much(officer, a_proposal, db):
    today = clock.to_local(clock.now(), ZONE).date()
    for _ in range(7):
        at = clock.end_of_day(today, ZONE)
        db.conn.execute("UPDATE proposal SET due_at = ? WHERE id = ?", (at, a_proposal().id))

    cell = officer.get("/?xem=lich").text.partition('aria-current="date"')[2].partition("</td>")[0]

    shown, _, folded = cell.partition("<details>")
    assert (len(links(shown)), len(links(folded))) == (4, 3) and "và 3 nữa" in folded
