"""ZIP files that others made (workbooks, documents, wheels, archives): one exception for all the
ways in which they can be broken."""

import errno
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

# What `zipfile` raises for a file with changed bytes: a wrong checksum, an unknown compression or
# version, a password (RuntimeError), an invalid name or date, a place before the beginning
# (OSError).
_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError,
    struct.error, lzma.LZMAError, IndexError,  # the last: a part without a name
)  # fmt: skip


class ZipBroken(Exception):
    """The file is no complete ZIP, or one that cannot be opened here."""


@contextmanager
def reading() -> Iterator[None]:
    """Open and read a ZIP within. Raises ZipBroken for whatever is wrong with the file, OSError
    when the disk refuses."""
    try:
        yield
    except _FAULTS as fault:
        raise ZipBroken(str(fault)) from fault
    except OSError as fault:
        # Without an errno it comes from a decompressor, not from the disk.
        if fault.errno not in (None, errno.EINVAL):
            raise
        raise ZipBroken(str(fault)) from fault
