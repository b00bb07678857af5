"""Where the promises are kept: the project's own files, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kiosk", "sms", "shared")


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module below the folders (all packages when none is named), parsed."""
    for folder in folders or PACKAGES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's syntax tree, read once for all promises."""
    return ast.parse(path.read_text("utf-8"))


@cache
def walked(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return every node of a module, the outer ones first."""
    return tuple(ast.walk(tree))


def templates() -> Iterator[tuple[str, str]]:
    """Yield every template's name and source."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield str(path.relative_to(ROOT / "templates")), path.read_text("utf-8")


def text_of(node: ast.AST) -> str | None:
    """Return a string literal as written, a blank as {}; None for what is no string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None
