"""The instance folder: it holds an office's settings, secrets, store and media.

It is `./instance` or `$HIENKE_INSTANCE`. `hienke init` makes it once; only the account that runs
the programs may read it.
"""

import contextlib
import fcntl
import os
import secrets
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from shared.db.connection import Store, open_store
from shared.db.encryption import Cipher
from shared.db.engines import Engine
from shared.db.engines.choosing import engine_at
from shared.domain import unit_number
from shared.domain.record import Record, names_of
from shared.files import buckets
from shared.runtime import whole_file
from shared.settings import files_of, store_of

# It is in the repository, so it does not make a folder "in use".
EXAMPLE = "settings.example.toml"
_LOCK = "serve.lock"
GOING_BACK = "going-back"
# Only the owner may enter the folder: names, times and sizes of files also tell something.
PRIVATE = 0o700


class InstanceInUse(Exception):
    """The folder is not empty; nothing was changed."""


class InstanceMissing(Exception):
    """There is no instance in that folder."""


class AlreadyServed(Exception):
    """Another `hienke serve` runs on this instance."""


class Secrets(Record):
    """The keys of an instance. `receipt_key` makes every QR; `number_key` encrypts the telephone
    numbers in the store. `cookie_key_before` is the `cookie_key` before the last renewal, b"" for
    none."""

    receipt_key: bytes
    cookie_key: bytes
    staff_key: bytes
    number_key: bytes
    cookie_key_before: bytes = b""

    @property
    def cookie_keys(self) -> list[bytes]:
        """The keys of signed cookies as their library wants them: the key that signs comes last."""
        return [key for key in (self.cookie_key_before, self.cookie_key) if key]


_BEFORE = "cookie_key_before"
_KEYS = tuple(name for name in names_of(Secrets) if name != _BEFORE)
# The keys that can be renewed: nothing that is kept depends on them.
RENEWED = ("cookie_key", "staff_key")
# Keys that instances before 0.2 did not have; they are added at the first opening.
_LATER_KEYS = frozenset({"number_key"})


