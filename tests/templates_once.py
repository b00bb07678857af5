"""Templates compiled once a test run. Each test makes an app of its own, and an app compiles what
it shows: that was half of the time the tests took."""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class TemplatesOnce(BytecodeCache):
    """What was compiled, by the template's text, for as long as the run lasts."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what was compiled from this very text before."""
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled."""
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code
