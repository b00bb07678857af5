"""`python -m tests.bench`: how near to the floor we are, in CPU, bytes and seconds.

Ratios are to be trusted, not absolute times: floor, ours on SQLite and ours on PostgreSQL take
turns in one run, on the same machine, at the same load. The CPU of PostgreSQL is that of the
program and of all processes of the server, its housekeeping too. It is a measurement and no gate:
it ends with 0 and names each miss, but with 1 if a figure cannot be true or others use the machine.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.bench import floor, judge, offices, phone, works
from tests.bench.offices import Running
from tests.bench.works import Side, Work

ROUNDS = 6
CPU_BUDGET = 2.0
PAGE_BYTES, HOME_BYTES, STATUS_BYTES, JOURNEY_BYTES = 14_600, 4_096, 2_048, 10_240
JOURNEY_SECONDS, START_SECONDS, MEMORY_MIB = 6.0, 1.5, 80.0
# On PostgreSQL, beside SQLite in the same run.
SERVER_SUBMIT, SERVER_STATUS_MS, CARRY_SECONDS = 2.0, 0.6, 60.0

console = Console(width=None if sys.stdout.isatty() else 130, highlight=False)


def main() -> None:
    """Measure everything and print three tables."""
    told = _read_options()
    busy = judge.busy_share()
    if busy > judge.MOST_BUSY_SHARE:
        console.print(f"Others use {busy:.0%} of this machine's processors: not a quiet machine.")
        if not told.anyway:
            sys.exit("Nothing was measured. Wait until it is quiet, or say --anyway.")
    with tempfile.TemporaryDirectory(prefix="hienke-bench-") as folder, ExitStack() as closing:
        console.print(f"Making an instance with {floor.ROWS:,} proposals, and its like on a server")
        api_url = closing.enter_context(works.a_gateway_that_refuses())
        here = offices.all_running(Path(folder), api_url, closing)
        _print_start(here)
        _print_cpu(works.five(here), told.rounds)
        _print_bytes(closing.enter_context(phone.a_browser()), here)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure.")
    parser.add_argument("--anyway", action="store_true", help="measure on a busy machine too")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="turns of each work (%(default)s)"
    )
    told = parser.parse_args()
    if told.rounds < 1:
        parser.error("--rounds: 1 or more")
    return told


def _print_cpu(all_works: Sequence[Work], rounds: int) -> None:
    table = _table(
        "CPU ms a request", "floor", "SQLite", "ratio", "budget", "PostgreSQL", "of it server",
        "budget",
    )  # fmt: skip
    for work in track(all_works, "CPU", console=console, transient=True):
        (bare, _), (sqlite, _), (program, server) = _cpu(work, rounds)
        postgres = program + server
        try:
            judge.check(work.name, bare, sqlite, postgres, server)
        except judge.Untrue as fault:
            console.print(table)
            sys.exit(f"This cannot be true, so nothing here counts. {fault}")
        most, says = _most_on_server(work.name, sqlite)
        held = {"SQLite": sqlite / bare <= CPU_BUDGET, "PostgreSQL": postgres <= most}
        missed = [engine for engine, is_held in held.items() if not is_held]
        _row(
            table,
            (work.name, f"{bare:.2f}", f"{sqlite:.2f}", f"{sqlite / bare:.2f}×",
             f"≤ {CPU_BUDGET:g}×", f"{postgres:.2f}", f"{server:.2f}", says),
            not missed, " ".join(missed),
        )  # fmt: skip
    console.print(table)


def _most_on_server(work: str, sqlite: float) -> tuple[float, str]:
    """Return how much a work may cost on PostgreSQL, all its processes counted, and how that is
    said."""
    if work == "submit":
        return (
            sqlite * SERVER_SUBMIT,
            f"≤ {sqlite * SERVER_SUBMIT:.2f} (SQLite × {SERVER_SUBMIT:g})",
        )
    if work == "status":
        most = sqlite + SERVER_STATUS_MS
        return most, f"≤ {most:.2f} (SQLite + {SERVER_STATUS_MS:g})"
    return inf, "–"


def _cpu(work: Work, rounds: int) -> list[tuple[float, float]]:
    """Return for floor, SQLite and PostgreSQL, which take turns, the CPU ms a request of the
    program and of its server."""
    sides = (work.floor, work.sqlite, work.postgres)
    for side in sides:  # the first requests fill caches, and are not counted
        _run(side, work.batch // 2)
    used = [(0.0, 0.0)] * len(sides)
    for _ in range(rounds):
        for place, side in enumerate(sides):
            program, server = _run(side, work.batch)
            used[place] = used[place][0] + program, used[place][1] + server
    total = rounds * work.batch
    return [(program / total, server / total) for program, server in used]


def _run(side: Side, times: int) -> tuple[float, float]:
    side.program.hang_up()  # its line said nothing while the others had their turns
    before = side.cpu_ms()
    for _ in range(times):
        side.ask()
    side.settle()
    after = side.cpu_ms()
    return after[0] - before[0], after[1] - before[1]


def _print_bytes(browser: Browser, here: Running) -> None:
    bare, ours = (f"http://127.0.0.1:{port}" for port in (here.bare_port, here.sqlite.public))
    code, secret = here.sqlite.code, here.sqlite.secret
    table = _table("on the wire, as Chromium counts it", "floor", "ours", "requests", "budget")
    for name, path, budget, bare_path in (
        ("home", "/", HOME_BYTES, None),
        ("whole form", "/gui", PAGE_BYTES, "/gui"),
        ("first screen of the kiosk", "/gui/1", PAGE_BYTES, None),
        ("status", f"/t/{code}", STATUS_BYTES, f"/t/{floor.ROWS - 2:012d}"),
        ("receipt", f"/r/{secret}", PAGE_BYTES, f"/r/{floor.ROWS - 2:016d}"),
        ("printable receipt", f"/r/{secret}/phieu", PAGE_BYTES, None),
        ("look-up", "/tra-cuu", PAGE_BYTES, None),
        ("help", "/tro-giup", PAGE_BYTES, None),
        ("privacy notice", "/rt", PAGE_BYTES, None),
        ("no such page", "/khong-co", PAGE_BYTES, None),
    ):
        load = phone.page_load(browser, ours + path)
        floor_size = phone.page_load(browser, bare + bare_path).size if bare_path else None
        _row(
            table,
            (name, _bytes(floor_size), _bytes(load.size), str(load.requests),
             f"≤ {budget:,} B, 1"),
            load.size <= budget and load.requests == 1,
        )  # fmt: skip
    bare_load, load = (phone.journey(browser, site, on_2g=True) for site in (bare, ours))
    _row(
        table,
        ("phone journey: form, submit, receipt", _bytes(bare_load.size), _bytes(load.size),
         str(load.requests), f"≤ {JOURNEY_BYTES:,} B"),
        load.size <= JOURNEY_BYTES,
    )  # fmt: skip
    _row(
        table,
        ("… on 2G (50/20 kbit/s, 800 ms)", f"{bare_load.seconds:.1f} s", f"{load.seconds:.1f} s",
         "", f"≤ {JOURNEY_SECONDS:g} s"),
        load.seconds <= JOURNEY_SECONDS,
    )  # fmt: skip
    console.print(table)


def _print_start(here: Running) -> None:
    table = _table("program", "start to first 200", "budget ", "idle memory", "budget")
    for name, (seconds, memory) in {
        "floor": (here.bare.start_seconds, here.bare.memory_mib()),
        "python -m kiosk": (here.sqlite.kiosk.start_seconds, here.sqlite.kiosk.memory_mib()),
        "python -m sms": here.fresh_sms,
    }.items():
        _row(
            table,
            (name, f"{seconds:.2f} s", f"≤ {START_SECONDS:g} s", f"{memory:.0f} MiB",
             f"≤ {MEMORY_MIB:g} MiB"),
            seconds <= START_SECONDS and memory <= MEMORY_MIB,
        )  # fmt: skip
    carried = here.carried_seconds
    _row(
        table,
        ("hienke carry of it all to PostgreSQL", f"{carried:.0f} s", f"≤ {CARRY_SECONDS:g} s", "",
         ""),
        carried <= CARRY_SECONDS,
    )  # fmt: skip
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(*columns, "held?", box=None, pad_edge=False, title_justify="left")
    for column in table.columns[1:-1]:
        column.justify = "right"
    return table


def _row(table: Table, cells: Sequence[str], is_held: bool, who: str = "") -> None:
    table.add_row(
        *cells, "yes" if is_held else f"MISSED {who}".rstrip(),
        style="" if is_held else "bold red",
    )  # fmt: skip


def _bytes(size: int | None) -> str:
    return "–" if size is None else f"{size:,} B"


if __name__ == "__main__":
    main()
