"""How programs are started: ours with this very Python, Debian's from their own folders; never a
file that somebody left in the current folder or in a relative part of PATH.

`python -m` looks for modules in the current folder: a `json.py` there would run, as root when root
upgrades. So each start of ours passes `-P`, and a program's name is looked up only in absolute
paths.
"""

import os
import shutil
import sys
from pathlib import Path

# Debian's own folders: the only ones that count when root calls.
DEBIAN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def ours(module: str, *words: str, python: str | Path = sys.executable) -> list[str]:
    """Return the command that runs one of our modules with `python`: with its installed packages
    (and PYTHONPATH, if set), but not the current folder."""
    return [str(Path(python).absolute()), "-P", "-m", module, *words]


def alone(module: str, *words: str, python: str | Path = sys.executable) -> list[str]:
    """Return the command that runs a module of Python itself (venv, pip) with `python`, without
    PYTHON… variables and without the account's own packages."""
    return [str(Path(python).absolute()), "-I", "-m", module, *words]


def find(name: str, among: str | None = None) -> str | None:
    """Return the absolute path of a program in the folders `among` (as PATH writes them; PATH
    itself if None), or None. Relative parts are left out."""
    said = os.environ.get("PATH", DEBIAN) if among is None else among
    safe = [folder for folder in said.split(os.pathsep) if Path(folder).is_absolute()]
    return shutil.which(name, path=os.pathsep.join(safe))
