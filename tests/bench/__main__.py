"""`python -m tests.bench`: how near to the floor we are, in CPU, bytes and seconds.

Ratios are to be trusted, not absolute times: floor and ours take turns in one run, on the same
machine, at the same load. It is a measurement and no gate: it ends with 0 and names each miss.
"""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.bench import floor, phone, programs, works
from tests.bench.programs import Program
from tests.bench.seeds import Seeded, seed
from tests.bench.works import Running, Side, Work
from tests.ports import free_port

ROUNDS = 6
CPU_BUDGET = 2.0
PAGE_BYTES, HOME_BYTES, STATUS_BYTES, JOURNEY_BYTES = 14_600, 4_096, 2_048, 10_240
JOURNEY_SECONDS, START_SECONDS, MEMORY_MIB = 6.0, 1.5, 80.0

console = Console(width=None if sys.stdout.isatty() else 110, highlight=False)


def main() -> None:
    """Measure everything and print three tables."""
    with tempfile.TemporaryDirectory(prefix="hienke-bench-") as folder, ExitStack() as closing:
        console.print(f"Making an instance with {floor.ROWS:,} proposals …")
        seeded = seed(Path(folder) / "instance")
        floor.make_store(Path(folder) / "floor.db")
        here = _all_running(Path(folder), seeded, closing)
        _print_cpu(works.five(here))
        _print_bytes(closing.enter_context(phone.a_browser()), here)


def _all_running(folder: Path, seeded: Seeded, closing: ExitStack) -> Running:
    """Start floor and ours, print how they start, and leave them running until `closing` ends."""
    ports = {name: free_port() for name in ("floor", "public", "staff", "sms")}
    public, staff, sms = (f"127.0.0.1:{ports[name]}" for name in ("public", "staff", "sms"))
    instance = {"HIENKE_INSTANCE": str(seeded.instance.folder)}

    def start(module: str, *arguments: str, port: str, path: str, **environment: str) -> Program:
        program = programs.start(
            module, *arguments, port=ports[port], path=path, **instance, **environment
        )
        closing.callback(program.stop)
        return program

    bare = start(
        "tests.bench.floor",
        str(ports["floor"]),
        str(folder / "floor.db"),
        port="floor",
        path="/gui",
    )
    kiosk = start(
        "kiosk", "--public", public, "--staff", staff, port="public", path="/",
        HIENKE_STAFF_REQUIRE_TOTP="false",
    )  # fmt: skip
    fresh_sms = start("sms", "--listen", sms, "--public", public, port="sms", path="/healthz")
    _print_start({"floor": bare, "python -m kiosk": kiosk, "python -m sms": fresh_sms})
    fresh_sms.stop()
    api_url = closing.enter_context(works.a_gateway_that_refuses())
    signed_sms = start(
        "sms", "--listen", sms, "--public", public, port="sms", path="/healthz",
        HIENKE_OFFICE_PUBLIC_URL=works.SMS_PUBLIC_URL, HIENKE_SMS_GATEWAY="twilio",
        HIENKE_TWILIO_ACCOUNT_SID="AC" + "0" * 32, HIENKE_TWILIO_AUTH_TOKEN=floor.TOKEN,
        HIENKE_TWILIO_FROM="HIENKE", HIENKE_TWILIO_API_URL=api_url,
    )  # fmt: skip
    db = seeded.instance.open()
    closing.callback(db.close)
    return Running(bare, kiosk, signed_sms, ports, seeded, db)


def _print_cpu(all_works: Sequence[Work]) -> None:
    table = _table("work", "floor CPU ms", "ours CPU ms", "ratio", "budget")
    for work in track(all_works, "CPU", console=console, transient=True):
        bare, ours = _cpu(work)
        ratio = ours / bare
        _row(
            table, (work.name, f"{bare:.2f}", f"{ours:.2f}", f"{ratio:.2f}×", f"≤ {CPU_BUDGET:g}×"),
            ratio <= CPU_BUDGET,
        )  # fmt: skip
    console.print(table)


def _cpu(work: Work) -> tuple[float, float]:
    """Return CPU ms a request of the floor and of ours, taking turns."""
    sides = (work.floor, work.ours)
    for side in sides:  # the first requests fill caches, and are not counted
        _run(side, work.batch // 2)
    used = [0.0, 0.0]
    for _ in range(ROUNDS):
        for place, side in enumerate(sides):
            used[place] += _run(side, work.batch)
    total = ROUNDS * work.batch
    return used[0] / total, used[1] / total


def _run(side: Side, times: int) -> float:
    before = side.program.cpu_ms()
    for _ in range(times):
        side.ask()
    side.settle()
    return side.program.cpu_ms() - before


def _print_bytes(browser: Browser, here: Running) -> None:
    bare, ours = (f"http://127.0.0.1:{here.ports[name]}" for name in ("floor", "public"))
    code, secret = here.seeded.code, here.seeded.secret
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


def _print_start(started: dict[str, Program]) -> None:
    table = _table("program", "start to first 200", "budget ", "idle memory", "budget")
    for name, program in started.items():
        seconds, memory = program.start_seconds, program.memory_mib()
        _row(
            table,
            (name, f"{seconds:.2f} s", f"≤ {START_SECONDS:g} s", f"{memory:.0f} MiB",
             f"≤ {MEMORY_MIB:g} MiB"),
            seconds <= START_SECONDS and memory <= MEMORY_MIB,
        )  # fmt: skip
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(*columns, "held?", box=None, pad_edge=False, title_justify="left")
    for column in table.columns[1:-1]:
        column.justify = "right"
    return table


def _row(table: Table, cells: Sequence[str], is_held: bool) -> None:
    table.add_row(*cells, "yes" if is_held else "MISSED", style="" if is_held else "bold red")


def _bytes(size: int | None) -> str:
    return "–" if size is None else f"{size:,} B"


if __name__ == "__main__":
    main()
