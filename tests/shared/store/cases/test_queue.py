"""The staff's list: found with and without accents, each case once, page after page."""

import unicodedata

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import proposals, queue, queue_search, queue_walk
from shared.store.cases.queue import QueueFilter
from shared.store.people import staff

NOW = clock.now()
TITLE = "Đặt lịch hẹn chứng thực ở Ấp Bình Lợi"


def found(db, words: str, **wanted) -> list[str]:
    """Return the titles that words find."""
    return [case.title for case in queue.page(db, QueueFilter("x", words=words, **wanted)).cases]


def every_page(db, **wanted) -> list[str]:
    """Return the codes of the whole list, a page at a time."""
    codes, after = [], None
    while True:
        page = queue.page(db, QueueFilter("x", after=after, **wanted))
        codes += [case.code for case in page.cases]
        after = page.after
        if after is None:
            return codes


# --- search


@pytest.mark.parametrize(
    "words",
    ["chứng thực", "chung thuc", "CHỨNG THỰC", "thực chứng", "đặt", "dat", "Dat Lich", "bình lợi",
     "binh", "chung thu", unicodedata.normalize("NFD", "chứng thực ở Ấp"), " chứng   thực ",
     "chứng-thực", "hẹn _ lịch"],
)  # fmt: skip
def test_a_case_is_found_with_and_without_accents(db, a_proposal, words):
    a_proposal(title=TITLE)
    a_proposal(title="Bớt giấy khai sinh", solution="Bỏ bản sao.")

    assert found(db, words) == [TITLE]


@pytest.mark.parametrize("words", ["đường liên ấp", "duong", "Ðường", "Ɖường", "dang van duc"])
def test_a_title_typed_with_a_letter_that_looks_like_d_is_found_and_kept_as_typed(
    db, a_proposal, words
):
    typed = "Ðường liên ấp nhà ông Ðặng Văn Ɖức"
    a_proposal(title=typed)

    assert found(db, words) == [typed]


@pytest.mark.parametrize("words", ["karaoke", "chung thuc khai sinh", "ung thuc", "x", "😀"])
def test_what_is_not_there_is_not_found(db, a_proposal, words):
    a_proposal(title=TITLE)

    assert found(db, words) == []


@pytest.mark.parametrize(
    "words",
    ['"', '""', '"chung', "chung OR thuc", "NEAR(chung thuc)", "words:chung", "chung*", "-chung",
     "^chung", "(chung", "chung + thuc", "{words} : chung", "'; DROP TABLE proposal; --", "%", "_",
     "\x00", "\ud800", "a" * 5000, "chung " * 500, "½ ² ﬁ", "*", "AND", "NOT NOT"],
)  # fmt: skip
def test_no_search_is_read_as_syntax(db, a_proposal, words):
    a_proposal(title=TITLE)

    assert isinstance(found(db, words), list)


def test_every_part_and_the_name_are_searched(db, a_proposal):
    a_proposal(
        title=TITLE, current_state="phải photo nhiều", expected_effect="đỡ tốn xăng",
        name="Trần Văn Ba", unit="Trạm y tế", consents={"store": True},
    )  # fmt: skip

    for words in ("photo", "xang", "tran van ba", "tram y te", "khung gio"):
        assert found(db, words) == [TITLE], words


