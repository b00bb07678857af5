"""How one gets to the server and what it must be: the address, the password, the settings of a
session, and the checks of a start.

The password is never in the address, an argument or a log: it comes from the environment
(HIENKE_STORE_PASSWORD, or libpq's PGPASSWORD) or from a password file (PGPASSFILE, ~/.pgpass).
"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg.adapt import Dumper, Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from shared.db.engines import BUSY_SECONDS, StoreUnavailable, StoreUnfit
from shared.db.engines.postgres import faults

OLDEST = 150000
# Orders by which ids, days and codes stand as they do in SQLite: byte by byte.
_ORDERS = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})
# What libpq is told unless the address says otherwise: a line that is cut is noticed, and of
# several servers the one that takes writes is chosen.
_LINE = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "30",
    "target_session_attrs": "read-write",
    "application_name": "hienke",
    "client_encoding": "UTF8",
}
# Who writes and says nothing for so long is asleep or gone: the server undoes what was begun, and
# the unit is free for whoever takes over (a lease lasts as long).
WRITER_SILENT_SECONDS = 60.0
# What a session is set to. A COMMIT that returns is on the disk, whatever the server's default. A
# statement is planned once and for all values: by itself the server would plan the first five times
# anew, and some long ones for ever, which costs up to 20 ms where they run in 1. A page out of
# order costs nearly as much as one in order, in memory and on today's disks: then it looks rows up
# instead of reading all.
_SESSION = (
    f"SET lock_timeout = {int(BUSY_SECONDS * 1000)}",
    "SET jit = off",
    "SET plan_cache_mode = force_generic_plan",
    "SET random_page_cost = 1.1",
    "SET client_min_messages = warning",
    "SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit')"
    " IN ('off', 'local') THEN 'on' ELSE current_setting('synchronous_commit') END, false)",
)
_WHAT_IT_IS = """
SELECT current_setting('server_version_num')::int, current_setting('server_version'),
    pg_encoding_to_char(encoding), CASE WHEN datlocprovider = 'i' THEN 'ICU' ELSE datcollate END,
    pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',
    (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user), session_user
FROM pg_database WHERE datname = current_database()
"""
# Sentences of the server after which trying again does not help.
_ASKS_A_PERSON = (
    "password authentication failed", "no password supplied", "does not exist", "no pg_hba.conf",
    "certificate", "is not permitted to log in", "authentication failed",
)  # fmt: skip
# What libpq says of a line that is not safe, and what puts it right. Its own words are not
# repeated: they name files and accounts of the address.
_UNSAFE = {
    "root certificate file": "sslrootcert names no file with the certificate of an authority that"
    " this program may read; correct it in store.url",
    "certificate verify failed": "its certificate is over, or not signed by the authority in"
    " sslrootcert; put that authority's certificate there, or give the server a new one",
    "does not match host name": "its certificate is for another name; put the name that is in the"
    " certificate into store.url",
    "does not support SSL": "it has no TLS; set ssl = on in postgresql.conf, with a certificate",
    "no encryption": "it lets in nobody without TLS; put sslmode=verify-full and sslrootcert into"
    " store.url",
}


def shown(url: str) -> str:
    """Return an address as sentences name it: where, without who."""
    head, _, rest = url.partition("://")
    return unquote(f"{head}://{rest.rpartition('@')[2].partition('?')[0]}")


def line_of(url: str, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return what libpq is told. Raises StoreUnfit if it cannot read the address."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error as fault:
        raise StoreUnfit(f"store.url cannot be read: {faults.in_one_line(fault)}.") from None
    told = {**_LINE, **given, "autocommit": True}
    if password := environ.get("HIENKE_STORE_PASSWORD"):
        told["password"] = password
    return told


def set_up(session: "psycopg.Connection[Any]") -> None:
    """Make a new connection one of ours."""
    adapters = session.adapters
    adapters.register_dumper(str, StrDumper)
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, _TickDumper)
    adapters.register_loader("bool", _TickLoader)
    session.add_notice_handler(lambda told: _keep_warning(session, told))
    session.prepare_threshold = None  # asking.py prepares
    silent = f"SET idle_in_transaction_session_timeout = {int(WRITER_SILENT_SECONDS * 1000)}"
    session.execute("; ".join((silent, *_SESSION)), prepare=False)


def check(url: str, told: Mapping[str, Any]) -> None:
    """Look at the server once. Raises StoreUnfit with what a person must put right, or
    StoreUnavailable if trying again may help."""
    place = shown(url)
    try:
        # A standby is to be told as one, not as out of reach.
        with psycopg.connect(**{**told, "target_session_attrs": "any"}) as conn:
            found = conn.execute(_WHAT_IT_IS).fetchone()
    except psycopg.Error as fault:
        said = faults.in_one_line(fault)
        for words, remedy in _UNSAFE.items():
            if words in said:
                raise StoreUnfit(f"The line to {place} is not safe: {remedy}.") from None
        if any(words in said for words in _ASKS_A_PERSON):
            raise StoreUnfit(f"The store {place} does not let this program in: {said}.") from None
        raise StoreUnavailable(f"{place} cannot be reached: {said}") from None
    assert found is not None
    number, version, encoding, order, is_standby, is_above_the_lock, role = found
    if number < OLDEST:
        raise StoreUnfit(f"The store {place} is PostgreSQL {version}; 15 or newer is needed.")
    if encoding != "UTF8":
        raise StoreUnfit(
            f"The store {place} has the encoding {encoding}: make its database with ENCODING"
            " 'UTF8'."
        )
    if order not in _ORDERS:
        raise StoreUnfit(
            f"The store {place} sorts as {order}: make its database with LOCALE 'C.UTF-8' TEMPLATE"
            " template0, or ids would not be in their order."
        )
    if is_above_the_lock:
        raise StoreUnfit(
            f"The role {role} of the store {place} sees the rows of every unit (SUPERUSER or"
            " BYPASSRLS): name one in store.url that does not."
        )
    if is_standby and told.get("target_session_attrs") == _LINE["target_session_attrs"]:
        raise StoreUnavailable(f"{place} is a standby and only reads: name its primary")


class _TickDumper(Dumper):
    """Yes and no, as our columns hold them."""

    oid = Int8Dumper.oid

    def dump(self, obj: Any) -> bytes:
        return b"1" if obj else b"0"


class _TickLoader(Loader):
    """The outcome of a comparison, as SQLite gives it."""

    def load(self, data: Any) -> int:
        return int(bytes(data) == b"t")


def _keep_warning(session: Any, told: psycopg.errors.Diagnostic) -> None:
    if told.severity_nonlocalized == "WARNING":
        session.warnings.append(told.message_primary or "")
