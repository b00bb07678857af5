"""Templates compiled once. Each test makes an app of its own, and an app compiles what it shows:
that was half of the time the tests took. What is compiled is kept, for other workers and the next
run."""

import hashlib
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from shared.runtime import template_lines

# What is compiled follows from a template's text, from Jinja and from how lines are joined.
_JOINING = hashlib.sha256(Path(template_lines.__file__).read_bytes()).hexdigest()[:12]


class TemplatesOnce(FileSystemBytecodeCache):
    """What was compiled, by the template's text: in memory, and in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), f"%s-{jinja2.__version__}-{_JOINING}")
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what was compiled from this very text before."""
        known = (bucket.key, bucket.checksum)
        if known in self._compiled:
            bucket.code = self._compiled[known]
            return
        super().load_bytecode(bucket)
        if bucket.code is not None:
            self._compiled[known] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled."""
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code
            super().dump_bytecode(bucket)
