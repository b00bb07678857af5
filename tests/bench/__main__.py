"""`python -m tests.bench`: how near to the floor we are, in CPU, bytes and seconds.

Ratios are to be trusted, not absolute times: floor, ours on SQLite and ours on PostgreSQL take
turns in one run, on the same machine, at the same load. What the floor does and what it leaves out
is a table in docs/speed.md. The CPU of PostgreSQL is that of the program and of all processes of
the server, its housekeeping too. It is a measurement and no gate: it ends with 0 and names each
miss, but with 1 if a figure cannot be true or others use the machine.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.progress import track

from tests.bench import judge, offices, phone, seeds, weights, works
from tests.bench.judge import Figures
from tests.bench.offices import Running
from tests.bench.tables import Budgets, console
from tests.bench.works import Side, Work

ROUNDS = 6
# Seconds to the first 200, and MiB of memory when idle.
STARTS = {"python -m kiosk": (0.6, 60.0), "python -m sms": (0.4, 55.0)}
CARRY_SECONDS = 60.0


def main() -> None:
    """Measure everything and print four tables."""
    told = _read_options()
    busy = judge.busy_share()
    if busy > judge.MOST_BUSY_SHARE:
        console.print(f"Others use {busy:.0%} of this machine's processors: not a quiet machine.")
        if not told.anyway:
            sys.exit("Nothing was measured. Wait until it is quiet, or say --anyway.")
    others = judge.Others()
    with tempfile.TemporaryDirectory(prefix="hienke-bench-") as folder, ExitStack() as closing:
        console.print(f"Making an instance with {seeds.ROWS:,} proposals, and its like on a server")
        api_url = closing.enter_context(works.a_gateway_that_refuses())
        here = offices.all_running(Path(folder), api_url, closing)
        _print_start(here)
        weights.print_alike(here)
        try:
            _print_cpu(here, told.rounds)
        except judge.Untrue as fault:
            sys.exit(f"This cannot be true, so nothing here counts. {fault}")
        weights.print_on_the_wire(closing.enter_context(phone.a_browser()), here)
    share = others.share()
    said = "" if share <= judge.MOST_BUSY_SHARE else ": not a quiet machine, measure again"
    console.print(f"Meanwhile others used {share:.0%} of the processors{said}.")


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


def _print_cpu(here: Running, rounds: int) -> None:
    """Measure and print the works. Raises judge.Untrue, after what was measured before."""
    table = Budgets(
        "CPU ms a request", "floor", "SQLite", "ratio", "budget", "PostgreSQL", "of it server",
        "ratio", "budget",
    )  # fmt: skip
    all_works = works.all_works(here)
    for work in all_works:
        if work.is_page:
            judge.check_same(work.name, work.floor.ask(), work.sqlite.ask())
    least, _ = _cpu([works.least(here)], 300, rounds)[0]
    table.add("waitress alone", f"{least:.2f}", *[""] * 7, is_held=None)
    try:
        for work in track(all_works, "CPU", console=console, transient=True):
            (bare, _), (sqlite, _), program = _cpu(work.sides, work.batch, rounds)
            used = Figures(least, bare, sqlite, *program)
            judge.check(work.name, used, asks_server=work.budget.asks_server)
            _add(table, work, used)
    finally:
        table.print()


def _add(table: Budgets, work: Work, used: Figures) -> None:
    ratios = {"SQLite": used.sqlite / used.floor, "PostgreSQL": used.postgres / used.floor}
    most = {"SQLite": work.budget.sqlite, "PostgreSQL": work.budget.postgres}
    missed = [engine for engine, ratio in ratios.items() if ratio > most[engine]]
    table.add(
        work.name, f"{used.floor:.2f}", f"{used.sqlite:.2f}", f"{ratios['SQLite']:.2f}×",
        f"≤ {most['SQLite']:g}×", f"{used.postgres:.2f}", f"{used.server:.2f}",
        f"{ratios['PostgreSQL']:.2f}×", f"≤ {most['PostgreSQL']:g}×",
        is_held=not missed, who=" ".join(missed),
    )  # fmt: skip


def _cpu(sides: Sequence[Side], batch: int, rounds: int) -> list[tuple[float, float]]:
    """Return for each side, which take turns, the CPU ms a request of the program and of its
    server."""
    for side in sides:  # the first requests fill caches, and are not counted
        _run(side, batch // 2)
    used = [(0.0, 0.0)] * len(sides)
    for _ in range(rounds):
        for place, side in enumerate(sides):
            program, server = _run(side, batch)
            used[place] = used[place][0] + program, used[place][1] + server
    total = rounds * batch
    return [(program / total, server / total) for program, server in used]


def _run(side: Side, times: int) -> tuple[float, float]:
    side.program.hang_up()  # its line said nothing while the others had their turns
    before = side.cpu_ms()
    for _ in range(times):
        side.ask()
    side.settle()
    after = side.cpu_ms()
    return after[0] - before[0], after[1] - before[1]


def _print_start(here: Running) -> None:
    table = Budgets("program", "start to first 200", "budget", "idle memory", "budget")
    for name, fresh in here.fresh.items():
        measured = f"{fresh.seconds:.2f} s", f"{fresh.memory_mib:.0f} MiB"
        if name not in STARTS:
            table.add(name, measured[0], "", measured[1], "", is_held=None)
            continue
        seconds, memory = STARTS[name]
        table.add(
            name, measured[0], f"≤ {seconds:g} s", measured[1], f"≤ {memory:g} MiB",
            is_held=fresh.seconds <= seconds and fresh.memory_mib <= memory,
        )  # fmt: skip
    table.add(
        "hienke carry of it all to PostgreSQL", f"{here.carried_seconds:.0f} s",
        f"≤ {CARRY_SECONDS:g} s", "", "", is_held=here.carried_seconds <= CARRY_SECONDS,
    )  # fmt: skip
    table.print()


if __name__ == "__main__":
    main()
