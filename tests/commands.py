"""`hienke` commands run to their end as processes of their own, without a new interpreter for each:
a server that has imported the program once forks them."""

import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.ports import refuse_defaults

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["shared.cli", "tests.ports"])


def hienke(
    *words: object,
    cwd: Path,
    env: Mapping[str, str],
    given: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `hienke …` in a folder, with nothing but `env` in its environment and PATH; return what
    it said. `given` is its standard input. Raises subprocess.TimeoutExpired."""
    said = list(map(str, words))
    world = {"PATH": os.environ["PATH"], **env}
    with tempfile.TemporaryDirectory() as kept:
        places = [Path(kept) / name for name in ("in", "out", "err")]
        places[0].write_text(given)
        process = _processes.Process(target=_be, args=(said, str(cwd), world, places))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(said, timeout)
        out, err = (place.read_text() for place in places[1:])
    return subprocess.CompletedProcess(said, process.exitcode, out, err)


def _be(words: list[str], cwd: str, world: dict[str, str], places: list[Path]) -> None:
    """Be the command: in its folder and environment, with its own three streams."""
    from shared.cli import main  # here, as the test itself has no use for it

    for number, place in enumerate(places):
        mode = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
        opened = os.open(place, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(world)
    socket.socket.bind = refuse_defaults()  # type: ignore[method-assign]
    main(words, prog_name="hienke")
