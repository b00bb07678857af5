"""The tables of measurements: what was measured, its budget, and whether it held."""

import sys

from rich.console import Console
from rich.table import Table

console = Console(width=None if sys.stdout.isatty() else 130, highlight=False)


class Budgets:
    """A table whose last column says whether each row's budget was held."""

    def __init__(self, *columns: str) -> None:
        self._table = Table(*columns, "held?", box=None, pad_edge=False)
        for column in self._table.columns[1:-1]:
            column.justify = "right"

    def add(self, *cells: str, is_held: bool | None, who: str = "") -> None:
        """Add a row; `is_held` is None where there is no budget, `who` says who missed it."""
        said = "" if is_held is None else "yes" if is_held else f"MISSED {who}".rstrip()
        self._table.add_row(*cells, said, style="bold red" if is_held is False else "")

    def print(self) -> None:
        """Print it as far as it is filled."""
        console.print(self._table)
