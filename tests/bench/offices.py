"""What is measured, up and answering: the floor, an office on SQLite, and the same office on
PostgreSQL."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from psycopg import sql

from shared.db.connection import Store
from shared.runtime.instance import Instance
from tests.bench import blanks, floor, floor_store, programs, seeds
from tests.bench.programs import Program
from tests.bench.server import a_server
from tests.ports import free_port

SMS_PUBLIC_URL = "https://hienke.example.vn"


# A start is timed so many times, and its median counts: the first may still be compiling.
STARTS = 3
# After so long a program is idle: its first rounds are over.
_UNTIL_IDLE = 5.0


@dataclass(frozen=True)
class Office:
    """One office's programs, their ports, and what is asked of them. `cookies` are a member's, who
    is logged in; `codes` are of ideas that were received, the one with `secret` not among them.
    `server` is the process of its PostgreSQL, None for a file."""

    kiosk: Program
    sms: Program
    public: int
    staff: int
    gateway: int
    code: str
    secret: str
    codes: Sequence[str]
    cookies: str
    db: Store
    server: int | None = None


@dataclass(frozen=True)
class Fresh:
    """A program as it starts: the seconds to its first 200, and its memory when it is idle."""

    seconds: float
    memory_mib: float


@dataclass(frozen=True)
class Running:
    """Everything under measurement. `fresh` are programs that were started and stopped again, by
    name; `carried_seconds` is how long `hienke carry` took."""

    bare: Program
    bare_port: int
    sqlite: Office
    postgres: Office
    fresh: Mapping[str, Fresh]
    carried_seconds: float


def all_running(folder: Path, api_url: str, closing: ExitStack) -> Running:
    """Seed and start everything; it runs until `closing` ends. `api_url` is the SMS gateway's."""
    seeded = seeds.seed(folder / "instance")
    # The copies come first: nothing has been asked of the store yet.
    floor_store.make(folder / "floor.db", seeded.instance.database)
    copied = Instance(folder / "on-server")
    shutil.copytree(seeded.instance.folder, copied.folder)
    cluster = closing.enter_context(a_server())
    name = cluster.fresh()
    carried_seconds = carry(copied, cluster.url(name))
    # Its statistics, which the server makes of itself within a minute.
    cluster.run(sql.SQL("VACUUM ANALYZE"), name)

    fresh = {
        "python -m kiosk": _fresh(lambda: _kiosk(seeded.instance, free_port(), free_port())),
        "python -m sms": _fresh(lambda: _sms(seeded.instance, free_port(), free_port())),
    }
    on_file = _office(seeded, api_url, None, closing)
    on_server = _office(replace(seeded, instance=copied), api_url, cluster.pid, closing)
    blanks.write(folder / "pages", pages_of(on_file), seeded.code, seeded.secret)
    given = str(folder / "floor.db"), str(folder / "pages")

    def start_floor() -> Program:
        port = free_port()
        return programs.start("tests.bench.floor", str(port), *given, port=port, path="/gui")

    fresh = {"floor": _fresh(start_floor), **fresh}
    bare = start_floor()
    closing.callback(bare.stop)
    return Running(bare, bare.port, on_file, on_server, fresh, carried_seconds)


def pages_of(office: Office) -> dict[str, programs.Answer]:
    """Return an office's pages that the floor has too, by their names there."""
    office.kiosk.hang_up()
    ask, public = office.kiosk.ask, office.public
    staff = {"Cookie": office.cookies}
    return {
        "home": ask(public, "/"),
        "form": ask(public, "/gui"),
        "look-up": ask(public, "/tra-cuu"),
        "status": ask(public, f"/t/{office.code}"),
        "receipt": ask(public, f"/r/{office.secret}"),
        "list": ask(office.staff, "/?status=received", headers=staff),
    }


def _fresh(start: Callable[[], Program]) -> Fresh:
    """Start a program some times and stop it again."""
    seconds = []
    for turn in range(STARTS):
        program = start()
        seconds.append(program.start_seconds)
        if turn == STARTS - 1:
            time.sleep(_UNTIL_IDLE)
        memory = program.memory_mib()
        program.stop()
    return Fresh(statistics.median(seconds), memory)


def _office(
    seeded: seeds.Seeded, api_url: str, server: int | None, closing: ExitStack
) -> Office:  # fmt: skip
    public, staff, gateway = (free_port() for _ in range(3))
    instance = seeded.instance
    kiosk = _kiosk(instance, public, staff)
    closing.callback(kiosk.stop)
    sms = _sms(instance, gateway, public, **gateway_settings(api_url))
    closing.callback(sms.stop)
    db = instance.open()
    closing.callback(db.close)
    return Office(
        kiosk, sms, public, staff, gateway, seeded.code, seeded.secret, seeded.codes,
        log_in(kiosk, staff), db, server,
    )  # fmt: skip


def _kiosk(instance: Instance, public: int, staff: int) -> Program:
    return programs.start(
        "kiosk", "--public", f"127.0.0.1:{public}", "--staff", f"127.0.0.1:{staff}",
        port=public, path="/",
        HIENKE_INSTANCE=str(instance.folder), HIENKE_STAFF_REQUIRE_TOTP="false",
    )  # fmt: skip


def gateway_settings(api_url: str) -> dict[str, str]:
    """Return the settings of an office whose SMS go by the gateway at `api_url`."""
    return {
        "HIENKE_OFFICE_PUBLIC_URL": SMS_PUBLIC_URL,
        "HIENKE_SMS_GATEWAY": "twilio",
        "HIENKE_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "HIENKE_TWILIO_AUTH_TOKEN": floor.TOKEN,
        "HIENKE_TWILIO_FROM": "HIENKE",
        "HIENKE_TWILIO_API_URL": api_url,
    }


def log_in(kiosk: Program, port: int) -> str:
    """Log the officer in as a browser does and return the cookies."""
    form = urlencode({"login": seeds.LOGIN, "password": seeds.PASSWORD}).encode()
    answer = kiosk.ask(port, "/login", form)
    assert answer.status == 303, answer.status
    given = answer.headers.get_all("Set-Cookie", [])
    return "; ".join(one.partition(";")[0] for one in given)


def _sms(instance: Instance, port: int, public: int, **environment: str) -> Program:
    return programs.start(
        "sms", "--listen", f"127.0.0.1:{port}", "--public", f"127.0.0.1:{public}",
        port=port, path="/healthz", HIENKE_INSTANCE=str(instance.folder), **environment,
    )  # fmt: skip


def carry(instance: Instance, url: str) -> float:
    """Move an instance's store to the server as an office does, and return the seconds it took."""
    began = time.monotonic()
    subprocess.run(
        [Path(sys.executable).with_name("hienke"), "carry", "--to", url],
        env={**os.environ, "HIENKE_INSTANCE": str(instance.folder)},
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - began
