"""Files transcoded once a test run. What a case's page or an SMS does with a recording does not
depend on how it was transcoded, and the process that does it costs a second of the processor."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.files import media
from shared.files.media import MediaRefused

Work = Callable[..., dict[str, Any]]
# Said of a file that the process did not finish with: the next time it may.
_BY_CHANCE = "too_slow"


class TranscodedOnce:
    """What the process that transcodes said and wrote, by the very bytes of the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._work: Work = media._work

    def __call__(self, path: Path, out: Path, *more: str) -> dict[str, Any]:
        """Do as `media._work` does, which is asked about a file that is new."""
        name = hashlib.sha256(path.read_bytes()).hexdigest() + "".join(more)
        kept = self._folder / name
        if not kept.exists():
            found = self._found(path, out, *more)
            if found.get("refused") != _BY_CHANCE:
                self._keep(found, out, kept)
            return _told(found)
        found = json.loads((kept / "found.json").read_text("utf-8"))
        for copy in found.get("copies", ()):
            shutil.copyfile(kept / copy["copy"], out / copy["copy"])
        return _told(found)

    def _found(self, path: Path, out: Path, *more: str) -> dict[str, Any]:
        try:
            return self._work(path, out, *more)
        except MediaRefused as why:
            return {"refused": why.reason}

    def _keep(self, found: dict[str, Any], out: Path, kept: Path) -> None:
        """Keep it for all workers of the run; who comes second finds it kept."""
        fresh = Path(tempfile.mkdtemp(dir=self._folder))
        for copy in found.get("copies", ()):
            shutil.copyfile(out / copy["copy"], fresh / copy["copy"])
        (fresh / "found.json").write_text(json.dumps(found), "utf-8")
        try:
            fresh.rename(kept)
        except OSError:
            shutil.rmtree(fresh)


def _told(found: dict[str, Any]) -> dict[str, Any]:
    if "refused" in found:
        raise MediaRefused(str(found["refused"]))
    return found
