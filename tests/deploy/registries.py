"""How this machine reaches the registries of packages, handed on to a Debian in a folder.

Names no registry: what pip, npm and the environment are set to here is what counts there.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_PASSED_ON = re.compile(
    r"(PIP|npm_config|NPM_CONFIG)_\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|REQUESTS_CA_BUNDLE"
    r"|(https?|no|HTTPS?|NO)_(proxy|PROXY)"
)
_OF_NPM = ("registry", "cafile", "proxy", "https-proxy", "noproxy", "strict-ssl")


def environment() -> dict[str, str]:
    """Return the variables that let pip and npm do elsewhere what they do here."""
    found = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}
    for line in _said(sys.executable, "-m", "pip", "config", "list"):
        name, _, value = line.partition("=")
        if not name.startswith(":env:"):
            option = name.rpartition(".")[2].replace("-", "_").upper()
            found.setdefault(f"PIP_{option}", " ".join(str(ast.literal_eval(value)).split()))
    for option in _OF_NPM if shutil.which("npm") else ():
        value = " ".join(_said("npm", "config", "get", option))
        if value not in ("", "null", "undefined"):
            found.setdefault(f"npm_config_{option.replace('-', '_')}", value)
    return found


def paths(values: Mapping[str, str]) -> list[Path]:
    """Return the files and folders of this machine that such variables name."""
    words = [word.removeprefix("file://") for value in values.values() for word in value.split()]
    named = {Path(word) for word in words if word.startswith("/")}
    return sorted(path for path in named if path.exists())


def hand_in(root: Path, named: Iterable[Path]) -> list[Path]:
    """Copy the files among them to where they lie here, and return the folders that must be seen
    there: two levels deep, as an index links to what lies beside it."""
    folders = set()
    for path in named:
        if path.is_dir():
            folders.add(Path(*path.parts[:3]))
        else:
            target = root / path.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return sorted(folders)


def _said(*words: str) -> list[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()
