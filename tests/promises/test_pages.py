"""Every template keeps to the house: components say what they take, no page carries code, style
or anything from a stranger's host."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.promises.conftest import ROOT, templates

COMPONENTS = [(name, source) for name, source in templates() if name.startswith("components/")]
PAGES = list(templates())
# Served to browsers, or written into what is.
STATIC = sorted(
    path
    for folder in ("kiosk/static", "sms/static", "templates")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
)
# Elements that may stand within a sentence.
WORDS = frozenset("a abbr b bdi br button code del em i input label q small span strong".split())  # noqa: SIM905
_COMMENT = re.compile(r"\{#(.*?)#\}", re.S)
_HOST = re.compile(r"(?:https?:)?//([a-z0-9][a-z0-9.-]*\.[a-z]{2,})", re.I)


def test_there_are_templates_and_static_files() -> None:
    assert len(PAGES) > 20 and len(COMPONENTS) > 4 and len(STATIC) > 40


@pytest.mark.parametrize(("name", "source"), COMPONENTS, ids=[name for name, _ in COMPONENTS])
def test_a_component_names_its_arguments_above_it(name: str, source: str) -> None:
    for macro in Environment().parse(source).find_all(nodes.Macro):
        if macro.name not in _imported():
            continue
        above = source[: source.index(f"macro {macro.name}(")]
        explained = " ".join(_COMMENT.findall(above))
        for argument in macro.args:
            assert re.search(rf"\b{argument.name}\b", explained), f"{macro.name}({argument.name})"


@pytest.mark.parametrize(("name", "source"), PAGES, ids=[name for name, _ in PAGES])
def test_no_page_has_inline_style_script_or_handlers(name: str, source: str) -> None:
    markup = _COMMENT.sub("", source)

    assert not re.search(r"\sstyle\s*=", markup)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", markup)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", markup)
    assert "javascript:" not in markup


@pytest.mark.parametrize(("name", "source"), PAGES, ids=[name for name, _ in PAGES])
def test_an_element_stands_on_a_line_of_its_own_unless_within_a_sentence(
    name: str, source: str
) -> None:
    crowded = [at for at, line in enumerate(_markup(source), 1) if _is_crowded(line)]

    assert not crowded, f"templates/{name}:{crowded[0]} holds more than one element"


@pytest.mark.parametrize("path", STATIC, ids=[str(path.relative_to(ROOT)) for path in STATIC])
def test_nothing_is_fetched_from_a_stranger(path: Path) -> None:
    hosts = set(_HOST.findall(path.read_text("utf-8", "replace")))

    assert hosts <= {"www.w3.org"}


@pytest.mark.parametrize("path", [one for one in STATIC if one.suffix == ".css"], ids=str)
def test_no_style_sheet_loads_another_file(path: Path) -> None:
    text = path.read_text("utf-8")

    assert "@import" not in text
    assert not re.search(r"url\((?!['\"]?data:)", text)


@pytest.mark.parametrize("path", [one for one in STATIC if one.suffix == ".css"], ids=str)
def test_a_style_sheet_has_one_declaration_a_line(path: Path) -> None:
    lines = re.sub(r'/\*.*?\*/|"[^"]*"', _blanked, path.read_text("utf-8"), flags=re.S).split("\n")
    crowded = [at for at, line in enumerate(lines, 1) if re.search(r"[{};]\s*[^\s]", line)]

    assert not crowded, f"{path.relative_to(ROOT)}:{crowded[0]} holds more than one declaration"


def _markup(source: str) -> list[str]:
    """Return a template's lines without its statements, and a word for what is filled in."""
    plain = re.sub(r"\{%.*?%\}|\{#.*?#\}", _blanked, source, flags=re.S)
    return re.sub(r"\{\{.*?\}\}", "x", plain, flags=re.S).split("\n")


def _is_crowded(line: str) -> bool:
    """Say whether a line begins two elements that are not words of one sentence."""
    _, *more = re.findall(r"<([a-z][a-z0-9]*)", line) or [""]
    beside = re.sub(r"<([a-z]+)\b[^<>]*>[^<>]*</\1>|<[^<>]*>", "", line)
    is_sentence = bool(beside.strip()) and all(one in WORDS for one in more)
    return bool(more) and not is_sentence and "<pre" not in line


@cache
def _imported() -> frozenset[str]:
    """Return the name of every macro that some template takes from another."""
    return frozenset(
        one if isinstance(one, str) else one[0]
        for _, source in PAGES
        for wanted in Environment().parse(source).find_all(nodes.FromImport)
        for one in wanted.names
    )


def _blanked(found: re.Match[str]) -> str:
    """Return as many lines as a comment or a string has, and nothing else of it."""
    return "\n" * found[0].count("\n")
