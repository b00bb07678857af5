"""What is left of somebody in the bytes of an instance: every file, as it lies on the disk."""

from pathlib import Path

from shared.db.connection import Store


def where(folder: Path, *needles: str) -> list[str]:
    """Return "<file>: <needle>" for each of these texts that stands in a file of the folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        found += [
            f"{path.relative_to(folder)}: {needle}"
            for needle in needles
            if needle.encode() in content or needle.encode("utf-16-le") in content
        ]
    return found


def spellings(national: str) -> tuple[str, ...]:
    """Return a number of nine digits as people and gateways write it; +84…, 84… and 0… hold it."""
    grouped = (national[:2], national[2:5], national[5:])
    three = (national[:3], national[3:6], national[6:])
    return (national, *(sign.join(parts) for parts in (grouped, three) for sign in " .-"))


def at_rest(db: Store) -> None:
    """Let all that was written lie in the file itself."""
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
