"""Runs what touches the office's data as the account that owns them; the person who upgrades may be
root.

So every file keeps its owner.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from shared.runtime import programs
from shared.runtime.instance import Instance

HOUR = 3600
# How a program finds the password of a store on a server.
_PASSWORD = ("HIENKE_STORE_PASSWORD", "PGPASSFILE")


@contextmanager
def as_owner(instance: Instance) -> Iterator[None]:
    """Be the account that owns the instance during the block, if this process is root."""
    found = instance.folder.stat()
    if os.geteuid() != 0 or found.st_uid == 0:
        yield
        return
    os.setegid(found.st_gid)
    os.seteuid(found.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def hienke(
    python: Path, instance: Instance, *words: str, seconds: float = HOUR
) -> subprocess.CompletedProcess[str]:
    """Run a Python's `hienke` on an instance, as the account that owns it, until it ends."""
    return subprocess.run(  # noqa: S603 our own program
        programs.ours("shared.cli", *words, python=python),
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False,
        **surroundings(instance),
    )  # fmt: skip


def begin(
    python: Path, instance: Instance, words: Sequence[str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start `hienke` in the same way and return its process; its log goes to `log`."""
    return subprocess.Popen(  # noqa: S603 our own program
        programs.ours("shared.cli", *words, python=python),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
        **surroundings(instance),
    )  # fmt: skip


def surroundings(instance: Instance) -> Mapping[str, Any]:
    """Return the account, folder and environment for running a program on an instance: without our
    source folder and our settings, but for the password of a store on a server."""
    known: dict[str, Any] = {
        "cwd": instance.folder,
        "env": {
            **{name: os.environ[name] for name in _PASSWORD if name in os.environ},
            "PATH": programs.DEBIAN,
            "LC_ALL": "C.UTF-8",
            "HIENKE_INSTANCE": str(instance.folder),
        },
    }
    found = instance.folder.stat()
    if os.geteuid() == 0 and found.st_uid != 0:
        known |= {"user": found.st_uid, "group": found.st_gid, "extra_groups": []}
    return known
