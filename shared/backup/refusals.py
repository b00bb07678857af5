"""Why a file is refused as a backup: the exception and its sentences."""

from pathlib import Path


class ArchiveRefused(Exception):
    """The file is no backup that can be restored; the message is one sentence."""


def not_ours(path: Path) -> ArchiveRefused:
    """Return the refusal of a file that this program did not make."""
    return ArchiveRefused(f"{path} is no backup of Hiến Kế.")


def damaged(path: Path) -> ArchiveRefused:
    """Return the refusal of a damaged backup."""
    return ArchiveRefused(f"{path} is damaged or cut off: take another archive.")
