"""Who can open a backup: an age key pair whose secret half is never on the office's PC.

The instance holds recipients, the public halves (age1…), in a file that `age -R` also reads. The
secret half, the identity (AGE-SECRET-KEY-1…), is printed once and kept on paper and on a stick.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared import texts
from shared.files.media import sync_folder
from shared.runtime.instance import Instance

# Also in every archive: a restored instance goes on making backups for the same key.
RECIPIENTS = "backup-recipients.txt"
_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+", re.IGNORECASE)


class NoBackupKey(Exception):
    """Nobody could open a backup: this instance has no recipient yet."""


class KeyWrong(Exception):
    """A key cannot be read; the message is one sentence."""


def has_key(instance: Instance) -> bool:
    """Say whether a backup key was made for this instance."""
    return (instance.folder / RECIPIENTS).exists()


@dataclass(frozen=True)
class KeyPair:
    """A new key: the secret half opens what is encrypted to the public one."""

    identity: str = field(repr=False)
    recipient: str


def new() -> KeyPair:
    """Return a new key pair."""
    from pyrage import x25519  # imported late: `serve` never needs it

    identity = x25519.Identity.generate()
    return KeyPair(str(identity), str(identity.to_public()))


def keep(pair: KeyPair, instance: Instance) -> None:
    """Keep the public half in the instance, replacing earlier ones. Raises OSError."""
    _write(
        instance.folder / RECIPIENTS,
        "# Who can open the backups of this office (age). Add a line for each further key.\n"
        f"{pair.recipient}\n",
    )


def write_identity(pair: KeyPair, path: Path) -> None:
    """Write the secret half to a file that `age -i` reads. Raises OSError."""
    _write(
        path,
        "".join(f"# {texts.load(one).say('staff.backup.key_file')}\n" for one in texts.LANGUAGES)
        + f"# public key: {pair.recipient}\n{pair.identity}\n",
    )


def recipients(instance: Instance) -> list[Any]:
    """Return the keys to which backups are encrypted. Raises NoBackupKey, KeyWrong."""
    from pyrage import RecipientError, x25519  # imported late, as above

    path = instance.folder / RECIPIENTS
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    except FileNotFoundError:
        lines = []
    except UnicodeDecodeError:
        raise KeyWrong(f"{path} is no text.") from None
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            try:
                found.append(x25519.Recipient.from_str(line))
            except RecipientError:
                raise KeyWrong(f"{path} holds a line that is no key: {line[:70]}.") from None
    if not found:
        raise NoBackupKey(
            "There is no backup key yet: run `hienke backup-key` once and keep what it prints away"
            " from this PC."
        )
    return found


def read_identities(text: str) -> list[Any]:
    """Return the secret keys in the text of an identity file, or as somebody typed them from paper.
    Raises KeyWrong."""
    from pyrage import IdentityError, x25519  # imported late, as above

    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found = []
    for written in _IDENTITY.findall("\n".join(lines)):
        try:
            found.append(x25519.Identity.from_str(written.upper()))
        except IdentityError:
            raise KeyWrong(
                "The key is not whole: a letter is wrong or missing; compare it with the paper."
            ) from None
    if not found:
        raise KeyWrong("There is no key in it: it begins with AGE-SECRET-KEY-1.")
    return found


def for_one_moment() -> tuple[Any, Any]:
    """Return a recipient and its identity, to be used once and forgotten."""
    from pyrage import x25519  # imported late, as above

    identity = x25519.Identity.generate()
    return identity.to_public(), identity


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".part")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
