"""Tests a new version on a copy of the office's data before anything of the office changes.

The copy has no gateway, no printer and no files, so whatever the new version does there reaches
nobody.
"""

import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from shared import settings
from shared.db.connection import open_store
from shared.runtime.instance import Instance
from shared.runtime.supervisor import DIED
from shared.settings import (
    AndroidSettings,
    BackupSettings,
    FilesSettings,
    GammuSettings,
    PrinterSettings,
    Settings,
    SmsSettings,
    SpeechSettings,
    StoreSettings,
    TwilioSettings,
)
from shared.store.schema.one_unit import copy_unit
from shared.upgrade.acting import as_owner, begin, hienke
from shared.upgrade.place import UpgradeRefused
from shared.workflows import verify

START_SECONDS, STOP_SECONDS = 45.0, 30.0
# What both versions count; only the numbers in their output are compared.
_COUNTED = re.compile(r"OK: ([\d,]+)\D+([\d,]+)")


def rehearse(python: Path, instance: Instance) -> None:
    """Let a new version migrate, read back and serve a copy of the office's data. Raises
    UpgradeRefused if it cannot; the office goes on working meanwhile."""
    copy = Instance(instance.upgrading / "trial")
    try:
        with as_owner(instance):
            counted = _copy(instance, copy)
        done = hienke(python, copy, "migrate")
        if done.returncode != 0:
            raise UpgradeRefused(
                f"The new version cannot take over the office's data ({last_line(done)}); nothing"
                " was changed."
            )
        found = _COUNTED.search(done.stdout)
        if found is None or [int(one.replace(",", "")) for one in found.groups()] != counted:
            raise UpgradeRefused(
                "The new version does not count what this one counts; nothing was changed."
            )
        _serve(python, copy)
    finally:
        with as_owner(instance):
            shutil.rmtree(copy.folder, ignore_errors=True)


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the last line that a program printed: its one sentence."""
    return _last(f"{done.stdout}\n{done.stderr}")


def _last(text: str) -> str:
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return said[-1] if said else "it says nothing"


def _copy(instance: Instance, copy: Instance) -> list[int]:
    """Copy what a test needs and return how many proposals and events it holds."""
    shutil.rmtree(copy.folder, ignore_errors=True)
    copy.media.mkdir(mode=0o700, parents=True)
    _write(
        copy.folder / "settings.toml", settings.written(_harmless(settings.load(instance.folder)))
    )
    _write(copy.folder / "secrets", (instance.folder / "secrets").read_text("ascii"))
    db = instance.open()
    try:
        copy_unit(db, copy.database)
    finally:
        db.close()
    copied = open_store(copy.database, cipher=copy.cipher())
    try:
        report = verify.verify(copied, copy.media, parts=verify.ROWS)
    finally:
        copied.close()
    if report.damage:
        raise UpgradeRefused(
            f"The office's data are damaged ({report.damage[0]}): see to that first."
        )
    return [report.proposals, report.events]


def _harmless(read: Settings) -> Settings:
    return replace(
        read,
        store=StoreSettings(),
        files=FilesSettings(),
        twilio=TwilioSettings(),
        android=AndroidSettings(),
        gammu=GammuSettings(),
        printer=PrinterSettings(),
        speech=SpeechSettings(),
        sms=replace(read.sms, gateway=SmsSettings().gateway),
        backup=BackupSettings(),
    )


def _serve(python: Path, copy: Instance) -> None:
    """Let it serve until it is well. Raises UpgradeRefused, at once if one of its programs dies:
    the office's own would be started again and again."""
    ports = _free_ports()
    words = ["serve"]
    for name, port in zip(("--public", "--staff", "--sms"), ports, strict=True):
        words += [name, f"127.0.0.1:{port}"]
    log = copy.folder / "serve.log"
    with log.open("wb") as file:
        process = begin(python, copy, words, file)
    try:
        if not all_well(
            ports, START_SECONDS, lambda: process.poll() is not None or DIED in _read(log)
        ):
            until_it_died = _read(log).partition(DIED)[0].rpartition("\n")[0]
            raise UpgradeRefused(
                "The new version does not serve a copy of the office's data"
                f" ({_last(until_it_died)}); nothing was changed."
            )
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read(log: Path) -> str:
    return log.read_text("utf-8", "replace")


def all_well(
    ports: Sequence[int], seconds: float, is_lost: Callable[[], bool] = lambda: False
) -> bool:
    """Say whether every port of this PC reports within so many seconds that it is well; no longer
    is waited once `is_lost`."""
    until = time.monotonic() + seconds
    waiting = list(ports)
    while waiting and time.monotonic() < until and not is_lost():
        waiting = [port for port in waiting if not _is_well(port)]
        time.sleep(0.2)
    return not waiting


def _is_well(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_ports() -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
