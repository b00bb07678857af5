"""`hienke …` of an installed version, but for pip: the new wheel is unpacked over links to the
packages that run. What is the same stays compiled, so putting it together costs a tenth.

It is run as a program, by the venv's own Python; one test lets pip itself do it.
"""

import os
import shutil
import venv
import zipfile
from importlib.util import cache_from_source
from pathlib import Path

from shared import cli
from shared.upgrade import place as places


def put_together(place: places.Place, wheel: Path, wheels: Path | None) -> None:
    """Do what pip does with a wheel that brings no command of its own."""
    places.clear(place)
    place.work.mkdir()
    venv.create(place.work / "venv", symlinks=True)
    shutil.rmtree(place.other_packages)
    shutil.copytree(place.packages, place.other_packages, symlinks=True, copy_function=os.link)
    for info in place.other_packages.glob("hienke-*.dist-info"):
        shutil.rmtree(info)
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            target, content = place.other_packages / name, packed.read(name)
            if target.exists() and target.read_bytes() == content:
                continue
            target.unlink(missing_ok=True)
            if target.suffix == ".py":
                Path(cache_from_source(str(target))).unlink(missing_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


if __name__ == "__main__":
    places.put_together = put_together
    cli.main(prog_name="hienke")
