"""A PostgreSQL to be measured: a cluster of its own on the disk on which the files of SQLite lie,
which waits for that disk as an office's does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from tests.postgres import Cluster, cluster

# What the tests' clusters leave out, since nothing outlives a test, and Debian's server does.
_AS_INSTALLED = {
    "autovacuum": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "jit": "on",
    "max_connections": "100",
    "max_wal_senders": "10",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "wal_level": "replica",
}


@contextmanager
def a_server() -> Iterator[Cluster]:
    """Let a server run for the block, set as Debian's is, and leave nothing."""
    with cluster(Path(gettempdir()), port=0, **_AS_INSTALLED) as running:
        yield running
