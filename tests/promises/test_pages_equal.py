"""`python -m tests.pages_equal` tells pages that say the same from pages that do not."""

import subprocess
import sys

import pytest

from tests.pages_equal import normal

PAGE = "<main>\n<p>Mã <b>12</b> <i>3</i></p>\n<ul>\n  <li>một</li>\n</ul>\n</main>"


@pytest.mark.slow
def test_two_captures_of_one_tree_are_equal(tmp_path):
    for name in ("before", "after"):
        _run("capture", tmp_path / name, "program")

    said = _run("compare", tmp_path / "before", tmp_path / "after")

    assert said.endswith(" 0 different, 0 gone, 0 new; " + said.rsplit("; ", 1)[-1])


@pytest.mark.parametrize(
    "same",
    [
        PAGE.replace("\n", ""),
        PAGE.replace("<li>", "<li>\n    ").replace("</li>", "\n  </li>"),
        PAGE.replace("<b>12</b> <i>", "<b>12</b>\n    <i>"),
    ],
)
def test_blanks_that_nobody_sees_make_no_difference(same):
    assert normal.difference(_said(PAGE), _said(same)) == []


@pytest.mark.parametrize(
    "other",
    [
        PAGE.replace("<b>12</b> <i>", "<b>12</b><i>"),
        PAGE.replace("Mã <b>", "Mã<b>"),
        PAGE.replace("một", "hai"),
        PAGE.replace("<li>", '<li class="now">'),
        PAGE.replace("<ul>", "<ol>").replace("</ul>", "</ol>"),
    ],
)
def test_what_a_reader_can_see_makes_a_difference(other):
    assert normal.difference(_said(PAGE), _said(other)) != []


def _said(page):
    return normal.of_page(page, "text/html")


def _run(*words):
    command = [sys.executable, "-m", "tests.pages_equal", *map(str, words)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()
