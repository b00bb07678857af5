"""`python -m tests.bench.many [UNITS] [--server]`: what many units under one roof cost while nobody
does anything, how long the first page of a unit takes that nobody has asked for yet, and how long
ideas take that come to all units, 100 a second for a minute. Each unit has a file of its own; with
`--server` all are in one store on a PostgreSQL.

A measurement and no gate, and no part of `make bench`: it takes nine minutes.
"""

import argparse
import logging
import os
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import psycopg
from argon2 import PasswordHasher

from kiosk.many import ManyKiosks
from shared import founding
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime import house, passwords
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from sms.many import ManyGateways
from tests.bench import load, mix, programs
from tests.bench.programs import Program
from tests.bench.sending import Load
from tests.bench.server import a_server
from tests.bench.tables import Budgets, console
from tests.ports import free_port
from tests.postgres import SUPERUSER, Cluster

UNITS, FIRST_UNIT = 95, 26001
MEMORY_MIB, IDLE_A_SECOND, FIRST_PAGE_MS = 300.0, 50.0, 600.0
CONNECTIONS, A_SECOND, P50_MS = 40.0, 100, 10.0
IDLE_SECONDS, COUNTED_SECONDS = 60.0, 150.0
IDLE = "idle transactions a second, both"

# What was measured, and its budget if it has one.
Figure = tuple[float, float | None]


def main() -> None:
    """Measure and print one table."""
    with some_units("many", UNITS) as (path, units, server):
        found = _served(path, units, server)
        if server is None:
            console.print("Counting what is asked of the stores while nobody does anything …")
            found[IDLE] = _idle_transactions(path), IDLE_A_SECOND
    table = Budgets("", "measured", "budget")
    for name, (value, budget) in found.items():
        table.add(
            name, f"{value:,.1f}", "" if budget is None else f"≤ {budget:,.0f}",
            is_held=None if budget is None else value <= budget,
        )  # fmt: skip
    table.print()


@contextmanager
def some_units(
    name: str, units: int, least: int = 1
) -> Iterator[tuple[Path, int, "Server | None"]]:
    """Found as many units as the command line of `tests.bench.<name>` says, `units` if it does not,
    and yield the file that names them, how many they are, and the server that holds them all if
    one is asked for."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench.{name}", description="Measure.")
    parser.add_argument("units", type=int, nargs="?", default=units)
    parser.add_argument("--server", action="store_true", help="all in one store on a PostgreSQL")
    told = parser.parse_args()
    if told.units < least:
        parser.error(f"units: {least} or more")
    logging.disable()
    with tempfile.TemporaryDirectory(prefix=f"hienke-{name}-") as folder, ExitStack() as closing:
        server = Server(closing.enter_context(a_server())) if told.server else None
        console.print(f"Founding {told.units} units …")
        yield _found(Path(folder), told.units, server), told.units, server


class Server:
    """The PostgreSQL that holds the store of all units."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.database = cluster.fresh()
        self.url = cluster.url(self.database)

    def connections(self) -> float:
        """Return how many connections the programs hold."""
        return self._number("SELECT count(*) FROM pg_stat_activity WHERE datname = %s")

    def idle_transactions(self) -> float:
        """Return how many transactions a second the programs make by themselves."""
        asked = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"
        before = self._number(asked)
        time.sleep(COUNTED_SECONDS)
        return (self._number(asked) - before) / COUNTED_SECONDS

    def cpu_ms(self) -> float:
        """Return the CPU that all its processes used so far."""
        return programs.cpu_ms(self.cluster.pid)

    def _number(self, asked: str) -> float:
        # From beside the store, so that asking counts as nothing.
        url = self.cluster.url("postgres", SUPERUSER)
        with psycopg.connect(url, autocommit=True) as conn:
            row = conn.execute(asked, (self.database,)).fetchone()
        assert row is not None
        return float(row[0])


