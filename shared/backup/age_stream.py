"""A stream through age, which encrypts and decrypts from file to file: a thread beside pumps it.

Nothing here knows what is in the stream.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from shared.backup.refusals import ArchiveRefused, damaged


@contextmanager
def encrypted_into(target: IO[bytes], recipients: Sequence[Any]) -> Iterator[IO[bytes]]:
    """Yield a stream; what is written to it goes to `target`, encrypted by a thread beside."""
    import pyrage  # late: `serve` never needs it

    reading, writing_end = os.pipe()
    guarded = _Guarded(target)

    def encrypt() -> None:
        with os.fdopen(reading, "rb") as plain:
            pyrage.encrypt_io(plain, guarded, list(recipients))

    with _beside(encrypt) as fault_of:
        try:
            with os.fdopen(writing_end, "wb") as stream:
                yield stream
        except BrokenPipeError as end:  # the thread ended first: it knows why
            raise (guarded.fault or fault_of() or end) from None
    fault = guarded.fault or fault_of()
    if fault is not None:
        raise fault


@contextmanager
def decrypted_from(source: IO[bytes], identities: Sequence[Any], path: Path) -> Iterator[IO[bytes]]:
    """Yield what `source` holds in the clear; when the block ends, age has vouched for all of it.
    Raises ArchiveRefused."""
    import pyrage  # late, as above

    reading, writing_end = os.pipe()
    guarded, plain = _Guarded(source), _Guarded(os.fdopen(writing_end, "wb"))

    def decrypt() -> None:
        with plain.file:
            pyrage.decrypt_io(guarded, plain, list(identities))

    with _beside(decrypt) as fault_of, os.fdopen(reading, "rb") as stream:
        try:
            yield stream
        except (ArchiveRefused, OSError) as refusal:
            stream.close()  # a thread that goes on meets a closed pipe and ends
            fault = fault_of()
            if fault is None or plain.fault is not None or isinstance(fault, BrokenPipeError):
                raise
            raise (guarded.fault or _meaning(fault, path)) from refusal
    fault = fault_of()
    if fault is not None:
        raise guarded.fault or _meaning(fault, path)


def _meaning(fault: BaseException, path: Path) -> ArchiveRefused:
    """Return what a fault of the decrypting thread says of the archive."""
    from pyrage import DecryptError  # late, as above

    if not isinstance(fault, DecryptError):  # age's words for a header that it cannot use
        return damaged(path)
    if "No matching keys" in str(fault):
        return ArchiveRefused(f"This key does not open {path}: it was made for another one.")
    return ArchiveRefused(f"{path} is no backup of Hiến Kế, or damaged at its beginning.")


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[Callable[[], BaseException | None]]:
    """Run `work` in a thread beside the block; yield what waits for its end and returns what
    befell it."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as fault:  # told to the one who asks, in the other thread
            faults.append(fault)

    thread = threading.Thread(target=run, name="age")
    thread.start()

    def fault_of() -> BaseException | None:
        thread.join()
        return faults[0] if faults else None

    try:
        yield fault_of
    finally:
        thread.join()


class _Guarded:
    """A file as age sees it, which remembers what the disk said: age itself forgets it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.fault: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        with self._watched():
            return self.file.read(size)

    def write(self, piece: bytes) -> int:
        with self._watched():
            return self.file.write(piece)

    def flush(self) -> None:
        with self._watched():
            self.file.flush()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            self.fault = fault
            raise
