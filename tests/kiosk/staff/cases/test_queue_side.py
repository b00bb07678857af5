"""A case is read beside its list, and leads on to the next one of the same list."""

import re
from html import unescape

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.cases.queue import PAGE_SIZE


def side(page):
    """Return the codes of the list beside a case, and the code of the row that is marked."""
    rows = page.text.partition('<aside class="side"')[2].partition("</aside>")[0]
    here = re.search(r'href="/ho-so/(\d{12})[^"]*"\s+aria-current="page"', rows)
    return re.findall(r'href="/ho-so/(\d{12})', rows), here and here[1]


def onward(page):
    """Return where the next case is, "" at the end, and where the list is."""
    walk = page.text.partition('<nav class="walk"')[2].partition("</nav>")[0]
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', walk)]
    return (links[1] if len(links) > 1 else ""), links[0]


def by_day(a_proposal, db, count):
    """Return the codes of waiting cases, the one whose day comes first at the head."""
    made = [a_proposal(title=f"Ý số {number}") for number in range(count)]
    for number, case in enumerate(made):
        due_at = clock.now() + (count - number) * clock.DAY
        db.conn.execute("UPDATE proposal SET due_at = ? WHERE id = ?", (due_at, case.id))
    return [case.code for case in reversed(made)]


def test_a_case_stands_beside_its_list_and_leads_along_it(officer, a_proposal, db):
    first, second, third = by_day(a_proposal, db, 3)
    proposals.classify(db, second, category="3", field=None, actor="t", at=clock.now())
    listed = officer.get("/?category=none").text
    href = unescape(re.search(r'href="(/ho-so/[^"]+)"', listed)[1])

    page = officer.get(href)

    assert href == f"/ho-so/{first}?category=none"
    assert side(page) == ([first, third], first)
    assert onward(page) == (f"/ho-so/{third}?category=none", "/?category=none")
    last = officer.get(onward(page)[0])
    assert onward(last)[0] == "" and "Hết danh sách" in last.text


def test_the_list_stays_after_saving_even_where_the_case_has_left_it(officer, a_proposal, db):
    first, second, third = by_day(a_proposal, db, 3)
    officer.get(f"/ho-so/{first}?status=received")

    answer = officer.post(f"/ho-so/{first}/move", data={"to": "under_appraisal"})
    page = officer.get(answer.location)

    assert side(page) == ([second, third], None)
    assert onward(page) == (f"/ho-so/{second}?status=received", "/?status=received")
    assert onward(officer.get(f"/ho-so/{third}?mine=1"))[1] == "/?mine=1"  # its address says more


def test_every_case_of_a_long_list_is_reached_by_next_alone(officer, a_proposal, db):
    wanted = by_day(a_proposal, db, PAGE_SIZE + 2)
    ended = a_proposal(status=Status.NOT_RECOGNISED)

    road, href = [], f"/ho-so/{wanted[0]}"
    while href:
        page = officer.get(href)
        road.append(side(page)[1])
        href = onward(page)[0]

    assert road == [*wanted, ended.code]


def test_a_case_of_another_list_is_shown_beside_this_one(officer, a_proposal, db):
    waiting, ended = a_proposal(), a_proposal(status=Status.NOT_RECOGNISED)

    page = officer.get(f"/ho-so/{ended.code}?status=received")

    assert side(page) == ([waiting.code], None)


def test_a_list_that_no_cookie_can_hold_is_not_remembered(officer):
    kept = officer.get("/?status=received").headers["Set-Cookie"]
    too_long = officer.get("/", query_string={"after": "x" * 9000})

    assert "status" in kept
    assert (too_long.status_code, too_long.headers.get("Set-Cookie")) == (200, None)
