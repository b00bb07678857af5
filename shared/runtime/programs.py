"""How programs are started: ours by this very Python, Debian's by where they lie; never what
somebody left in the folder one stands in, or on a path that begins there.

`python -m` takes the current folder for a place of modules: a `json.py` in it would run, as root
where root upgrades. So each start of ours says `-P`, and a name that is looked up is looked up in
whole paths alone.
"""

import os
import shutil
import sys
from pathlib import Path

# Where Debian's programs lie: what counts where root calls one.
DEBIAN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def ours(module: str, *words: str, python: str | Path = sys.executable) -> list[str]:
    """Return the command that runs one of our modules with `python`: its installed packages (and
    PYTHONPATH, for those who set it), not the current folder."""
    return [str(Path(python).absolute()), "-P", "-m", module, *words]


def alone(module: str, *words: str, python: str | Path = sys.executable) -> list[str]:
    """Return the command that runs a module of Python itself (venv, pip) with `python`: nothing
    that surrounds it is read, no PYTHON… variable and no packages of the account either."""
    return [str(Path(python).absolute()), "-I", "-m", module, *words]


def find(name: str, among: str | None = None) -> str | None:
    """Return the whole path of a program in the folders `among` (as PATH writes them; PATH itself
    where it is None), or None. Parts that depend on where one stands are left out."""
    said = os.environ.get("PATH", DEBIAN) if among is None else among
    safe = [folder for folder in said.split(os.pathsep) if Path(folder).is_absolute()]
    return shutil.which(name, path=os.pathsep.join(safe))
