"""A stream through age, which only encrypts and decrypts from file to file: a second thread runs
it.

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
    """Yield a stream; a second thread encrypts what is written to it into `target`."""
    import pyrage  # imported late: `serve` never needs it

    reading, writing_end = os.pipe()
    guarded = _Guarded(target)

    def encrypt() -> None:
        with os.fdopen(reading, "rb") as plain:
            pyrage.encrypt_io(plain, guarded, list(recipients))

    with _beside(encrypt) as fault_of:
        try:
            with os.fdopen(writing_end, "wb") as stream:
                yield stream
        except BrokenPipeError as end:  # the thread ended first and knows why
            raise (guarded.fault or fault_of() or end) from None
    fault = guarded.fault or fault_of()
    if fault is not None:
        raise fault


@contextmanager
def decrypted_from(source: IO[bytes], identities: Sequence[Any], path: Path) -> Iterator[IO[bytes]]:
    """Yield the decrypted content of `source`; when the block ends, age has verified all of it.
    Raises ArchiveRefused."""
    import pyrage  # imported late, as above

    reading, writing_end = os.pipe()
    guarded, plain = _Guarded(source), _Guarded(os.fdopen(writing_end, "wb"))

    def decrypt() -> None:
        with plain.file:
            pyrage.decrypt_io(guarded, plain, list(identities))

    with _beside(decrypt) as fault_of, os.fdopen(reading, "rb") as stream:
        try:
            yield stream
        except (ArchiveRefused, OSError) as refusal:
            stream.close()  # a thread that still runs meets a closed pipe and ends
            fault = fault_of()
            if fault is None or plain.fault is not None or isinstance(fault, BrokenPipeError):
                raise
            raise (guarded.fault or _meaning(fault, path)) from refusal
    fault = fault_of()
    if fault is not None:
        raise guarded.fault or _meaning(fault, path)


def _meaning(fault: BaseException, path: Path) -> ArchiveRefused:
    """Return the refusal that an exception of the decrypting thread means."""
    from pyrage import DecryptError  # imported late, as above

    if not isinstance(fault, DecryptError):  # age raises this for a header it cannot use
        return damaged(path)
    if "No matching keys" in str(fault):
        return ArchiveRefused(f"This key does not open {path}: it was made for another one.")
    return ArchiveRefused(f"{path} is no backup of Hiến Kế, or damaged at its beginning.")


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[Callable[[], BaseException | None]]:
    """Run `work` in a second thread during the block; yield a function that waits for its end and
    returns its exception, if any."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as fault:  # passed on to the thread that asks
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
    """A file for age that remembers errors of the disk; age itself forgets them."""

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
