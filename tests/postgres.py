"""Debian's own PostgreSQL for the tests: a cluster of their own in a folder in memory, which no one
else's cluster, port or account is touched for. It goes with the process that started it.
"""

import os
import pwd
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.serving import child_ids

OLDEST = 15
# The program's account in the cluster: it owns its databases and is no superuser, as at an office.
ACCOUNT = "hienke"
SUPERUSER = "postgres"
_SERVERS = "/usr/lib/postgresql/*/bin/postgres"
# Nothing here outlives the run, so nothing waits for a disk.
_SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "60",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
    "wal_level": "minimal",
}
_SECONDS_TO_START = 60


class Cluster:
    """A cluster in a folder; `settings` are those of postgresql.conf. `port` is 0 where it is
    reached by its socket alone."""

    def __init__(self, folder: Path, settings: Mapping[str, str], port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self.settings = {**_SETTINGS, **settings}
        self.log = folder / "log"
        self._bin = _programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count(1)

    @property
    def data(self) -> Path:
        """The folder of the data."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The first process of the running server; all its others are that one's children."""
        assert self._process is not None
        return self._process.pid

    def make(self) -> None:
        """Make it, empty, with the program's account: as any other account than root's."""
        self.give_away()
        command = [
            *as_owner(), str(self._bin / "initdb"), "--pgdata", str(self.data), "--auth", "trust",
            "--username", SUPERUSER, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
            "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def give_away(self) -> None:
        """Let the folder belong to the server's account."""
        os.chown(self.folder, *_owner())

    def start(self) -> None:
        """Start the server and wait until it answers."""
        given = self.settings | {
            "port": str(self.port or 5432),
            "listen_addresses": "127.0.0.1" if self.port else "",
            "unix_socket_directories": str(self.folder),
        }
        told = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*as_owner(), self._bin / "postgres", "-D", self.data, *told],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        ends = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < ends, self.log.read_text()
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends what is open and closes well, SIGKILL is a server that died."""
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait()
        self._process = None

    def die(self) -> None:
        """Kill the server and every process of it, as a power cut does."""
        assert self._process is not None
        pids = [self._process.pid, *child_ids(self._process.pid)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def run(self, statement: str | sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Run a statement as the superuser, outside a transaction."""
        with psycopg.connect(self.url(database, SUPERUSER), autocommit=True) as conn:
            conn.execute(statement)

    def asked(self, statement: str) -> list[tuple[object, ...]]:
        """Return what a query of the superuser finds."""
        with psycopg.connect(self.url("postgres", SUPERUSER)) as conn:
            return conn.execute(statement).fetchall()

    def url(self, database: str, account: str = ACCOUNT) -> str:
        """Return the address of a database, as `store.url` takes it."""
        return f"postgresql://{account}@/{database}?host={quote(str(self.folder), safe='')}" + (
            f"&port={self.port}" if self.port else ""
        )

    def fresh(self, template: str = "template0") -> str:
        """Make a database, a copy of `template`, and return its name. Nobody may have the template
        open."""
        name = f"fresh{next(self._names)}"
        made = "CREATE DATABASE {} OWNER {} TEMPLATE {}"
        words = map(sql.Identifier, (name, ACCOUNT, template))
        self.run(sql.SQL(made).format(*words))
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever has it open."""
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres", SUPERUSER), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def cluster(parent: Path, port: int = 0, **settings: str) -> Iterator[Cluster]:
    """Make a cluster in a folder within `parent`, let it run for the block, and leave nothing."""
    with tempfile.TemporaryDirectory(prefix="hienke-pg-", dir=parent) as folder:
        made = Cluster(Path(folder), settings, port)
        made.make()
        made.start()
        try:
            made.run(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ACCOUNT)))
            yield made
        finally:
            made.stop(signal.SIGQUIT)


def _programs() -> Path:
    """Return where the newest PostgreSQL of this machine lies."""
    found = {
        int(version[1]): path.parent
        for path in Path("/").glob(_SERVERS[1:])
        if (version := re.search(r"/(\d+)/bin/", str(path)))
    }
    newest = max(found, default=0)
    assert newest >= OLDEST, "PostgreSQL 15 or newer is needed: sudo apt-get install postgresql"
    return found[newest]


def _owner() -> tuple[int, int]:
    """Return the numbers of the account and group the server runs as: it refuses root's."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    names = {one.pw_name: one for one in pwd.getpwall()}
    account = names.get("postgres", names["nobody"])
    return account.pw_uid, account.pw_gid


def as_owner() -> list[str]:
    """Return the words before a command that let it run as the owner, and end with this thread."""
    account, group = map(str, _owner())
    drop = ["--reuid", account, "--regid", group, "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *drop, "--pdeathsig", "QUIT", "--"]
