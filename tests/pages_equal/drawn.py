"""Which elements the style sheets draw as blocks, or as rows and grids of blocks: a blank beside
the former or within the latter shows nowhere, nor does one in what is not shown."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "kiosk" / "static" / "css"
ROWS = frozenset({"flex", "grid", "inline-flex", "inline-grid", "none"})
BLOCKS = frozenset({"block", "flex", "grid", "none"})

_LEFT_OUT = re.compile(r"/\*.*?\*/|@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.DOTALL)
# An element as selectors see it: its tag and its classes.
Element = tuple[str, frozenset[str]]


def element(tag: str, classes: str | None) -> Element:
    """Return an element by its tag and the value of its `class`."""
    return tag, frozenset((classes or "").split())


@cache
def display(path: tuple[Element, ...]) -> str:
    """Return how the last element of a path from the root is displayed, "" where no sheet says."""
    fitting = [
        (_weight((*above, last)), value)
        for above, last, value in _rules()
        if _fits(last, path[-1]) and _lie_above(above, path[:-1])
    ]
    return max(reversed(fitting), key=lambda one: one[0], default=((0, 0), ""))[1]


def _weight(selector: tuple[Element, ...]) -> tuple[int, int]:
    """Return how much a selector counts against others."""
    return sum(len(classes) for _, classes in selector), sum(tag != "" for tag, _ in selector)


def _lie_above(ancestors: tuple[Element, ...], path: tuple[Element, ...]) -> bool:
    above = iter(path)
    return all(any(_fits(wanted, one) for one in above) for wanted in ancestors)


def _fits(wanted: Element, one: Element) -> bool:
    return wanted[0] in ("", one[0]) and wanted[1] <= one[1]


@cache
def _rules() -> tuple[tuple[tuple[Element, ...], Element, str], ...]:
    return tuple(rule for path in sorted(CSS.rglob("*.css")) for rule in _rules_of(path))


def _rules_of(path: Path) -> Iterator[tuple[tuple[Element, ...], Element, str]]:
    """Yield selector and display of a sheet's rules; not those of some screens alone, and not those
    that ask for more than tags and classes."""
    css = _LEFT_OUT.sub("", path.read_text("utf-8"))
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        value = re.search(r"(?:^|;)\s*display:\s*([\w-]+)", body)
        if value is None:
            continue
        for selector in selectors.split(","):
            if not re.search(r"[:\[+~*]", selector):
                *above, last = (_compound(one) for one in re.split(r"[\s>]+", selector.strip()))
                yield tuple(above), last, value[1]


def _compound(written: str) -> Element:
    tag, *classes = written.split(".")
    return tag, frozenset(classes)
