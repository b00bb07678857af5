"""`python -m tests.bench.grow`: what each screen costs as an office's ideas become many, the sizes
beside each other: VM steps of SQLite and CPU in ms. It names the screens that grow.

An office of 20,000 ideas takes ten seconds to make and 230 MB of disk; both go with the number.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.bench import screens

SIZES = (1_000, 20_000, 100_000)
MILLION, ITS_BYTES = 1_000_000, 14 * 1024**3
# How many times more a screen may cost at a size than at the first, and the steps that are few.
MOST_GROWTH, FEW_STEPS = 3, 20_000

console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)


@dataclass(frozen=True)
class Cost:
    """What a screen costs: CPU in ms, VM steps, bytes."""

    cpu: float
    steps: int
    size: int


def main() -> None:
    """Measure and print one table, the screens that grow most first."""
    told = _read_options()
    with tempfile.TemporaryDirectory(prefix="hienke-grow-", dir=told.folder) as folder:
        sizes = told.sizes or [*SIZES, *_million(Path(folder))]
        found = {size: _costs(Path(folder) / str(size), size) for size in sizes}
    _print(found)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.grow", description="Measure.")
    parser.add_argument("sizes", type=int, nargs="*", help="how many ideas (default: 1,000 …)")
    parser.add_argument("--folder", help="where the offices are made, and taken away again")
    return parser.parse_args()


def _million(folder: Path) -> list[int]:
    return [MILLION] if shutil.disk_usage(folder).free > ITS_BYTES else []


def _costs(folder: Path, ideas: int) -> dict[str, Cost]:
    big = screens.make(folder, ideas)
    found = {
        one.name: Cost(screens.cpu_ms(one), one.steps, one.size)
        for one in track(screens.every(big), f"{ideas:,} ideas", console=console)
    }
    shutil.rmtree(folder)
    return found


def grows(first: int, last: int) -> bool:
    """Say whether steps grow with the ideas."""
    return last > MOST_GROWTH * max(first, FEW_STEPS / MOST_GROWTH)


def _print(found: Mapping[int, Mapping[str, Cost]]) -> None:
    first, last = min(found), max(found)
    table = Table("screen", *(f"{size:,}: ms" for size in found), *(
        f"{size:,}: steps" for size in found), "bytes", "")  # fmt: skip
    names = sorted(
        found[first].keys() & found[last].keys(), key=lambda one: -found[last][one].steps
    )
    growing = 0
    for name in names:
        costs = [of.get(name) for of in found.values()]
        is_growing = grows(found[first][name].steps, found[last][name].steps)
        growing += is_growing
        table.add_row(
            name.replace("[", "\\["), *(f"{one.cpu:.1f}" if one else "" for one in costs),
            *(f"{one.steps:,}" if one else "" for one in costs),
            f"{found[last][name].size:,}", "grows" if is_growing else "",
        )  # fmt: skip
    console.print(table)
    console.print(f"{growing} of {len(names)} screens grow.")


if __name__ == "__main__":
    main()
