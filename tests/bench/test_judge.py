"""A measurement is not believed if its figures cannot be true."""

import os
import subprocess
import sys
from dataclasses import replace
from email.message import Message
from http.client import HTTPMessage

import pytest

from kiosk import compression
from tests.bench import blanks, floor, judge, load, mix, programs, weights
from tests.bench.judge import Figures
from tests.bench.programs import Answer
from tests.bench.sending import Load

# What a request costs can be so.
TRUE = Figures(least=0.2, floor=0.9, sqlite=1.3, program=1.6, server=0.7)
STATUS = "<p>Mã số <b>5950 8244 6552</b>, nhận lúc 10:55 ngày 01/12/2026</p>"
HEADERS = {"Content-Type": "text/html", "X-Content-Type-Options": "nosniff"}


def an_answer(text: str, **headers: str) -> Answer:
    given = HTTPMessage()
    for name, said in {**HEADERS, **headers}.items():
        Message.add_header(given, name.replace("_", "-"), said)
    return Answer(200, given, text.encode(), 100 + len(text.encode()))


def test_figures_that_can_be_true_are_taken() -> None:
    judge.check("status", TRUE, asks_server=True)


@pytest.mark.parametrize("which", ["floor", "sqlite", "program"])
@pytest.mark.parametrize("used", [-0.26, 0.0, 0.1])
def test_nothing_costs_less_than_an_answer_that_says_nothing(which: str, used: float) -> None:
    with pytest.raises(judge.Untrue, match=f"used {used:.2f} ms"):
        judge.check("receipt", replace(TRUE, **{which: used}), asks_server=True)


def test_a_page_that_is_kept_may_cost_less_than_the_floor_that_draws_it() -> None:
    judge.check("home", replace(TRUE, sqlite=0.7), asks_server=False)


def test_a_server_is_asked_for_something() -> None:
    judge.check("home", replace(TRUE, server=0.0), asks_server=False)
    with pytest.raises(judge.Untrue, match="server used 0"):
        judge.check("submit", replace(TRUE, server=0.0), asks_server=True)


def test_both_sides_show_the_same_page() -> None:
    another = STATUS.replace("5950 8244 6552", "1234 5678 9012").replace("10:55", "07:01")
    judge.check_same("status", an_answer(STATUS), an_answer(another, Set_Cookie="device=1"))
    with pytest.raises(judge.Untrue, match="something else"):
        judge.check_same("status", an_answer(STATUS), an_answer(STATUS + "<p>Việc kế tiếp</p>"))
    with pytest.raises(judge.Untrue, match="X-Frame-Options"):
        judge.check_same("status", an_answer(STATUS), an_answer(STATUS, X_Frame_Options="DENY"))


def test_a_page_weighs_the_same_whichever_idea_it_speaks_of() -> None:
    another = STATUS.replace("5950 8244 6552", "1234 5678 9012")
    given = an_answer(another, Set_Cookie="a=1")
    one = weights.weigh(an_answer(STATUS), 6)
    assert weights.weigh(replace(given, size=given.size + len("Set-Cookie: a=1\r\n")), 6) == one
    assert weights.weigh(an_answer(STATUS + "<p>Việc"), 6) > one


def test_a_blank_is_filled_and_all_else_said_as_it_stands() -> None:
    template = blanks._template(blanks._blanked("{{ a }}{% 12 %}{#", [("12", "n")]))
    assert blanks_filled(template, n="<7>") == "{{ a }}{% &lt;7&gt; %}{#"
    with pytest.raises(blanks.NotThere, match="code"):
        blanks._blanked(STATUS, [("7777", "code")])


def blanks_filled(template: str, **given: str) -> str:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string(template).render(**given)


def test_what_waited_in_line_counts_and_a_slow_disk_is_allowed_for() -> None:
    sent = Load([], took={"status": [n / 1000 for n in range(1, 101)], "sms": [0.5]})
    assert (sent.ms(50, "status"), sent.ms(99, "status")) == (50.0, 99.0)
    assert sent.ms(100) == 500.0
    assert (load.p99_budget_ms(2.0), load.p99_budget_ms(50.0)) == (100.0, 150.0)


def test_kiosks_report_once_a_minute_and_not_all_at_once() -> None:
    office = mix.Office(1, 2, 3, "https://a.vn/sms", ["5"] * 9, "m", [f"k{n}" for n in range(24)])
    asked = mix.mixed(office, mix.SHARES, 10, 60)
    assert [one.due for one in asked] == sorted(one.due for one in asked)
    reports = [one for one in asked if one.path == "/kiosk-ma"]
    assert sorted(one.headers["Cookie"] for one in reports) == sorted(office.kiosks)
    assert all(sum(n <= one.due < n + 5 for one in reports) == 2 for n in range(0, 60, 5))
    kinds = [one.kind for one in asked]
    assert len(kinds) == 600 + 24 * 12
    assert 0.5 < kinds.count("status") / 600 < 0.7


def test_what_a_child_used_counts_after_its_end() -> None:
    before = programs.cpu_ms(os.getpid())
    spent = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", spent], check=True)
    assert programs.cpu_ms(os.getpid()) - before >= 250


def test_the_floor_compresses_as_we_do() -> None:
    ours = compression.FOR_CITIZENS, compression.FOR_STAFF

    assert ours == (floor.FOR_CITIZENS, floor.FOR_STAFF)
