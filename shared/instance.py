"""The instance folder: where an office's settings, secrets, store and media lie.

`./instance` or `$HIENKE_INSTANCE`. Made once by `hienke init`; everything in it is private to
the account that runs the programs.
"""

import fcntl
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from shared.store.connection import Store, open_store

# Stands in the repository, so it does not make a folder "in use".
EXAMPLE = "settings.example.toml"
_LOCK = "serve.lock"


class InstanceInUse(Exception):
    """The folder holds something already; nothing was changed."""


class InstanceMissing(Exception):
    """There is no instance in that folder."""


class AlreadyServed(Exception):
    """Another `hienke serve` runs on this instance."""


@dataclass(frozen=True)
class Secrets:
    """The keys of an instance. Whoever has `receipt_key` can make every QR again."""

    receipt_key: bytes
    cookie_key: bytes
    staff_key: bytes


@dataclass(frozen=True)
class Instance:
    """One office's folder."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file. Never open, copy or hash it while the programs run."""
        return self.folder / "hienke.db"

    @property
    def media(self) -> Path:
        """The folder of attached files."""
        return self.folder / "media"

    @property
    def backups(self) -> Path:
        """The folder of backups on this PC."""
        return self.folder / "backups"

    @property
    def restoring(self) -> Path:
        """Where a backup is unpacked on its way back; nowhere else but during that."""
        return self.folder / ".restoring"

    @property
    def was_served(self) -> bool:
        """True once `hienke serve` ran here."""
        return (self.folder / _LOCK).exists()

    def open(self) -> Store:
        """Return a connection to the store. Raises InstanceMissing, StoreUnavailable."""
        if not self.database.exists():
            if self.restoring.exists():
                raise InstanceMissing(
                    f"A restore into {self.folder} was broken off: run `hienke restore` again."
                )
            raise InstanceMissing(
                f"There is no instance in {self.folder}: run `hienke init` (or `make run`) first."
            )
        return open_store(self.database)

    def secrets(self) -> Secrets:
        """Return the instance's keys. Raises InstanceMissing when the file is gone or broken."""
        try:
            found = tomllib.loads((self.folder / "secrets").read_text("ascii"))
            return Secrets(
                *(bytes.fromhex(found[name]) for name in ("receipt_key", "cookie_key", "staff_key"))
            )
        except (OSError, ValueError, KeyError) as fault:
            raise InstanceMissing(
                f"The file secrets in {self.folder} is missing or broken: bring it back from the"
                " backup, as no receipt can be read without it."
            ) from fault

    def lock(self) -> IO[str]:
        """Return the lock of the one `serve` on this instance; keep it open. Raises
        AlreadyServed."""
        held = (self.folder / _LOCK).open("w")
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
    """Make the folder with settings, fresh secrets and an empty media folder. Raises
    InstanceInUse when it holds anything."""
    folder = instance.folder
    if folder.exists() and any(entry.name != EXAMPLE for entry in folder.iterdir()):
        raise InstanceInUse(f"{folder} is not empty; nothing was changed.")
    folder.mkdir(parents=True, exist_ok=True)
    instance.media.mkdir(mode=0o700)
    _write_private(folder / "settings.toml", settings_text)
    keys = "".join(
        f'{name} = "{secrets.token_hex(32)}"\n'
        for name in ("receipt_key", "cookie_key", "staff_key")
    )
    _write_private(folder / "secrets", keys)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, and see it to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
