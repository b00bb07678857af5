"""The ES modules of the pages, under an address that changes with any of them, or within a page.

The version is a folder of the address, so a module's relative imports stay within it and browsers
may keep all of them for good. Every page works without them.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "static" / "js"

# A comment on lines of its own, and what a line begins with.
_FOR_PEOPLE = re.compile(r"^ *(?://[^\n]*|/\*\*.*?\*/)\n|^ +|^\n", re.M | re.S)


def is_script(name: str) -> bool:
    """Say whether there is a module of that name, such as "kiosk"."""
    return ".." not in name and (FOLDER / f"{name}.js").is_file()


def names() -> list[str]:
    """Return the name of every module."""
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in _paths())


def address(name: str) -> str:
    """Return where browsers get the module of that name."""
    return f"/js/{version()}/{name}.js"


@cache
def version() -> str:
    """Return the version of all modules: it changes when one of them does."""
    digest = hashlib.sha256()
    for path in sorted(_paths()):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def text(name: str) -> str:
    """Return a module."""
    return (FOLDER / f"{name}.js").read_text("utf-8")


@cache
def within(*names: str) -> tuple[str, str]:
    """Return modules that import nothing as they stand within a page, without comments of whole
    lines and indents, and their SHA-256 in base64."""
    short = "\n".join(_FOR_PEOPLE.sub("", text(name)).strip() for name in names)
    return short, base64.b64encode(hashlib.sha256(short.encode()).digest()).decode()


def _paths() -> list[Path]:
    return list(FOLDER.rglob("*.js"))
