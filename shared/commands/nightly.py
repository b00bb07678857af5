"""`hienke nightly`: what is due of the night's work, of one office or of many units."""

import logging
import os
import sys
from pathlib import Path

import click

from shared import settings
from shared.runtime import house, logs, whose
from shared.runtime.command_line import opened
from shared.runtime.instance import Instance, here
from shared.runtime.listening import stop_when_parent_goes
from shared.runtime.start import REASONS, REFUSED, log_to_stderr
from shared.store import schema

log = logging.getLogger("hienke")


@click.command()
@click.option(
    "--house", "houses", type=Path, help="Of the units of this file, one after the other."
)
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def nightly(houses: Path | None, supervised: bool) -> None:
    """Do what is due of the night's work; `hienke serve` asks for it by itself."""
    if supervised:
        log_to_stderr()
        stop_when_parent_goes(sys.stdin.buffer)
        os.nice(10)  # a citizen at the kiosk goes first
    is_well = _of_many(houses, supervised) if houses else _of_one(here(), "", supervised)
    if not is_well:
        sys.exit(REFUSED)


def _of_one(instance: Instance, whose_it_is: str, supervised: bool) -> bool:
    """Do what is due of one; say whether all of it ended well."""
    from shared.nightly import run_due  # imported late: `serve` must start fast

    environ = {} if whose_it_is else os.environ
    with opened(instance) as db:
        schema.migrate(db)
        ended = run_due(instance, settings.load(instance.folder, environ), db)
    for job, done in ended if not supervised else ():
        click.echo(f"{whose_it_is}{job.name}: {'done' if done.is_well else 'failed'}")
    return all(done.is_well for _, done in ended)


def _of_many(houses: Path, supervised: bool) -> bool:
    """Do what is due of every unit; one that cannot be opened, or whose night fails, stops none of
    those that follow."""
    is_well = True
    for one in house.read(houses):
        with whose.working_for(one.unit):
            try:
                is_well &= _of_one(one.instance, f"{one.number} ", supervised)
            except (*REASONS, OSError) as fault:
                is_well = False
                _say(f"{one.number} cannot be opened: {fault}", supervised)
            except Exception as fault:  # whatever it was, the next unit's night must come
                is_well = False
                log.exception("night_failed")
                _say(f"{one.number} failed: {logs.fall(fault)}", supervised)
    return is_well


def _say(sentence: str, supervised: bool) -> None:
    if supervised:
        log.error("night_not_done reason=%s", sentence)
    else:
        click.echo(sentence, err=True)
