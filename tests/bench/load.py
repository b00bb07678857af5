"""`python -m tests.bench.load [--server] [RATE …]`: an office under load, at 50, 100 and 200
requests a second for a minute each: looks at a status, ideas, the staff's list and SMS, and beside
them what 95 kiosks ask by themselves. `hienke serve` runs as an office runs it; `--server` puts its
store on a PostgreSQL. `--only-ideas` sends nothing but ideas.

A measurement and no gate; with its beginning it takes five minutes. The process that sends uses the
same processors, and its share is printed.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from shared.db.connection import Store
from shared.db.event_log import SYSTEM
from shared.domain import clock, codes
from shared.store.people import devices
from tests.bench import mix, offices, programs, seeds, works
from tests.bench.mix import Office
from tests.bench.programs import Program
from tests.bench.sending import Load
from tests.bench.server import a_server
from tests.bench.tables import Budgets, console
from tests.ports import free_ports
from tests.serving import children

RATES, SECONDS, KIOSKS = (50, 100, 200), 60, 95
P99_MS, TIMES_THE_DISK = 100.0, 3.0
_WRITES = 400
# Until the rounds that follow a start are over.
_UNTIL_IDLE = 10.0


def main() -> None:
    """Send at each rate and print one table."""
    told = _read_options()
    shares = mix.IDEAS_ALONE if told.only_ideas else mix.SHARES
    table = Budgets(
        "a second", "kind", "sent", "failed", "p50 ms", "p99 ms", "slowest", "budget p99",
    )  # fmt: skip
    used = Budgets(
        "a second", "kiosk", "sms", "PostgreSQL", "sender", "fsyncs/s", "fdatasync p99 before",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="hienke-load-") as folder, ExitStack() as closing:
        console.print(f"Making an office with {seeds.ROWS:,} ideas and {KIOSKS} kiosks …")
        office, counted = _office(Path(folder), told.server, closing)
        for number, rate in enumerate(told.rates):
            console.print(f"{rate} a second for {told.seconds} seconds …")
            disk = fdatasync_p99_ms(Path(folder))
            load = Load(mix.mixed(office, shares, rate, told.seconds, number * 1_000_000))
            before = _counts(counted, Path(folder))
            load.send()
            after = _counts(counted, Path(folder))
            _add(table, rate, load, disk)
            each = [(now - then) / load.seconds for then, now in zip(before, after, strict=True)]
            used.add(
                str(rate), *(f"{ms / 10:.0f} %" for ms in each[:-1]), f"{each[-1]:.0f}",
                f"{disk:.1f} ms", is_held=None,
            )  # fmt: skip
            for said in load.failed[:5]:
                console.print(f"failed: {said}")
    table.print()
    console.print("Of one core, as long as requests came:")
    used.print()


def p99_budget_ms(disk: float) -> float:
    """Return within how many ms 99 of 100 must be answered, where the disk takes so long for one
    write: 100, or three times that."""
    return max(P99_MS, TIMES_THE_DISK * disk)


def fdatasync_p99_ms(folder: Path) -> float:
    """Return within how many milliseconds 99 of 100 writes of a page are on the folder's disk."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_WRITES):
            began = time.perf_counter()
            os.write(file.fileno(), b"\0" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return sorted(took)[_WRITES * 99 // 100 - 1] * 1000


def flushes(folder: Path) -> int:
    """Return how many flushes the disk of a folder has completed since it is there: one for each
    fsync or fdatasync that waited for it, whoever called. 0 where the disk does not count them."""
    of = folder.stat().st_dev
    disk = Path(f"/sys/dev/block/{os.major(of)}:{os.minor(of)}").resolve()
    if (disk / "partition").exists():
        disk = disk.parent
    counts = (disk / "stat").read_text().split() if (disk / "stat").exists() else []
    return int(counts[15]) if len(counts) > 15 else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description="Measure.")
    parser.add_argument("rates", type=int, nargs="*", default=RATES, help="requests a second")
    parser.add_argument("--server", action="store_true", help="the store on a PostgreSQL")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for so long each")
    parser.add_argument("--only-ideas", action="store_true", help="send ideas alone")
    told = parser.parse_args()
    if min(told.seconds, *told.rates) < 1:
        parser.error("rates and --seconds: 1 or more")
    return told


def _add(table: Budgets, rate: int, load: Load, disk: float) -> None:
    most, p99 = p99_budget_ms(disk), load.ms(99)
    kinds = [(kind, (kind,)) for kind in sorted(load.took)]
    for kind, which in [("all", ()), *kinds]:
        times = len(load.took[kind]) if which else sum(map(len, load.took.values()))
        failed = sum(1 for said in load.failed if not which or said.startswith(f"{kind}:"))
        is_all = not which
        table.add(
            str(rate) if is_all else "", kind, f"{times:,}", str(failed),
            f"{load.ms(50, *which):.1f}", f"{load.ms(99, *which):.1f}",
            f"{load.ms(100, *which):.0f}", f"≤ {most:.0f}, 0 failed" if is_all else "",
            is_held=p99 <= most and not failed if is_all else None,
        )  # fmt: skip


def _counts(counted: Sequence[int | None], folder: Path) -> list[float]:
    """Return the CPU ms of these processes and of this one, and the flushes of the disk."""
    own = time.process_time() * 1000
    return [*(programs.cpu_ms(pid) if pid else 0.0 for pid in counted), own, flushes(folder)]


def _office(
    folder: Path, on_server: bool, closing: ExitStack
) -> tuple[Office, Sequence[int | None]]:  # fmt: skip
    """Make an office and let it run until `closing` ends; return where it is asked, and the
    processes of kiosk, SMS and PostgreSQL."""
    seeded = seeds.seed(folder / "instance")
    server = None
    if on_server:
        cluster = closing.enter_context(a_server())
        server = cluster.pid
        offices.carry(seeded.instance, cluster.url(cluster.fresh()))
    db = seeded.instance.open()
    links = _links(db)
    db.close()
    api_url = closing.enter_context(works.a_gateway_that_refuses())
    public, staff, sms = free_ports(3)
    serving = closing.enter_context(_serving(seeded, api_url, public, staff, sms))
    time.sleep(_UNTIL_IDLE)
    office = Office(
        public, staff, sms, f"{offices.SMS_PUBLIC_URL}/twilio/sms", seeded.codes,
        offices.log_in(serving, staff), [_enrolled(public, link) for link in links],
    )  # fmt: skip
    found = children(serving.process.pid)
    return office, (found["kiosk"], found["sms"], server)


@contextmanager
def _serving(
    seeded: seeds.Seeded, api_url: str, public: int, staff: int, sms: int
) -> Iterator[Program]:
    """Let `hienke serve` run, with the SMS gateway switched on."""
    ports = {"--public": public, "--staff": staff, "--sms": sms}
    words = [word for name, port in ports.items() for word in (name, f"127.0.0.1:{port}")]
    running = programs.start(
        "shared.cli", "serve", *words, port=sms, path="/healthz",
        HIENKE_INSTANCE=str(seeded.instance.folder), HIENKE_STAFF_REQUIRE_TOTP="false",
        **offices.gateway_settings(api_url),
    )  # fmt: skip
    try:
        yield running
    finally:
        running.stop()


def _links(db: Store) -> list[str]:
    """Add the kiosks and return the secrets of their links."""
    found = []
    for number in range(KIOSKS):
        secret = f"{number:016d}"
        devices.add(
            db, f"Kiosk {number}", codes.secret_hash(secret), actor=SYSTEM, at=clock.now()
        )  # fmt: skip
        found.append(secret)
    return found


def _enrolled(port: int, secret: str) -> str:
    """Open a kiosk's link and return its cookie."""
    line = HTTPConnection("127.0.0.1", port, timeout=programs.PATIENCE_SECONDS)
    line.request("GET", f"/kiosk/{secret}")
    answer = line.getresponse()
    line.close()
    assert answer.status == 303, answer.status
    given = answer.headers.get_all("Set-Cookie", [])
    return next(one.partition(";")[0] for one in given if one.startswith("kiosk="))


if __name__ == "__main__":
    main()
