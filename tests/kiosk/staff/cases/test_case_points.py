"""Which points of the plan's two parts are there: guessed, and put right by an officer."""

import re

from shared.domain.completeness import POINTS, points_in
from shared.store.cases import completeness


def ticked(page):
    return set(re.findall(r'name="point" value="(\w+)" checked', page))


def test_the_guess_finds_what_is_spoken_of_and_nothing_in_silence():
    found = points_in(
        "Hiện nay làm thủ tục chứng thực phải đi hai lần, chờ lâu, thiếu giấy là về.",
        "Cán bộ Một cửa nhận tờ khai qua Zalo trước một ngày, tại ấp.",
        "Đỡ đi lại.",
    )

    assert found == set(POINTS)
    assert points_in("", "", "") == set()
    assert points_in("", "Nên gộp lại.", "") == {"content", "process"}


def test_an_officers_ticks_stand_in_place_of_the_guess(officer, db, a_proposal):
    case = a_proposal(current_state="", solution="Nên gộp lại.")
    before = ticked(officer.get(f"/ho-so/{case.code}").text)

    for _ in range(2):
        officer.post(f"/ho-so/{case.code}/du-y", data={"point": ["content", "unit", "nonsense"]})

    page = officer.get(f"/ho-so/{case.code}").text
    assert before == {"content", "process"}
    assert ticked(page) == {"content", "unit"}
    assert "2/12 điều" in page and "cán bộ đã xem" in page
    assert completeness.of(db, case) == ({"content", "unit"}, True)
