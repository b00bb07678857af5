"""`python -m tests.bench.flood [UNITS] [--server]`: how long ideas take that come to all units but
one, twenty a second for half a minute, while all is quiet and while that one is flooded with more
than the program can take.

A measurement and no gate. The flood's own sender takes of the machine what it can: on a few cores
that alone makes everybody slower. So the third line sends the flood to a program of its own, which
shares nothing with the units that are measured but the machine.
"""

import argparse
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.table import Table

from shared.runtime import house
from tests.bench import many, programs
from tests.bench.load import Load
from tests.bench.many import FIRST_UNIT, console
from tests.bench.programs import ROOT
from tests.bench.server import a_server
from tests.ports import free_port

UNITS, A_SECOND, SECONDS, FLOOD_A_SECOND = 10, 20, 30, 600


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flood", description="Measure.")
    parser.add_argument("units", type=int, nargs="?", default=UNITS)
    parser.add_argument("--server", action="store_true", help="all in one store on a PostgreSQL")
    told = parser.parse_args()
    if told.units < 2:
        parser.error("units: 2 or more")
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="hienke-flood-") as folder, ExitStack() as closing:
        server = many._Server(closing.enter_context(a_server())) if told.server else None
        console.print(f"Founding {told.units} units …")
        path = many._found(Path(folder), told.units, server)
        one = _only_first(path)
        public, elsewhere = _start(path, told.units, closing), _start(one, 1, closing)
        hosts = [each.hosts[0] for each in house.read(path, {})][1:]
        table = Table("ideas to the others", "p50 ms", "p99 ms", "failed")
        _add(table, "quiet", Load(public, hosts, A_SECOND, SECONDS))
        with _flood(public, one):
            _add(table, "one unit flooded", Load(public, hosts, A_SECOND, SECONDS))
        with _flood(elsewhere, one):
            _add(table, "another program flooded", Load(public, hosts, A_SECOND, SECONDS))
    console.print(table)


def _only_first(path: Path) -> Path:
    """Write a file that names the first unit alone."""
    first = path.with_name("first.toml")
    first.write_text(
        f'[[house]]\nunit = "{FIRST_UNIT}"\nfolder = "{FIRST_UNIT}"\n'
        f'hosts = ["u{FIRST_UNIT}.example"]\n'
    )
    return first


def _start(path: Path, units: int, closing: ExitStack) -> int:
    public, staff = free_port(), free_port()
    kiosk = programs.start(
        "kiosk", "--public", f"127.0.0.1:{public}", "--staff", f"127.0.0.1:{staff}",
        "--house", str(path), port=public, path="/healthz",
    )  # fmt: skip
    closing.callback(kiosk.stop)
    many._wait_until_open(kiosk, public, units)
    return public


@contextmanager
def _flood(port: int, one: Path) -> Iterator[None]:
    """Let more ideas come to a unit than it can take, from a process of their own."""
    words = ("--house", str(one), "--a-second", str(FLOOD_A_SECOND), "--seconds", "3600")
    flood = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", str(port), *words],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        flood.kill()
        flood.wait()


def _add(table: Table, name: str, sent: Load) -> None:
    console.print(f"Sending {A_SECOND} a second for {SECONDS} seconds: {name} …")
    sent.send()
    failed = f"{len(sent.failed)} of {len(sent.took)}"
    table.add_row(name, f"{sent.ms(50):,.0f}", f"{sent.ms(99):,.0f}", failed)


if __name__ == "__main__":
    main()
