"""Changes the file of houses: one house more, one closed, one less. What people wrote around them
stays. The new file is whole on the disk before it takes the old one's place."""

import json
from collections.abc import Sequence
from pathlib import Path

from shared.domain import unit_number
from shared.runtime import whole_file
from shared.runtime.house import CLOSED, House, Houses, HouseWrong, parse, parsed

_HEAD = "[[house]]"
_FIRST_WORDS = """\
# The units that `hienke serve --house` serves, each with its folder and the names it answers to.
# Change it with `hienke house add` and `hienke house remove`; the programs follow it.
"""


def with_one_more(path: Path, unit: int, folder: str, hosts: Sequence[str]) -> tuple[str, House]:
    """Return the file's text with a further house, and that house. Raises HouseWrong if the file,
    or the house in it, would be wrong."""
    before = _text(path)
    after = before.rstrip() + (
        f"\n\n{_HEAD}\n"
        f"unit = {json.dumps(unit_number.shown(unit))}\n"
        f"folder = {json.dumps(folder, ensure_ascii=False)}\n"
        f"hosts = [{', '.join(map(json.dumps, hosts))}]\n"
    )
    return after, _of(parsed(path, after), unit)


def closed(path: Path, unit: int) -> str:
    """Return the file's text in which that house is closed. Raises HouseWrong."""
    lines, (begin, _) = _block(path, unit)
    return "".join([*lines[: begin + 1], f"{CLOSED} = true\n", *lines[begin + 1 :]])


def without(path: Path, unit: int) -> str:
    """Return the file's text without that house. Raises HouseWrong."""
    lines, (begin, end) = _block(path, unit)
    return "".join([*lines[:begin], *lines[end:]])


def write(path: Path, text: str) -> None:
    """Let the file have a new text; it holds no secret. Raises OSError."""
    whole_file.replace(path, text, mode=0o644)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        return _FIRST_WORDS
    except (OSError, UnicodeDecodeError) as fault:
        raise HouseWrong(f"{path} cannot be read: {fault}.") from fault


def _of(houses: Houses, unit: int) -> House:
    found = [house for house in houses if house.unit == unit]
    if not found:
        raise HouseWrong(f"{houses.path} has no unit {unit_number.shown(unit)}.")
    return found[0]


def _block(path: Path, unit: int) -> tuple[list[str], tuple[int, int]]:
    """Return the lines of the file and where the house's own begin and end: blank lines and remarks
    before the next house belong to that one."""
    houses = parse(path)
    place = houses.houses.index(_of(houses, unit))
    lines = _text(path).splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if line.strip().startswith(_HEAD)]
    if len(heads) != len(houses):
        raise HouseWrong(f"{path}: write each unit under a line {_HEAD} of its own.")
    end = heads[place + 1] if place + 1 < len(heads) else len(lines)
    while end > heads[place] + 1 and (
        not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")
    ):
        end -= 1
    return lines, (heads[place], end)
