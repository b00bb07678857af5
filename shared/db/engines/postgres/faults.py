"""What a fault of PostgreSQL means for the program."""

from contextlib import suppress

import psycopg

from shared.db.engines import StoreDamaged, StoreUnavailable
from shared.db.engines.sqlite import DatabaseError, IntegrityError

# Trying again may help: the line, the server's room and its coming and going, a deadlock or a
# conflict with another write, a wait that was too long, a standby that only reads, its disk.
_PASSING = ("08", "53", "57P", "58")
_PASSING_EXACTLY = frozenset({"40001", "40P01", "55P03", "25006", "57014", "25P03", "25P04"})
_DAMAGED = frozenset({"XX001", "XX002"})
# These tell the value that was wrong, which may be a person's.
_TELLING = ("22", "23")


def meaning(fault: psycopg.Error) -> Exception:
    """Return the fault as the program knows it. It never repeats a value that was given."""
    code = fault.sqlstate or ""
    said = _said(fault)
    if not code and isinstance(fault, (psycopg.OperationalError, psycopg.InterfaceError)):
        return StoreUnavailable(said)
    if code in _DAMAGED:
        return StoreDamaged(said)
    if code.startswith(_PASSING) or code in _PASSING_EXACTLY:
        return StoreUnavailable(said)
    if code.startswith("23"):
        where = fault.diag.constraint_name or fault.diag.column_name
        refused: Exception = IntegrityError(f"{said} ({where})")
        return refused
    wrong: Exception = DatabaseError(said)
    return wrong


def at_commit(fault: psycopg.Error) -> Exception:
    """Return what a fault of COMMIT means. A refused one kept nothing; after every other nobody can
    say."""
    meant = meaning(fault)
    if isinstance(meant, (IntegrityError, StoreUnavailable)):
        return meant
    return StoreUnavailable(f"nobody can say whether it was kept: {meant}")


def in_one_line(fault: Exception) -> str:
    """Return what the server or the line said, as one line; of several servers the last."""
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    tried = [line for line in lines if "failed: " in line] or lines or [type(fault).__name__]
    said = tried[-1].rpartition("failed: ")[2]
    return said.removeprefix("FATAL:").removeprefix("ERROR:").strip().rstrip(".")


def _said(fault: psycopg.Error) -> str:
    code = fault.sqlstate or ""
    with suppress(AttributeError):
        if code.startswith(_TELLING):
            return f"{code} {type(fault).__name__}"
        if fault.diag.message_primary:
            return f"{code} {fault.diag.message_primary}"
    return in_one_line(fault)