def _found(folder: Path, units: int, server: Server | None) -> Path:
    """Found so many units, each in a file of its own, or all on the server."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    words = []
    at = {"HIENKE_STORE_URL": server.url} if server else {}
    with mock.patch.object(passwords, "_hasher", lambda: cheap), mock.patch.dict(os.environ, at):
        for unit in range(FIRST_UNIT, FIRST_UNIT + units):
            founding.found(Instance(folder / str(unit)), unit, is_demo=False, at=clock.now())
            words.append(
                f'[[house]]\nunit = "{unit}"\nfolder = "{unit}"\nhosts = ["u{unit}.example"]\n'
            )
    path = folder / "houses.toml"
    path.write_text("\n".join(words))
    return path


def _served(path: Path, units: int, server: Server | None) -> dict[str, Figure]:
    """Serve them all, and return each figure with its budget."""
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
    try:
        _wait_until_open(kiosk, public, units)
        _wait_until_open(gateways, sms, units)
        time.sleep(15)  # the first rounds
        return _figures(kiosk, gateways, (public, staff, sms), path, server)
    finally:
        kiosk.stop()
        gateways.stop()


def _figures(
    kiosk: Program, gateways: Program, ports: tuple[int, int, int], path: Path,
    server: Server | None,
) -> dict[str, Figure]:  # fmt: skip
    both = {"kiosk": kiosk, "sms": gateways}
    hosts = [one.hosts[0] for one in house.read(path, {})]
    public, staff, sms = ports
    found: dict[str, Figure] = {}
    for name, program in both.items():
        found[f"{name}: memory, all open, MiB"] = program.memory_mib(), MEMORY_MIB
    for name, used in {**both, "PostgreSQL": server}.items():
        if used is not None:
            found[f"{name}: idle, % of a core"] = _idle_share(used), None
    if server is not None:
        console.print("Counting the server's transactions while nobody does anything …")
        found[IDLE] = server.idle_transactions(), IDLE_A_SECOND
    for name, program, port, page in (
        ("public", kiosk, public, "/"), ("staff", kiosk, staff, "/login"),
        ("sms", gateways, sms, "/healthz"),
    ):  # fmt: skip
        took = sorted(_first_pages(program, port, page, hosts))
        found[f"{name}: first page of a unit, median ms"] = statistics.median(took), None
        found[f"{name}: first page of a unit, slowest ms"] = took[-1], FIRST_PAGE_MS
    for name, program in both.items():
        found[f"{name}: memory, each unit asked, MiB"] = program.memory_mib(), MEMORY_MIB
    console.print(f"Sending {A_SECOND} ideas a second for {load.SECONDS} seconds …")
    found |= _under_load(
        public, hosts, path.parent, both | ({"PostgreSQL": server} if server else {})
    )
    found["kiosk: memory, after the load, MiB"] = kiosk.memory_mib(), MEMORY_MIB
    if server is not None:
        found["connections to the server, after the load"] = server.connections(), CONNECTIONS
    return found


def _idle_share(program: Program | Server) -> float:
    """Return how many percent of a core are used while nobody does anything."""
    before = program.cpu_ms()
    time.sleep(IDLE_SECONDS / 2)
    return (program.cpu_ms() - before) / (IDLE_SECONDS / 2) / 10


def _under_load(
    port: int, hosts: list[str], folder: Path, all_used: Mapping[str, Program | Server]
) -> dict[str, Figure]:
    disk = load.fdatasync_p99_ms(folder)
    sent = Load(mix.ideas(port, hosts, A_SECOND, load.SECONDS))
    before, flushes = _used_ms(all_used), load.flushes(folder)
    sent.send()
    after, flushes = _used_ms(all_used), load.flushes(folder) - flushes
    times = len(sent.took["submit"])
    return {
        **{
            f"{name}: CPU of an idea, ms": ((after[name] - before[name]) / times, None)
            for name in after
        },
        "flushes of the disk, an idea": (flushes / times, None),
        "fdatasync of the disk before the load, p99 ms": (disk, None),
        f"{A_SECOND} ideas a second over all units, p50 ms": (sent.ms(50), P50_MS),
        f"{A_SECOND} ideas a second over all units, p99 ms": (
            sent.ms(99),
            load.p99_budget_ms(disk),
        ),
        f"failed, of {times:,}": (len(sent.failed), 0),
    }


def _used_ms(all_used: Mapping[str, Program | Server]) -> dict[str, float]:
    """Return the CPU that each of them used so far, and the process that sends."""
    own = {"the sender": time.process_time() * 1000}
    return {**{name: used.cpu_ms() for name, used in all_used.items()}, **own}


def _wait_until_open(program: Program, port: int, units: int) -> None:
    while f'"open": {units}' not in program.ask(port, "/healthz").body.decode():
        time.sleep(0.5)


def _first_pages(program: Program, port: int, path: str, hosts: list[str]) -> list[float]:
    took = []
    program.hang_up()
    for host in hosts:
        began = time.perf_counter()
        answer = program.ask(port, path, headers={"Host": host})
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
    public, staff, gateway = (Address("127.0.0.1", port) for port in (8080, 8081, 8082))
    many = ManyKiosks(houses, public, staff), ManyGateways(houses, gateway, public)
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
