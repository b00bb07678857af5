"""Compares the names in a template with the blanks of its paper.

The template language is small: blanks, `if`, `for` over a list, a few filters. Everything else that
jinja knows is refused, so that nothing in a template can reach further or run for long.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from shared.documents import fill
from shared.documents.catalogue import Paper
from shared.documents.template_problems import once, shown, wrong
from shared.documents.template_tags import MARK
from shared.domain.intake import Problem
from shared.domain.record import Record

MOST_DEPTH = 12
FILTERS = frozenset({"upper", "lower", "capitalize", "title", "trim", "length", "join", "default"})
TESTS = frozenset({"defined", "none", "odd", "even"})
LOOP = frozenset({"index", "index0", "first", "last", "length"})


class _Place(Record):
    """What a name in a template means: the blank's path, and what its sample holds there."""

    path: str
    sample: Any
    is_loop: bool = False


class _NotAllowed(Exception):
    """The template language has no such thing."""


class TemplateNames:
    """Compares a template's names with the paper's blanks and their samples."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.used: set[str] = set()
        self.found: list[Problem] = []

    def problems(self, sources: Iterable[str]) -> Iterator[Problem]:
        """Yield what is wrong with the names, then the needed blanks that are missing."""
        from jinja2 import TemplateSyntaxError

        for source in sources:
            lines = source.split("\n")
            try:
                tree = fill.environment().parse(source)
            except TemplateSyntaxError as fault:
                yield wrong("tag_wrong", the="", doan=_line(lines, fault.lineno))
                return
            for node in tree.body:
                self._statement(node, {}, lines, 0)
        yield from once(self.found)
        if not self.found:
            whats = {blank.name: blank.what for blank in self.paper.blanks}
            for name in self.paper.required:
                if name not in self.used:
                    yield wrong("missing", ten=name, la=whats[name])

    def _statement(
        self, node: Any, scope: Mapping[str, _Place], lines: list[str], depth: int
    ) -> None:
        from jinja2 import nodes

        try:
            if depth > MOST_DEPTH:
                raise _NotAllowed
            match node:
                case nodes.Output():
                    for one in node.nodes:
                        if not isinstance(one, nodes.TemplateData):
                            self._printed(one, scope, lines)
                case nodes.If():
                    self._value(node.test, scope, lines)
                    self._within([*node.body, *node.elif_, *node.else_], scope, lines, depth)
                case nodes.For() if not node.recursive and isinstance(node.target, nodes.Name):
                    inner = self._looped(node, scope, lines)
                    if node.test is not None:
                        self._value(node.test, inner, lines)
                    self._within(node.body, inner, lines, depth)
                    self._within(node.else_, scope, lines, depth)
                case _:
                    raise _NotAllowed
        except _NotAllowed:
            self.found.append(wrong("not_allowed", doan=_line(lines, node.lineno)))

    def _within(
        self, body: Iterable[Any], scope: Mapping[str, _Place], lines: list[str], depth: int
    ) -> None:
        for one in body:
            self._statement(one, scope, lines, depth + 1)

    def _looped(
        self, node: Any, scope: Mapping[str, _Place], lines: list[str]
    ) -> dict[str, _Place]:
        """Return what is known within a loop. An inner loop must go through what the outer one
        holds, so nothing is drawn more often than there are things."""
        from jinja2 import nodes

        root = node.iter
        while isinstance(root, nodes.Getattr):
            root = root.node
        if not isinstance(root, nodes.Name):
            raise _NotAllowed
        over = self._value(node.iter, scope, lines)
        if any(place.is_loop for place in scope.values()) and root.name not in scope:
            raise _NotAllowed
        sample: Any = None
        if over is not None:
            if isinstance(over.sample, list):
                sample = over.sample[0] if over.sample else None
            elif over.sample is not None:
                self.found.append(wrong("no_list", ten=over.path, doan=_line(lines, node.lineno)))
        path = over.path if over is not None else ""
        return {
            **scope,
            node.target.name: _Place(path, sample),
            "loop": _Place("loop", dict.fromkeys(LOOP, 1), is_loop=True),
        }

    def _printed(self, node: Any, scope: Mapping[str, _Place], lines: list[str]) -> None:
        place = self._value(node, scope, lines)
        if place is not None and isinstance(place.sample, list | dict):
            self.found.append(wrong("list_printed", ten=place.path, doan=_line(lines, node.lineno)))

    def _value(self, node: Any, scope: Mapping[str, _Place], lines: list[str]) -> _Place | None:
        """Return what an expression means, None for a value of its own; note which blanks it
        uses."""
        from jinja2 import nodes

        value = partial(self._value, scope=scope, lines=lines)
        parts: list[Any]
        match node:
            case nodes.Name(name=name):
                return scope[name] if name in scope else self._blank(name, node, lines)
            case nodes.Getattr(node=inner, attr=attr):
                outer = value(inner)
                return self._part(outer, attr, node, lines)
            case nodes.Const():
                return None
            case nodes.Filter(node=inner, name=name) if name in FILTERS and inner is not None:
                parts = [inner, *node.args, *(one.value for one in node.kwargs)]
            case nodes.Test(node=inner, name=name) if name in TESTS and not node.args:
                parts = [inner]
            case nodes.CondExpr(test=test, expr1=one, expr2=other):
                parts = [test, one, *([other] if other is not None else [])]
            case nodes.Compare(expr=first, ops=ops):
                parts = [first, *(operand.expr for operand in ops)]
            case nodes.And() | nodes.Or():
                parts = [node.left, node.right]
            case nodes.Not(node=inner):
                parts = [inner]
            case nodes.Concat(nodes=parts):
                pass
            case _:
                raise _NotAllowed
        for part in parts:
            value(part)
        return None

    def _blank(self, name: str, node: Any, lines: list[str]) -> _Place:
        self._use(name, node, lines)
        return _Place(name, self.paper.samples.get(name))

    def _part(self, outer: _Place | None, attr: str, node: Any, lines: list[str]) -> _Place:
        if outer is None or attr.startswith("_"):
            raise _NotAllowed
        if outer.is_loop:
            if attr not in LOOP:
                raise _NotAllowed
            return _Place(f"loop.{attr}", 1)
        path = f"{outer.path}.{attr}"
        self._use(path, node, lines)
        sample = outer.sample.get(attr) if isinstance(outer.sample, dict) else None
        return _Place(path, sample)

    def _use(self, path: str, node: Any, lines: list[str]) -> None:
        """Note that a blank stands here; an unknown one is reported where it stands first."""
        is_told = path in self.used
        self.used.add(path)
        if is_told or path in self.paper.known:
            return
        near = difflib.get_close_matches(path, sorted(self.paper.known), n=3, cutoff=0.5)
        key = "unknown_near" if near else "unknown"
        said = {"ten": path, "gan": ", ".join(near), "doan": _line(lines, node.lineno)}
        self.found.append(wrong(key, **said))


def _line(lines: list[str], number: int) -> str:
    """Return the words of a source line, so that a person finds the place."""
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    inside, _, after = line.partition("</w:p>")
    words = re.sub(r"<[^>]*>", "", inside if MARK.search(inside) else after)
    return shown(words)
