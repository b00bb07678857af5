"""`hienke erase`: somebody's details, or all they said, go for good."""

import sys

import click

from shared.domain import clock, codes
from shared.privacy import erasing
from shared.runtime.command_line import OPERATOR, opened, refuse
from shared.runtime.instance import here
from shared.store import schema
from shared.store.cases import proposals
from shared.store.cases.proposals import ProposalUnknown
from shared.store.privacy import erasures
from shared.store.privacy.erasures import Scope
from shared.texts.plural import number_of
from shared.workflows import erase as workflows_erase
from shared.workflows.erase import ErasureRequest


@click.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why, for the log; write no name here.")
@click.option("--details-only", is_flag=True, help="Name and number alone; the idea itself stays.")
def erase(code: str, reason: str, details_only: bool) -> None:
    """Erase the idea CODE: who sent it, their words, recordings and pictures.

    It is done at once: on a terminal the code is asked for again first. An idea that can be taken
    back is withdrawn by it. That it was erased stays in the log. Backups
    made before still hold it until they are removed; one that is restored is erased once more, as
    long as the list beside it says so.
    """
    if not reason.strip():
        raise click.UsageError("--reason must say why.")
    instance, at = here(), clock.now()
    with opened(instance) as db:
        schema.migrate(db)
        try:
            found = proposals.by_code(db, codes.tidy(code))
        except ProposalUnknown:
            refuse(f"There is no idea {code}.")
        if _is_typed():
            _ask_again(found.code)
        named = len(workflows_erase.passages(db, found.id))
        scope = Scope.DETAILS if details_only else Scope.ALL
        asked = ErasureRequest(scope, "asked", reason.strip(), OPERATOR, at)
        erased = erasing.erase(db, instance.media, found.id, asked)
        erasing.write_list(db, instance.made_backups())
        is_done = not erasures.unsettled(db)
    what = "who sent it" if details_only else "who sent it and all they said"
    click.echo(
        f"Erased of {codes.grouped(found.code)}: {what};"
        f" {number_of(len(erased.files), 'file')} removed,"
        f" {number_of(named, 'text')} named them."
    )
    if not is_done:
        click.echo("Somebody was reading: the last traces go from the disk within minutes.")


def _is_typed() -> bool:
    return sys.stdin.isatty()


def _ask_again(code: str) -> None:
    """Go on only if the code is typed once more: nothing takes this back."""
    typed = click.prompt(f"This cannot be taken back. Type {codes.grouped(code)} again to erase it")
    if codes.tidy(typed) != code:
        refuse("Another code was typed; nothing was erased.")
