"""What is measured, up and answering: the floor, an office on SQLite, and the same office on
PostgreSQL."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from shared.db.connection import Store
from shared.runtime.instance import Instance
from tests.bench import floor, programs, seeds
from tests.bench.programs import Program
from tests.bench.server import a_server
from tests.ports import free_port

SMS_PUBLIC_URL = "https://hienke.example.vn"


@dataclass(frozen=True)
class Office:
    """One office's programs, their ports, and what is asked of them. `server` is the process of its
    PostgreSQL, None for a file."""

    kiosk: Program
    sms: Program
    public: int
    staff: int
    gateway: int
    code: str
    secret: str
    db: Store
    server: int | None = None


@dataclass(frozen=True)
class Running:
    """Everything under measurement. `fresh_sms` is a gateway as it starts, that is stopped again;
    `carried_seconds` is how long `hienke carry` took."""

    bare: Program
    bare_port: int
    sqlite: Office
    postgres: Office
    fresh_sms: tuple[float, float]
    carried_seconds: float


def all_running(folder: Path, api_url: str, closing: ExitStack) -> Running:
    """Seed and start everything; it runs until `closing` ends. `api_url` is the SMS gateway's."""
    seeded = seeds.seed(folder / "instance")
    floor.make_store(folder / "floor.db")
    # The copy comes first: nothing has been asked of the store yet.
    copied = Instance(folder / "on-server")
    shutil.copytree(seeded.instance.folder, copied.folder)
    cluster = closing.enter_context(a_server())
    name = cluster.fresh()
    carried_seconds = _carry(copied, cluster.url(name))
    # Its statistics, which the server makes of itself within a minute.
    cluster.run(sql.SQL("VACUUM ANALYZE"), name)

    port = free_port()
    bare = programs.start(
        "tests.bench.floor", str(port), str(folder / "floor.db"), port=port, path="/gui"
    )
    closing.callback(bare.stop)
    fresh = _sms(seeded.instance, free_port(), free_port())
    fresh_sms = fresh.start_seconds, fresh.memory_mib()
    fresh.stop()

    def office(instance: Instance, server: int | None = None) -> Office:
        return _office(seeds.Seeded(instance, seeded.code, seeded.secret), api_url, server, closing)

    on_file, on_server = office(seeded.instance), office(copied, cluster.pid)
    return Running(bare, port, on_file, on_server, fresh_sms, carried_seconds)


def _office(seeded: seeds.Seeded, api_url: str, server: int | None, closing: ExitStack) -> Office:
    public, staff, gateway = (free_port() for _ in range(3))
    instance = seeded.instance
    kiosk = programs.start(
        "kiosk", "--public", f"127.0.0.1:{public}", "--staff", f"127.0.0.1:{staff}",
        port=public, path="/",
        HIENKE_INSTANCE=str(instance.folder), HIENKE_STAFF_REQUIRE_TOTP="false",
    )  # fmt: skip
    closing.callback(kiosk.stop)
    sms = _sms(
        instance, gateway, public,
        HIENKE_OFFICE_PUBLIC_URL=SMS_PUBLIC_URL, HIENKE_SMS_GATEWAY="twilio",
        HIENKE_TWILIO_ACCOUNT_SID="AC" + "0" * 32, HIENKE_TWILIO_AUTH_TOKEN=floor.TOKEN,
        HIENKE_TWILIO_FROM="HIENKE", HIENKE_TWILIO_API_URL=api_url,
    )  # fmt: skip
    closing.callback(sms.stop)
    db = instance.open()
    closing.callback(db.close)
    return Office(kiosk, sms, public, staff, gateway, seeded.code, seeded.secret, db, server)


def _sms(instance: Instance, port: int, public: int, **environment: str) -> Program:
    return programs.start(
        "sms", "--listen", f"127.0.0.1:{port}", "--public", f"127.0.0.1:{public}",
        port=port, path="/healthz", HIENKE_INSTANCE=str(instance.folder), **environment,
    )  # fmt: skip


def _carry(instance: Instance, url: str) -> float:
    """Move an instance's store to the server as an office does, and return the seconds it took."""
    began = time.monotonic()
    subprocess.run(
        [Path(sys.executable).with_name("hienke"), "carry", "--to", url],
        env={**os.environ, "HIENKE_INSTANCE": str(instance.folder)},
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - began
