"""`python -m tests.bench.flood [UNITS] [--server]`: how long ideas take that come to all units but
one, twenty a second for half a minute, while all is quiet and while that one is flooded with more
than the program can take.

A measurement and no gate. The flood's own sender takes of the machine what it can: on a few cores
that alone makes everybody slower. So the third line sends the flood to a program of its own, which
shares nothing with the units that are measured but the machine.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

from rich.table import Table

from shared.runtime import house
from tests.bench import many, mix, programs
from tests.bench.many import FIRST_UNIT
from tests.bench.sending import Load
from tests.bench.tables import console
from tests.ports import free_port

UNITS, A_SECOND, SECONDS, FLOOD_A_SECOND = 10, 20, 30, 600


def main() -> None:
    """Measure and print one table."""
    with many.some_units("flood", UNITS, 2) as (path, units, _), ExitStack() as closing:
        one = _only_first(path)
        public, elsewhere = _start(path, units, closing), _start(one, 1, closing)
        first, *hosts = (each.hosts[0] for each in house.read(path, {}))
        table = Table("ideas to the others", "p50 ms", "p99 ms", "failed")
        _add(table, "quiet", _ideas(public, hosts))
        with _flood(public, first):
            _add(table, "one unit flooded", _ideas(public, hosts))
        with _flood(elsewhere, first):
            _add(table, "another program flooded", _ideas(public, hosts))
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
def _flood(port: int, host: str) -> Iterator[None]:
    """Let more ideas come to a unit than it can take, from a process of their own."""
    flood = get_context("spawn").Process(target=_pour, args=(port, host), daemon=True)
    flood.start()
    try:
        yield
    finally:
        flood.kill()
        flood.join()


def _pour(port: int, host: str) -> None:
    while True:
        Load(mix.ideas(port, [host], FLOOD_A_SECOND, SECONDS)).send()


def _ideas(port: int, hosts: list[str]) -> Load:
    return Load(mix.ideas(port, hosts, A_SECOND, SECONDS))


def _add(table: Table, name: str, sent: Load) -> None:
    console.print(f"Sending {A_SECOND} a second for {SECONDS} seconds: {name} …")
    sent.send()
    failed = f"{len(sent.failed)} of {len(sent.requests)}"
    table.add_row(name, f"{sent.ms(50):,.0f}", f"{sent.ms(99):,.0f}", failed)


if __name__ == "__main__":
    main()
