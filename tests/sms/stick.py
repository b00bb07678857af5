"""A GSM stick for tests: the real gammu-smsd with gammu's dummy telephone, whose SMS are files."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pysqlite3

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "gammu"
SCHEMA = Path("/usr/share/doc/gammu-smsd/examples/sqlite.sql")
# The dummy telephone sends through this centre; a report that names another is no report of it.
SMSC = "123456"
SENT_AT = datetime(2026, 3, 16, 2, 12, 44, tzinfo=UTC)
UCS2_PART = 134  # bytes of letters beside an 8-bit reference
_CONFIG = """\
[gammu]
connection = none
model = dummy
device = {folder}/phone
[smsd]
service = sql
driver = sqlite3
dbdir = {folder}/
database = smsd.db
logfile = {folder}/smsd.log
phoneid = xa-tan-an
deliveryreport = log
CommTimeout = 1
ReceiveFrequency = 1
LoopSleep = 1
CheckSecurity = 0
CheckBattery = 0
CheckSignal = 0
MultipartTimeout = 1
"""


def why_not() -> str:
    """Return why there is no stick here, "" when there is one."""
    for program in ("gammu-smsd", "gammu-smsd-inject"):
        if not shutil.which(program):
            return f"{program} is not installed: apt-get install gammu-smsd libdbd-sqlite3"
    return "" if SCHEMA.exists() else f"{SCHEMA} is missing: gammu-smsd came without its schema"


@dataclass
class Stick:
    """The stick: its folder holds the telephone, smsd's database, configuration and log."""

    folder: Path
    daemon: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def database(self) -> Path:
        return self.folder / "smsd.db"

    @property
    def config(self) -> Path:
        return self.folder / "smsdrc"

    def receive(
        self,
        text: str,
        sender: str = "+84912345678",
        *,
        parts: Sequence[int] = (),
        reference: int | None = None,
        bits: int = 8,
        at: datetime = SENT_AT,
    ) -> None:
        """Let the telephone receive an SMS in UCS-2; `parts` names those that come, in their
        order. smsd fetches them within seconds."""
        for letters, header in self._parts(text, parts, reference, bits):
            self._put(letters, sender, header, at)

    def write(
        self,
        text: str,
        *,
        parts: Sequence[int] = (),
        reference: int | None = None,
        row: int = 0,
        minutes_ago: int = 0,
    ) -> None:
        """Write an SMS of +84912345678 into smsd's inbox, as smsd does, without its waiting;
        `row` is the id it gets."""
        for letters, header in self._parts(text, parts, reference, 8):
            self.rows(
                "INSERT INTO inbox (ID, UpdatedInDB, ReceivingDateTime, Text, SenderNumber, Coding,"
                " UDH, TextDecoded, RecipientID) VALUES (?, datetime('now', ?),"
                " '2026-03-16 09:12:44', ?, '+84912345678', 'Unicode_No_Compression', ?, ?,"
                " 'xa-tan-an')",
                row or None, f"-{minutes_ago} minutes", letters.hex().upper(), header,
                letters.decode("utf-16-be", "replace"),
            )  # fmt: skip

    def _parts(
        self, text: str, parts: Sequence[int], reference: int | None, bits: int
    ) -> Iterator[tuple[bytes, str]]:
        """Yield the letters of each part and its header in hex."""
        pieces = cut(text)
        total = len(pieces)
        reference = next(self._numbers) if reference is None else reference
        for number in parts or range(1, total + 1):
            header = ""
            if total > 1 and bits == 8:
                header = f"050003{reference:02X}{total:02X}{number:02X}"
            elif total > 1:
                header = f"060804{reference:04X}{total:02X}{number:02X}"
            yield pieces[number - 1], header

    def report(self, number: str, reference: int = 255) -> None:
        """Let the network report that an SMS was delivered."""
        self._put(
            "Delivered".encode("utf-16-be"), number, "", datetime.now(UTC), pdu="Status_Report",
            more=f"DeliveryStatus = 0\nMessageReference = {reference}\n",
        )  # fmt: skip

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run a statement on smsd's database."""
        with closing(pysqlite3.connect(str(self.database), timeout=60)) as conn, conn:
            return conn.execute(sql, params).fetchall()

    def until(self, sql: str, wanted: Any) -> None:
        """Wait until the one value of a query is `wanted`."""
        self.wait(lambda: self.rows(sql) == [(wanted,)], sql)

    def rest(self) -> None:
        """Wait until smsd has nothing more to do: all that its telephone received is in its inbox,
        and all that was to go went. It notes what it sent before it drops it from its outbox."""
        received = self.folder / "phone" / "sms" / "1"
        self.wait(lambda: not list(received.iterdir()), "the telephone is empty")
        self.until("SELECT count(*) FROM outbox", 0)

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; fail with smsd's log when it does not become so."""
        for _ in range(600):
            if is_so():
                return
            time.sleep(0.1)
        raise AssertionError(f"never came true: {what}\n{self._log()}")

    def start(self) -> None:
        """Start the daemon."""
        self.daemon = subprocess.Popen(
            ["gammu-smsd", "-c", str(self.config)],
            env={**os.environ, "TZ": "Asia/Ho_Chi_Minh"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        """End the daemon; one that is told so while it still starts forgets it."""
        if self.daemon:
            self.daemon.terminate()
            try:
                self.daemon.wait(5)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()

    def _put(
        self, letters: bytes, sender: str, header: str, at: datetime, pdu: str = "Deliver",
        more: str = "MessageReference = 0\n",
    ) -> None:  # fmt: skip
        name = sender.encode("utf-16-be").hex().upper()
        hexed = letters.hex().upper()
        lines = "".join(
            f"Text{index:02} = {hexed[start : start + 200]}\n"
            for index, start in enumerate(range(0, len(hexed), 200))
        )
        content = (
            "[SMSBackup000]\n"
            f'SMSC = "{SMSC}"\nPDU = {pdu}\nDateTime = {at:%Y%m%dT%H%M%SZ}\nState = UnRead\n'
            f'Number = "{sender}"\nNumberUnicode = {name}\n'
            + (f"UDH = {header}\n" if header else "")
            + f"{lines}Coding = Unicode_No_Compression\nFolder = 2\nLength = {len(letters) // 2}\n"
            f"Class = -1\nReplySMSC = False\nRejectDuplicates = False\nReplaceMessage = 0\n{more}"
        )
        draft = self.folder / "draft"
        draft.write_text(content, "ascii")
        draft.rename(self.folder / "phone" / "sms" / "1" / str(next(self._numbers)))

    def _log(self) -> str:
        log = self.folder / "smsd.log"
        return log.read_text("utf-8", "replace")[-3000:] if log.exists() else "no log"


def cut(text: str) -> list[bytes]:
    """Return the letters of each part as a telephone cuts them: by bytes, even within an
    emoji."""
    letters = text.encode("utf-16-be")
    if len(letters) <= 140:
        return [letters]
    return [letters[start : start + UCS2_PART] for start in range(0, len(letters), UCS2_PART)]


def shipped_config(folder: Path) -> str:
    """Return deploy/gammu's configuration, changed only in where things lie and what the
    telephone is."""
    shipped = (DEPLOY / "gammu-smsdrc").read_text("utf-8")
    for there, here in (
        ("device = /dev/gsm-stick", f"device = {folder}/phone"),
        ("connection = at115200", "connection = none\nmodel = dummy"),
        ("/srv/hienke/sms/", f"{folder}/"),
    ):
        assert there in shipped
        shipped = shipped.replace(there, here)
    return shipped


def laid_out(folder: Path) -> Stick:
    """Return a stick in an empty folder; its daemon is not started."""
    stick = Stick(folder)
    (folder / "phone" / "sms" / "1").mkdir(parents=True)
    stick.config.write_text(_CONFIG.format(folder=folder), "utf-8")
    with closing(pysqlite3.connect(str(stick.database))) as conn:
        conn.executescript(SCHEMA.read_text("utf-8"))
    return stick


@contextmanager
def a_stick(folder: Path) -> Iterator[Stick]:
    """Serve a stick from an empty folder."""
    stick = laid_out(folder)
    stick.start()
    try:
        yield stick
    finally:
        stick.stop()
