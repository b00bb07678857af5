"""What every program does before it serves, and how it says that it cannot.

The checks of a start that all programs share: settings are sound, the store is there, a demo
never has the keys of a real gateway. Nothing here listens on a port.
"""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from shared import settings
from shared.db.connection import DatabaseError, Store, StoreUnavailable, StoreUnfit, UnitUnknown
from shared.db.encryption import KeyIsAnother
from shared.domain.record import Record
from shared.files import buckets, media
from shared.files.buckets import BucketDown, BucketUnfit
from shared.runtime import logs
from shared.runtime.house import HouseWrong
from shared.runtime.instance import AlreadyServed, Instance, InstanceInUse, InstanceMissing, Secrets
from shared.runtime.listening import Address, AddressWrong, read_address
from shared.runtime.unguarded import Unguarded
from shared.settings import Settings, SettingWrong
from shared.store import schema
from shared.store.files import references
from shared.store.office import campaigns
from shared.store.office.campaigns import Commune
from shared.store.schema import StoreRefused

PUBLIC = Address("127.0.0.1", 8080)
STAFF = Address("127.0.0.1", 8081)
SMS = Address("127.0.0.1", 8082)

# Exit codes: `hienke serve` restarts a program after one of them, and not after the other.
REFUSED, WRONG = 1, 2

log = logging.getLogger("hienke")


class DemoWithKeys(Exception):
    """A demo instance was given the keys of a real gateway; its phone numbers are dialable."""


# What `start` may say instead: a person must correct something, or trying again may help.
TO_CORRECT = (
    DemoWithKeys, InstanceMissing, KeyIsAnother, SettingWrong, StoreRefused, StoreUnfit,
    UnitUnknown, BucketUnfit,
)  # fmt: skip
TO_TRY_AGAIN = (StoreUnavailable, DatabaseError, BucketDown)
REASONS = (*TO_CORRECT, *TO_TRY_AGAIN)


class Started(Record):
    """An instance that may be served."""

    instance: Instance
    settings: Settings
    secrets: Secrets
    commune: Commune


class AddressOption(click.ParamType[Address]):
    """`HOST:PORT` on the command line."""

    name = "HOST:PORT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Address:
        """Return the address; wrong ones end the command with exit code 2."""
        if isinstance(value, Address):
            return value
        try:
            return read_address(value)
        except AddressWrong as fault:
            self.fail(str(fault), param, ctx)


def start(
    instance: Instance, db: Store | None = None, environ: Mapping[str, str] = os.environ
) -> Started:
    """Read the instance, bring its store to this version, check that it may be served, return it.
    `environ` may say settings, too.

    Raises InstanceMissing, KeyIsAnother, SettingWrong, StoreUnavailable, StoreUnfit, StoreRefused,
    UnitUnknown, DemoWithKeys, BucketUnfit, BucketDown.
    """
    if instance.is_going_back:
        raise InstanceMissing(
            f"An upgrade of {instance.folder} is being taken back: run `hienke upgrade` once more."
        )
    if instance.folder.is_dir() and instance.close_to_others():
        log.warning("instance_was_open_to_others")
    read = settings.load(instance.folder, environ)
    secrets = instance.secrets()
    opened = db or instance.open()
    try:
        schema.migrate(opened)
        commune = campaigns.this(opened)
        settings.check_unit(read, opened.commune_id)
        _open_bucket(opened, instance)
    except LookupError as fault:
        raise InstanceMissing(f"{instance.folder} is not whole: {fault}.") from fault
    finally:
        if db is None:
            opened.close()
    if commune.is_demo and read.real_gateways:
        sections = ", ".join(f"[{section}]" for section in read.real_gateways)
        raise DemoWithKeys(
            f"{instance.folder} is a demo and must not send: remove the keys of {sections}, or make"
            " the office's own instance with `HIENKE_INSTANCE=<folder> hienke init --unit NUMBER`."
        )
    return Started(instance, read, secrets, commune)


def _open_bucket(db: Store, instance: Instance) -> None:
    """See that the bucket of the files forgets what is deleted, and put into it what lies in the
    folder alone: the files of an office that had none before, or of a restore."""
    bucket = buckets.of(instance.media)
    if bucket:
        bucket.assert_forgets()
        for _, sha256 in references.files(db):
            media.share(instance.media, sha256)


def public_url(read: Settings, public: Address) -> str:
    """Return the beginning of every QR's text: the setting, or the public address."""
    return read.office.public_url.rstrip("/") or f"http://{public}"


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Print what stops a program as one sentence on stderr and end with its exit code: 2 if a
    person must correct something, 1 if trying again may help."""
    try:
        yield
    except (
        *TO_CORRECT, AddressWrong, AlreadyServed, HouseWrong, InstanceInUse, Unguarded,
    ) as fault:  # fmt: skip
        click.echo(str(fault), err=True)
        sys.exit(WRONG)
    except TO_TRY_AGAIN as fault:
        click.echo(f"The store cannot be used now ({fault}); nothing was changed.", err=True)
        sys.exit(REFUSED)
    except OSError as fault:
        where = f" {fault.filename}" if fault.filename else ""
        click.echo(f"The disk refused{where}: {fault.strerror or fault}.", err=True)
        sys.exit(REFUSED)


def log_to_stderr() -> None:
    """Write the program's log to stderr, one line an event."""
    logs.write_to(sys.stderr)
