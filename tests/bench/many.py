"""`python -m tests.bench.many [UNITS]`: what many units under one roof cost while nobody does
anything, and how long the first page of a unit takes that nobody has asked for yet.

A measurement and no gate, and no part of `make bench`: it takes five minutes.
"""

import logging
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from argon2 import PasswordHasher
from rich.console import Console
from rich.table import Table

from kiosk.many import ManyKiosks
from shared import founding
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime import house, passwords
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from sms.many import ManyGateways
from tests.bench import programs
from tests.bench.programs import Program
from tests.ports import free_port

UNITS, FIRST_UNIT = 95, 26001
MEMORY_MIB, IDLE_A_SECOND, FIRST_PAGE_MS = 300.0, 50.0, 600.0
IDLE_SECONDS, COUNTED_SECONDS = 60.0, 150.0

console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)


def main() -> None:
    """Measure and print one table."""
    units = int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    with tempfile.TemporaryDirectory(prefix="hienke-many-") as folder:
        logging.disable()
        console.print(f"Founding {units} units …")
        path = _found(Path(folder), units)
        found = _served(path, units)
        console.print("Counting what is asked of the stores while nobody does anything …")
        found["idle transactions a second, both"] = _idle_transactions(path), IDLE_A_SECOND
    table = Table("", "measured", "budget")
    for name, (value, budget) in found.items():
        table.add_row(name, f"{value:,.1f}", f"{budget:,.0f}" if budget else "")
    console.print(table)


def _found(folder: Path, units: int) -> Path:
    """Found so many units; the folders of all but the first two are made by the same way."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    words = []
    with mock.patch.object(passwords, "_HASHER", cheap):
        for unit in range(FIRST_UNIT, FIRST_UNIT + units):
            founding.found(Instance(folder / str(unit)), unit, is_demo=False, at=clock.now())
            words.append(
                f'[[house]]\nunit = "{unit}"\nfolder = "{unit}"\nhosts = ["u{unit}.example"]\n'
            )
    path = folder / "houses.toml"
    path.write_text("\n".join(words))
    return path


def _served(path: Path, units: int) -> dict[str, tuple[float, float]]:
    public, staff, sms = (free_port() for _ in range(3))
    words = ("--house", str(path))
    kiosk = programs.start(
        "kiosk", "--public", f"127.0.0.1:{public}", "--staff", f"127.0.0.1:{staff}", *words,
        port=public, path="/healthz",
    )  # fmt: skip
    gateways = programs.start(
        "sms", "--listen", f"127.0.0.1:{sms}", "--public", f"127.0.0.1:{public}", *words,
        port=sms, path="/healthz",
    )  # fmt: skip
    both = {"kiosk": kiosk, "sms": gateways}
    found: dict[str, tuple[float, float]] = {}
    try:
        _wait_until_open(kiosk, public, units)
        _wait_until_open(gateways, sms, units)
        time.sleep(15)  # the first rounds
        for name, program in both.items():
            found[f"{name}: memory, all open, MiB"] = program.memory_mib(), MEMORY_MIB
        for name, program in both.items():
            before = program.cpu_ms()
            time.sleep(IDLE_SECONDS / 2)
            used = (program.cpu_ms() - before) / (IDLE_SECONDS / 2) / 10
            found[f"{name}: idle, % of a core"] = used, 0
        for name, program, port, page in (
            ("public", kiosk, public, "/"), ("staff", kiosk, staff, "/login"),
            ("sms", gateways, sms, "/healthz"),
        ):  # fmt: skip
            took = sorted(_first_pages(program, port, page, units))
            found[f"{name}: first page of a unit, median ms"] = statistics.median(took), 0
            found[f"{name}: first page of a unit, slowest ms"] = took[-1], FIRST_PAGE_MS
        for name, program in both.items():
            found[f"{name}: memory, each unit asked, MiB"] = program.memory_mib(), MEMORY_MIB
    finally:
        kiosk.stop()
        gateways.stop()
    return found


def _wait_until_open(program: Program, port: int, units: int) -> None:
    while f'"open": {units}' not in program.ask(port, "/healthz").body.decode():
        time.sleep(0.5)


def _first_pages(program: Program, port: int, path: str, units: int) -> list[float]:
    took = []
    program.hang_up()
    for unit in range(FIRST_UNIT, FIRST_UNIT + units):
        began = time.perf_counter()
        answer = program.ask(port, path, headers={"Host": f"u{unit}.example"})
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (path, answer.status)
    return took


@dataclass
class Counted:
    """How many transactions were made: a statement by itself is one."""

    kinds: Counter[str] = field(default_factory=Counter)
    is_on: bool = False

    def listener(self) -> Callable[[str], None]:
        """Return what hears the statements of one connection."""
        within = False

        def hear(sql: str) -> None:
            nonlocal within
            word = sql.split(None, 1)[0].upper()
            if word != "PRAGMA" and not within and self.is_on:
                self.kinds[" ".join(sql.split())[:70]] += 1
            within = word == "BEGIN" or (within and word not in ("COMMIT", "ROLLBACK"))

        return hear


def _idle_transactions(path: Path) -> float:
    """Let the rounds of both programs go on, and count what they ask."""
    counted, stopping = Counted(), threading.Event()
    opened = Instance.open

    def listened(instance: Instance) -> Store:
        db = opened(instance)
        # An opening asks which units are there, in two statements.
        counted.kinds["an opening"] += 2 * counted.is_on
        db.conn.set_trace_callback(counted.listener())  # type: ignore[attr-defined]
        return db

    houses = house.read(path, {})
    addresses = [Address("127.0.0.1", port) for port in (8080, 8081, 8082)]
    many = ManyKiosks(houses, *addresses[:2]), ManyGateways(houses, addresses[2], addresses[0])
    with mock.patch.object(Instance, "open", listened):
        threads = [
            threading.Thread(target=worker, args=(stopping,))
            for one in many for worker in one.workers()
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        while any(sum(1 for _ in one.units.opened()) < len(houses) for one in many):
            time.sleep(0.5)
        time.sleep(30)
        counted.is_on = True
        time.sleep(COUNTED_SECONDS)
        stopping.set()
        for thread in threads:
            thread.join()
    for kind, times in counted.kinds.most_common(12):
        console.print(f"{times / COUNTED_SECONDS:6.2f}  {kind}")
    return sum(counted.kinds.values()) / COUNTED_SECONDS


if __name__ == "__main__":
    main()
