"""Which texts the code and the templates say: whole keys, and keys with a blank in them.

`say("ask." ~ question.name ~ ".title")` is the family `ask.{}.title`; a name that a template
sets first (`{% set ask = "ask." ~ … %}`) is followed.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, nodes

from tests.promises.conftest import modules, templates, text_of, walked

_SAYERS = ("say", "has_text", "words")


def by_templates() -> Iterator[tuple[str, str]]:
    """Yield where and what each template says: a key, or a family with {} in it."""
    for name, source in templates():
        tree = Environment().parse(source)
        sets: dict[str, list[nodes.Node]] = {}
        for assign in tree.find_all(nodes.Assign):
            if isinstance(assign.target, nodes.Name):
                sets.setdefault(assign.target.name, []).append(assign.node)
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in _SAYERS:
                for key in _spelled(call.args[0], sets):
                    yield f"templates/{name}", key


def by_code() -> Iterator[tuple[str, str]]:
    """Yield where and what the code says outright, in `say(…)` or as the text of a Problem."""
    for path, tree in modules("kiosk"):
        for call in walked(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            place = {"say": 0, "words": 0, "Problem": 1}.get(call.func.id)
            if place is not None and len(call.args) > place:
                key = text_of(call.args[place])
                if key is not None:
                    yield path.name, key


def strings_of_code() -> set[str]:
    """Return every string literal of the packages, blanks as {}."""
    found = (text_of(node) for _, tree in modules() for node in walked(tree))
    return {text for text in found if text is not None}


def matches(family: str, key: str) -> bool:
    """Say whether a key belongs to a family: each blank is one part of the key or of its name."""
    return bool(_pattern(family).fullmatch(key))


@cache
def _pattern(family: str) -> re.Pattern[str]:
    return re.compile(r"[a-z0-9_]+".join(map(re.escape, family.split("{}"))))


def _spelled(node: nodes.Node, sets: dict[str, list[nodes.Node]]) -> list[str]:
    """Return what an expression may spell; nothing for a key that was chosen elsewhere."""
    spelled = _spell(node, sets)
    return [key for key in spelled if key.strip("{}") and "." in key]


def _spell(node: nodes.Node, sets: dict[str, list[nodes.Node]]) -> list[str]:
    if isinstance(node, nodes.Const):
        return [str(node.value)]
    if isinstance(node, nodes.CondExpr):
        branches = [node.expr1] + ([node.expr2] if node.expr2 else [])
        return [text for branch in branches for text in _spell(branch, sets)]
    if isinstance(node, nodes.Concat):
        texts = [""]
        for part in node.nodes:
            texts = [before + after for before in texts for after in _spell(part, sets)]
        return texts
    if isinstance(node, nodes.Name) and node.name in sets:
        return [text for value in sets[node.name] for text in _spell(value, sets)]
    return ["{}"]