class Instance(Record):
    """One office's folder. `unit` is the office's number. None says that the store holds only one
    unit, whose number is read from it."""

    folder: Path
    unit: int | None = None

    @property
    def database(self) -> Path:
        """The SQLite file. Never open, copy or hash it while the programs run."""
        return self.folder / "hienke.db"

    def engine(self) -> Engine:
        """Return the engine that the store runs on, as `store.url` says. Raises SettingWrong,
        StoreUnfit."""
        url, _ = store_of(self.folder)
        return engine_at(url or self.database)

    @property
    def is_founded(self) -> bool:
        """True if there is an office here: its store was made, or brought back, to the end. One on
        a server is told by its settings. Raises SettingWrong."""
        url, _ = store_of(self.folder)
        return self.database.exists() if not url else (self.folder / "secrets").exists()

    @property
    def media(self) -> Path:
        """The folder of attached files; once the store was opened, those of `files.url` too."""
        return self.folder / "media"

    @property
    def voice(self) -> Path:
        """The folder of a person's recordings of what is read aloud (`hienke voice import`)."""
        return self.folder / "voice"

    @property
    def copies(self) -> Path:
        """The folder of copies that wait to be downloaded, at most a day. Never in a backup."""
        return self.folder / "copies"

    @property
    def backups(self) -> Path:
        """The folder of backups on this PC."""
        return self.folder / "backups"

    def made_backups(self) -> Path:
        """Return the folder of backups; it is made if it does not exist. Raises OSError."""
        self.backups.mkdir(mode=0o700, exist_ok=True)
        return self.backups

    @property
    def restoring(self) -> Path:
        """The folder where a restore unpacks a backup; it exists only during a restore."""
        return self.folder / ".restoring"

    @property
    def upgrading(self) -> Path:
        """The folder where an upgrade keeps what it needs; it exists only during an upgrade."""
        return self.folder / ".upgrade"

    @property
    def is_going_back(self) -> bool:
        """True while an upgrade is taken back and the program in place does not fit the data."""
        return (self.upgrading / GOING_BACK).exists()

    @property
    def was_served(self) -> bool:
        """True once `hienke serve` ran here."""
        return self.lock_file.exists()

    def open(self) -> Store:
        """Return a connection to the store, with the key to the numbers in it. Raises
        InstanceMissing, StoreUnavailable, StoreUnfit, BucketUnfit, SettingWrong, UnitUnknown."""
        self.must_be_founded()
        files = files_of(self.folder)
        buckets.bind(self.media, files.url, files.endpoint, files.region)
        return open_store(self.engine(), self._unit(), self.cipher())

    def must_be_founded(self) -> None:
        """Raise InstanceMissing if there is no office in the folder yet."""
        if not self.is_founded:
            if self.restoring.exists():
                raise InstanceMissing(
                    f"A restore into {self.folder} was broken off: run `hienke restore` again."
                )
            raise InstanceMissing(
                f"There is no instance in {self.folder}: run `hienke init` (or `make run`) first."
            )

    def _unit(self) -> int | None:
        """Return which unit of its store is meant: a server's holds several."""
        url, number = store_of(self.folder)
        return self.unit or (unit_number.read(number) if url else None)

    def cipher(self) -> Cipher:
        """Return what hides the numbers in this instance's store. Raises InstanceMissing."""
        return Cipher(self.secrets().number_key)

    def secrets(self) -> Secrets:
        """Return the instance's keys; a key that an earlier version did not have is made now.
        Raises InstanceMissing if the file is missing or broken."""
        path = self.folder / "secrets"
        try:
            found = tomllib.loads(path.read_text("ascii"))
            if _LATER_KEYS - found.keys():
                found = _add_keys(path)
            keys = {name: bytes.fromhex(found[name]) for name in _KEYS}
            return Secrets(**keys | {_BEFORE: bytes.fromhex(found.get(_BEFORE, ""))})
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
            raise InstanceMissing(
                f"The file secrets in {self.folder} is missing or broken: bring it back from the"
                " backup, as no receipt and no telephone number can be read without it."
            ) from fault

    def write_settings(self, text: str) -> None:
        """Replace settings.toml, complete or not at all. Raises OSError."""
        whole_file.replace(self.folder / "settings.toml", text)

    def renew_keys(self) -> None:
        """Renew the keys of RENEWED; the programs use them from their next start. Kiosks are still
        recognised by the previous cookie key. Raises InstanceMissing."""
        self.secrets()  # a broken file stays as it is
        _rewrite(self.folder / "secrets", _renewed)

    def close_to_others(self) -> bool:
        """Let only the folder's owner look into it; return whether somebody else could. If this
        account may not change that, it stays as it is."""
        open_to_others = stat.S_IMODE(self.folder.stat().st_mode) & ~PRIVATE
        if not open_to_others:
            return False
        with contextlib.suppress(PermissionError):
            self.folder.chmod(PRIVATE)
            return True
        return False

    @property
    def lock_file(self) -> Path:
        """The file that `lock` locks; where many units are served it says by whom, or why by
        nobody (house/rights.py)."""
        return self.folder / _LOCK

    def lock(self) -> IO[str]:
        """Return the lock of the one `serve` on this instance; keep it open. Raises
        AlreadyServed."""
        held = self.lock_file.open("a", encoding="utf-8")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            held.close()
            raise AlreadyServed(f"Another `hienke serve` already runs on {self.folder}.") from fault
        return held


def here(environ: Mapping[str, str] = os.environ) -> Instance:
    """Return the instance of `$HIENKE_INSTANCE` or `./instance`; it may not exist yet."""
    return Instance(Path(environ.get("HIENKE_INSTANCE") or "instance").resolve())


def create(instance: Instance, settings_text: str) -> None:
    """Make the folder with settings, new secrets and an empty media folder. Raises InstanceInUse
    if it holds anything."""
    folder = instance.folder
    if folder.exists() and any(entry.name != EXAMPLE for entry in folder.iterdir()):
        raise InstanceInUse(f"{folder} is not empty; nothing was changed.")
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    folder.chmod(PRIVATE)  # `make run` finds a folder that came with the checkout
    instance.media.mkdir(mode=0o700)
    whole_file.write(folder / "settings.toml", settings_text)
    whole_file.write(folder / "secrets", _written(_fresh(_KEYS)))


def _add_keys(path: Path) -> dict[str, str]:
    """Add the keys that a file of secrets does not have and return them all."""
    return _rewrite(path, lambda found: {**_fresh(_LATER_KEYS - found.keys()), **found})


def _renewed(found: Mapping[str, str]) -> dict[str, str]:
    return {**found, **_fresh(RENEWED), _BEFORE: found["cookie_key"]}


def _fresh(names: Iterable[str]) -> dict[str, str]:
    return {name: secrets.token_hex(32) for name in sorted(names)}


def _rewrite(path: Path, change: Callable[[Mapping[str, str]], dict[str, str]]) -> dict[str, str]:
    """Change a file of secrets and return its content: one program at a time."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        found = tomllib.loads(path.read_text("ascii"))
        changed = change(found)
        if changed != found:
            whole_file.replace(path, _written(changed))
        return changed
    finally:
        os.close(folder)


def _written(keys: Mapping[str, str]) -> str:
    return "".join(f'{name} = "{key}"\n' for name, key in keys.items())
