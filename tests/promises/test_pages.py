"""Every template keeps to the house: components say what they take, no page carries code, style
or anything from a stranger's host."""

import re
from functools import cache

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
SHEETS = [one for one in STATIC if one.suffix == ".css"]
# Elements that may stand within a sentence.
WORDS = frozenset("a abbr b bdi br button code del em i input label q small span strong".split())  # noqa: SIM905
_COMMENT = re.compile(r"\{#(.*?)#\}", re.S)
_INLINE = re.compile(r"\sstyle\s*=|<script(?![^>]*\bsrc=)[^>]*>|<[^>]*\son[a-z]+\s*=|javascript:")
_HOST = re.compile(r"(?:https?:)?//([a-z0-9][a-z0-9.-]*\.[a-z]{2,})", re.I)


def test_there_are_templates_and_static_files() -> None:
    assert len(PAGES) > 20 and len(COMPONENTS) > 4 and len(STATIC) > 40
    assert len(SHEETS) > 20


def test_a_component_names_its_arguments_above_it() -> None:
    unexplained = [
        f"templates/{name}: {macro.name}({argument.name})"
        for name, source in COMPONENTS
        for macro in Environment().parse(source).find_all(nodes.Macro)
        if macro.name in _imported()
        for argument in macro.args
        if not re.search(rf"\b{argument.name}\b", _said_above(source, macro.name))
    ]

    assert unexplained == []


def _said_above(source: str, macro: str) -> str:
    return " ".join(_COMMENT.findall(source[: source.index(f"macro {macro}(")]))


def test_no_page_has_inline_style_script_or_handlers() -> None:
    inline = [
        f"templates/{name}: {found[0]}"
        for name, source in PAGES
        for found in _INLINE.finditer(_COMMENT.sub("", source))
    ]

    assert inline == []


def test_an_element_stands_on_a_line_of_its_own_unless_within_a_sentence() -> None:
    crowded = [
        f"templates/{name}:{at} holds more than one element"
        for name, source in PAGES
        for at, line in enumerate(_markup(source), 1)
        if _is_crowded(line)
    ]

    assert crowded == []


def test_nothing_is_fetched_from_a_stranger() -> None:
    strangers = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in STATIC
        for host in _HOST.findall(path.read_text("utf-8", "replace"))
        if host != "www.w3.org"
    ]

    assert strangers == []


def test_no_style_sheet_loads_another_file() -> None:
    loaded = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in SHEETS
        for found in re.finditer(r"@import|url\((?!['\"]?data:)", path.read_text("utf-8"))
    ]

    assert loaded == []


def test_a_style_sheet_has_one_declaration_a_line() -> None:
    crowded = [
        f"{path.relative_to(ROOT)}:{at} holds more than one declaration"
        for path in SHEETS
        for at, line in enumerate(_declarations(path.read_text("utf-8")), 1)
        if re.search(r"[{};]\s*[^\s]", line)
    ]

    assert crowded == []


def _declarations(sheet: str) -> list[str]:
    return re.sub(r'/\*.*?\*/|"[^"]*"', _blanked, sheet, flags=re.S).split("\n")


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
