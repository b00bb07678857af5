"""What the commands of `hienke` share: opening a store, showing progress, counting and refusing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from shared.db.connection import Store
from shared.runtime.instance import Instance
from shared.runtime.start import REFUSED, WRONG
from shared.texts.plural import number_of
from shared.workflows.verify import VerifyReport

# The name in the event log for what is done on the command line.
OPERATOR = "operator"


@contextmanager
def opened(instance: Instance) -> Iterator[Store]:
    """Yield the store of an instance, closed at the end. Raises InstanceMissing,
    StoreUnavailable."""
    db = instance.open()
    try:
        yield db
    finally:
        db.close()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far long work has come; yield the function to call with the number of
    further steps done."""
    from rich.console import Console  # imported late: `serve` must start fast
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


def counted(report: VerifyReport) -> str:
    """Return the line that says that everything was read back and is whole."""
    return "OK: " + ", ".join(
        (
            number_of(report.proposals, "proposal"),
            number_of(report.events, "event"),
            number_of(report.files, "file"),
        )
    )


def refuse(sentence: str) -> NoReturn:
    """Print one sentence that says why not, and end with the exit code of a refusal."""
    click.echo(sentence, err=True)
    sys.exit(REFUSED)


def wrong(sentence: str) -> NoReturn:
    """Print one sentence that says what a person must correct first, and end with its exit code."""
    click.echo(sentence, err=True)
    sys.exit(WRONG)