# --- pages


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_every_case_is_listed_once_in_order_whatever_came_at_the_same_moment(db, a_proposal, order):
    kept = [a_proposal(at=NOW + (number // 7) * 1000) for number in range(3 * queue.PAGE_SIZE + 1)]

    listed = every_page(db, order=order)

    by_age = [one.code for one in sorted(kept, key=lambda one: (one.received_at, one.id))]
    assert listed == (by_age if order == "oldest" else by_age[::-1])


@pytest.mark.parametrize("cases", [0, 1, queue.PAGE_SIZE, queue.PAGE_SIZE + 1])
def test_the_last_page_names_no_further_one(db, a_proposal, cases):
    for _ in range(cases):
        a_proposal()

    first = queue.page(db, QueueFilter("x"))

    assert len(first.cases) == min(cases, queue.PAGE_SIZE)
    assert (first.after is None) == (cases <= queue.PAGE_SIZE)


def test_what_comes_in_while_one_reads_makes_no_gap_and_no_double(db, a_proposal):
    kept = [a_proposal(at=NOW + number).code for number in range(queue.PAGE_SIZE + 5)]
    first = queue.page(db, QueueFilter("x"))

    a_proposal(at=NOW + 10**6)
    second = queue.page(db, QueueFilter("x", after=first.after))

    assert [case.code for case in first.cases + second.cases] == kept[::-1]


@pytest.mark.parametrize(
    "after", ["", "~", "x~y", "²~x", "--5~x", "5", "9" * 400 + "~x", "1~' OR 1"]
)
def test_a_page_mark_that_is_none_begins_anew(db, a_proposal, after):
    kept = a_proposal()

    assert [case.code for case in queue.page(db, QueueFilter("x", after=after)).cases] == [
        kept.code
    ]


def test_what_is_due_comes_first_then_the_rest_newest_first_page_after_page(db, a_proposal):
    size = queue.PAGE_SIZE
    running = [a_proposal(at=NOW - number * clock.HOUR) for number in range(size - 3)]
    ended = [
        a_proposal(Status.NOT_RECOGNISED, at=NOW - number * clock.HOUR) for number in range(size)
    ]

    listed = every_page(db, order="due")

    due = sorted(running, key=lambda one: (one.due_at, one.id))
    rest = sorted(ended, key=lambda one: (one.received_at, one.id), reverse=True)
    assert listed == [one.code for one in (*due, *rest)]


@pytest.mark.parametrize("order", ["due", "newest", "oldest"])
@pytest.mark.parametrize(
    "wanted",
    [{"channel": "paper"}, {"channel": "paper", "category": "3"}, {"category": "none"},
     {"due": "late"}, {"status": Status.NOT_RECOGNISED, "category": "3"}, {"free": True}],
)  # fmt: skip
def test_a_page_that_looks_at_few_is_gone_on_with_until_all_were_seen(
    db, a_proposal, monkeypatch, wanted, order
):
    for number in range(30):
        status = Status.NOT_RECOGNISED if number % 2 else Status.RECEIVED
        came = {
            "channel": "paper" if number % 5 == 0 else "web",
            "at": NOW - number * 9 * clock.DAY,
        }
        a_proposal(status, **came, **({"category": "3"} if number % 3 == 0 else {}))
    days = queue.Days(NOW, NOW + clock.DAY)
    whole = queue.page(db, QueueFilter("x", order=order, **wanted), days)
    monkeypatch.setattr(queue_walk, "WALKED", 4)

    seen, after, cut = [], None, 0
    while True:
        page = queue.page(db, QueueFilter("x", order=order, after=after, **wanted), days)
        seen, after, cut = [*seen, *page.cases], page.after, cut + page.is_cut
        if after is None:
            break

    assert whole.cases and not whole.is_cut and whole.after is None
    assert seen == whole.cases
    led = order == "due" if "due" in wanted else order != "due" and wanted == {"channel": "paper"}
    assert bool(cut) is not led  # an index that leads to the wanted alone looks at no other


@pytest.mark.of_sqlite
@pytest.mark.parametrize("wanted", [{}, {"status": Status.RECEIVED}, {"due": "soon"}])
def test_a_page_of_what_is_due_is_one_look_into_an_index(db, a_proposal, wanted):
    for _ in range(queue.PAGE_SIZE + 1):
        a_proposal()
    days = queue.Days(NOW - clock.DAY, NOW + 99 * clock.DAY)
    asked = []
    db.conn.set_trace_callback(asked.append)
    found = queue.page(db, QueueFilter("x", order="due", **wanted), days)
    db.conn.set_trace_callback(None)

    assert len(found.cases) == queue.PAGE_SIZE
    [statement] = asked
    plan = " ".join(str(row) for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement}"))
    assert "proposal_by_due" in plan and "TEMP B-TREE" not in plan


def test_finds_are_listed_newest_first_though_papers_are_entered_later(db, a_proposal, monkeypatch):
    monkeypatch.setattr(queue_search, "_DEPTHS", (8, 16, 32, 1000))
    kept = []
    for number in range(3 * queue.PAGE_SIZE):
        late = clock.HOUR * number if number % 4 == 3 else 0
        kept.append(a_proposal(title=TITLE, at=clock.now() - late))
        a_proposal(title="Chuyện khác")

    listed = every_page(db, words="chung thuc")

    kept.sort(key=lambda one: (one.received_at, one.id), reverse=True)
    assert listed == [one.code for one in kept]


@pytest.mark.of_sqlite
def test_the_first_page_of_a_search_looks_at_few_of_many_finds(db, a_proposal):
    for _ in range(2 * queue_search.FIRST):
        a_proposal(title=TITLE, at=clock.now())
    asked = []
    db.conn.set_trace_callback(asked.append)
    found = queue.page(db, QueueFilter("x", words="chung thuc"))
    db.conn.set_trace_callback(None)

    assert len(found.cases) == queue.PAGE_SIZE
    walks = [one for one in asked if "hit.proposal_id" in one]
    assert walks
    assert [one for one in walks if f"LIMIT {queue_search.FIRST})" not in one] == []


@pytest.mark.parametrize("order", ["due", "newest", "oldest"])
def test_finds_have_the_order_of_the_list_page_after_page(db, a_proposal, order):
    for number in range(queue.PAGE_SIZE + 5):
        status = Status.NOT_RECOGNISED if number % 2 else Status.RECEIVED
        a_proposal(status, title=TITLE, at=NOW + (number % 7) * clock.DAY)

    assert every_page(db, order=order, words="chung thuc") == every_page(db, order=order)


def test_a_code_is_found_by_its_beginning_and_end_and_a_new_one_by_any_part(
    db, a_proposal, monkeypatch
):
    first = a_proposal().code
    digits = [first[:3], first[:7], first[-3:], first[-4:], first[-9:], first]
    middle = first[3:9]

    def finds(typed: str) -> bool:
        return first in {one.code for one in queue.page(db, QueueFilter("x", words=typed)).cases}

    assert [one for one in (*digits, middle) if not finds(one)] == []
    monkeypatch.setattr(queue_search, "SEARCH_DEPTH", 2)
    a_proposal(), a_proposal()
    assert [one for one in digits if not finds(one)] == []
    assert not finds(middle)


# --- filters


def test_the_list_is_filtered(db, a_proposal):
    officer = staff.add(
        db, "lan", name="Lan", role="officer", password_hash="h", must_change=False, actor="t",
        at=NOW,
    )  # fmt: skip
    moved = a_proposal(status=Status.UNDER_APPRAISAL)
    at_kiosk = a_proposal(channel="kiosk", category="3")
    proposals.assign(db, at_kiosk.code, officer.id, actor="t", at=NOW)

    def codes(**wanted) -> set[str]:
        return {case.code for case in queue.page(db, QueueFilter(officer.id, **wanted)).cases}

    assert codes(status=Status.UNDER_APPRAISAL) == {moved.code}
    assert codes(channel="kiosk") == codes(category="3") == codes(mine=True) == {at_kiosk.code}
    assert codes(category="none") == {moved.code}
    assert codes(channel="kiosk", status=Status.UNDER_APPRAISAL) == set()
    assert codes() == {moved.code, at_kiosk.code}


def test_a_confidential_case_is_seen_by_its_assignee_alone(db, a_proposal):
    lan, ba = (
        staff.add(
            db, login, name=login, role="officer", password_hash="h", must_change=False,
            actor="t", at=NOW,
        ).id
        for login in ("lan", "ba")
    )  # fmt: skip
    kept = a_proposal(title=TITLE)
    proposals.assign(db, kept.code, lan, actor="t", at=NOW)
    proposals.flag(db, kept.code, spam=False, confidential=True, actor="t", at=NOW)

    for words in ("", "chung thuc"):
        assert [one.code for one in queue.page(db, QueueFilter(lan, words=words)).cases] == [
            kept.code
        ]
        assert queue.page(db, QueueFilter(ba, words=words)).cases == []


def test_spam_is_listed_apart(db, a_proposal):
    kept, spam = a_proposal(), a_proposal()
    proposals.flag(db, spam.code, spam=True, confidential=False, actor="t", at=NOW)

    assert [one.code for one in queue.page(db, QueueFilter("x")).cases] == [kept.code]
    assert [one.code for one in queue.page(db, QueueFilter("x", spam=True)).cases] == [spam.code]
