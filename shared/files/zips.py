"""ZIP files that others made (workbooks, documents, wheels, archives): one fault for all the ways
in which they are broken."""

import errno
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

# What `zipfile` lets through of a file whose bytes were changed: a checksum that is wrong, a kind
# of packing or a version it does not know, a password (RuntimeError), a name or a date that is
# none, a place before the file's beginning (OSError).
_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError,
    struct.error, lzma.LZMAError, IndexError,  # the last: a part without a name
)  # fmt: skip


class ZipBroken(Exception):
    """The file is no whole ZIP, or one that cannot be opened here."""


@contextmanager
def reading() -> Iterator[None]:
    """Open and read a ZIP within. Raises ZipBroken for whatever is wrong with the file, OSError
    when the disk refuses."""
    try:
        yield
    except _FAULTS as fault:
        raise ZipBroken(str(fault)) from fault
    except OSError as fault:
        # Without a number it is the word of an unpacker, not of the disk.
        if fault.errno not in (None, errno.EINVAL):
            raise
        raise ZipBroken(str(fault)) from fault
