"""The ES modules that kiosk and staff pages load, under an address that changes with any of them.

The version is a folder of the address, so a module's relative imports stay within it and browsers
may keep all of them for good. Every page works without them.
"""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "static" / "js"


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


def _paths() -> list[Path]:
    return list(FOLDER.rglob("*.js"))
