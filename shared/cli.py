"""`hienke`: the operator's command.

Each command reads its words, calls the one function that does the work, and says what came of
it. Exit codes: 0 done, 1 damage or refusal, 2 wrong use or setting.
"""

import os
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from shared import founding, settings
from shared.archive import commands as archive_commands
from shared.backup import commands as backup_commands
from shared.db import event_log
from shared.db.connection import Store, StoreDamaged, writing
from shared.domain import clock, unit_number
from shared.domain.roles import ROLES
from shared.domain.vietnamese import one_line
from shared.imports import commands
from shared.privacy import commands as privacy_commands
from shared.runtime import passwords, supervisor
from shared.runtime.command_line import OPERATOR, counted, opened, progress, refuse, wrong
from shared.runtime.instance import Instance, here
from shared.runtime.serving import Address, check_free, is_listened_on, stop_when_parent_goes
from shared.runtime.start import (
    PUBLIC,
    REFUSED,
    SMS,
    STAFF,
    AddressOption,
    in_one_sentence,
    log_to_stderr,
    public_url,
    start,
)
from shared.runtime.systemd import Watched
from shared.store import schema
from shared.store.people import staff
from shared.store.people.devices import DeviceNameTaken
from shared.store.people.staff import LoginTaken, StaffUnknown
from shared.store.reports import case_rows
from shared.texts.plural import number_of
from shared.upgrade import commands as upgrade_commands
from shared.workflows.verify import PARTS, VerifyReport
from shared.workflows.verify import verify as read_back

# Ports of a supervisor that was killed are free as soon as its programs have noticed.
PATIENCE_SECONDS = 5.0
# The night's work: first when the start is over and people have begun theirs, then looked for
# every quarter of an hour. What takes longer than a night hangs.
NIGHTLY_FIRST_SECONDS = 300.0
NIGHTLY_EVERY_SECONDS = 900.0
NIGHTLY_LONGEST_SECONDS = 6 * 3600.0
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")


class UnitOption(click.ParamType[int]):
    """A unit's number on the command line."""

    name = "NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; what is none ends the command with exit code 2."""
        number = unit_number.read(str(value))
        if number is None:
            self.fail(f"{value!r} is no unit's number: it has {unit_number.ALLOWED}.", param, ctx)
        return number


class _Commands(click.Group):
    """Commands that end with one sentence, never a traceback, where the world says no."""

    def invoke(self, ctx: click.Context) -> object:
        with in_one_sentence():
            return super().invoke(ctx)


@click.group(cls=_Commands)
@click.version_option(package_name="hienke", message="%(prog)s %(version)s")
def main() -> None:
    """Hiến Kế: ideas from everyone for a simpler commune office.

    The instance is the folder ./instance, or $HIENKE_INSTANCE.
    """


@main.command()
@click.option("--demo", is_flag=True, help="With 40 invented proposals; never sends an SMS.")
@click.option("--unit", type=UnitOption(), help="The commune's administrative code, for ever.")
def init(demo: bool, unit: int | None) -> None:
    """Make an instance: settings, keys, store and the first login.

    A demo without --unit is unit 99999; an office is asked for its number.
    """
    instance = here()
    number = unit or (unit_number.DEMO if demo else _asked_unit())
    founded = founding.found(instance, number, is_demo=demo, at=clock.now())
    made = f"{'a demo' if demo else 'an instance'} of unit {unit_number.shown(number)}"
    click.echo(f"Made {made} in {instance.folder}.")
    if founded.kiosk_secret:
        _say_enrolment(instance, "Kiosk 1", founded.kiosk_secret)
    for one in founded.logins:
        _say_login(one)
    if not demo:
        click.echo("Nothing is backed up before it has a key, once: hienke backup-key")


@main.command()
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where citizens come in.")
@click.option("--staff", type=AddressOption(), default=STAFF, help="Where the office comes in.")
@click.option("--sms", type=AddressOption(), default=SMS, help="Where SMS gateways come in.")
def serve(public: Address, staff: Address, sms: Address) -> None:
    """Run the programs until Ctrl-C; start anew what dies."""
    if len({public, staff, sms}) < 3:
        raise click.UsageError("--public, --staff and --sms must be three addresses.")
    log_to_stderr()
    instance = here()
    is_first = not instance.was_served
    with opened(instance) as db, instance.lock():
        for address in (public, staff, sms):
            check_free(address, patience=PATIENCE_SECONDS)
        start(instance, db)
        db.close()
        click.echo(f"Citizens: http://{public}\nOffice:   http://{staff}\nSMS:      http://{sms}")
        if not is_first:
            click.echo("A new one-time password: hienke user password LOGIN")
        sys.stdout.flush()
        sys.exit(
            supervisor.supervise(
                [
                    supervisor.Program("kiosk", ["--public", str(public), "--staff", str(staff)]),
                    supervisor.Program("sms", ["--listen", str(sms), "--public", str(public)]),
                ],
                [
                    supervisor.Errand(
                        ("shared.cli", "nightly", "--supervised"),
                        first=NIGHTLY_FIRST_SECONDS,
                        every=NIGHTLY_EVERY_SECONDS,
                        longest=NIGHTLY_LONGEST_SECONDS,
                    )
                ],
                Watched(lambda: all(map(is_listened_on, (public, staff, sms)))),
            )
        )


@main.command()
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def nightly(supervised: bool) -> None:
    """Do what is due of the night's work; `hienke serve` asks for it by itself."""
    from shared.nightly import run_due  # late: `serve` must start fast

    if supervised:
        log_to_stderr()
        stop_when_parent_goes(sys.stdin.buffer)
        os.nice(10)  # a citizen at the kiosk goes first
    instance = here()
    with opened(instance) as db:
        schema.migrate(db)
        ended = run_due(instance, settings.load(instance.folder), db)
    for job, done in ended if not supervised else ():
        click.echo(f"{job.name}: {'done' if done.is_well else 'failed'}")
    if not all(done.is_well for _, done in ended):
        sys.exit(REFUSED)


@main.group()
def user() -> None:
    """The people who work here."""


@user.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(login: str, role: str, password_stdin: bool) -> None:
    """Give somebody a login; prints a one-time password."""
    if not _LOGIN.fullmatch(login):
        raise click.UsageError(
            f"{login!r} is no login: 2 to 40 small letters, digits, dots, dashes, a letter first."
        )
    given = _password_given(login) if password_stdin else None
    with opened(here()) as db:
        try:
            made = founding.add_login(
                db, login, role, name=login, password=given, actor=OPERATOR, at=clock.now()
            )
        except LoginTaken:
            refuse(f"Somebody already has the login {login}.")
    if given is None:
        _say_login(made)
    else:
        click.echo(f"login: {login}")


@user.command("password")
@click.argument("login")
@click.option("--new-phone", is_flag=True, help="Let them enrol another phone as well.")
def reset_password(login: str, new_phone: bool) -> None:
    """Give somebody a new one-time password and end their sessions."""
    password, at = passwords.new_one_time_password(), clock.now()
    with opened(here()) as db:
        try:
            member = staff.by_login(db, login)
        except StaffUnknown:
            refuse(f"Nobody has the login {login}.")
        schema.migrate(db)
        staff.set_password(
            db, member.id, passwords.hash_password(password),
            must_change=True, actor=OPERATOR, at=at,
        )  # fmt: skip
        if new_phone:
            staff.set_totp(db, member.id, None, actor=OPERATOR, at=at)
    _say_login(founding.Login(login, password))


@main.group("secrets")
def secrets_() -> None:
    """The keys in the file `secrets`."""


@secrets_.command("rotate")
def rotate_secrets() -> None:
    """Make the keys of cookies and of staff sessions anew.

    Everybody of the office logs in anew afterwards; kiosks stay kiosks. The keys of receipts and of
    telephone numbers stay, as what is kept was made with them.
    """
    instance = here()
    with opened(instance) as db:
        schema.migrate(db)
        instance.renew_keys()
        with writing(db):
            event_log.note(db, "keys_renewed", None, OPERATOR, clock.now())
    click.echo(f"New keys of cookies and of staff sessions lie in {instance.folder / 'secrets'}.")
    click.echo(
        "They hold from the next start on: restart the programs now (sudo systemctl restart"
        " hienke). Everybody of the office then logs in anew."
    )
    click.echo(
        "Kiosks stay kiosks: the key of before is known until the next time. Let a day pass until"
        " then, with every kiosk on."
    )
    click.echo(
        "Not renewed: receipt_key (every receipt's QR is made with it) and number_key (hides the"
        " telephone numbers). The backup key: hienke backup-key --replace. Gateways: settings.toml."
    )


@main.group()
def device() -> None:
    """The kiosks."""


@device.command("add")
@click.argument("name")
def add_device(name: str) -> None:
    """Make a kiosk; prints the link that makes a browser this kiosk."""
    most = founding.DEVICE_NAME_LETTERS
    name = one_line(name)
    if not 1 <= len(name) <= most:
        raise click.UsageError(f"The name of a kiosk has 1 to {number_of(most, 'letter')}.")
    instance = here()
    with opened(instance) as db:
        try:
            secret = founding.add_device(db, name, OPERATOR, at=clock.now())
        except DeviceNameTaken:
            refuse(f"There is a kiosk named {name} already.")
    _say_enrolment(instance, name, secret)


@main.command()
def verify() -> None:
    """Read everything back and say whether it is still as it was written."""
    instance = here()
    try:
        with opened(instance) as db:
            report = _read_back(db, instance)
    except StoreDamaged as fault:
        click.echo(f"DAMAGED: database ({fault})")
        sys.exit(REFUSED)
    if report.damage:
        click.echo(f"DAMAGED: {'; '.join(report.damage)}")
        sys.exit(REFUSED)
    click.echo(counted(report))


def _read_back(db: Store, instance: Instance) -> VerifyReport:
    with progress("Reading back", len(PARTS)) as advance:
        return read_back(db, instance.media, on_done=lambda part: advance(1))


@main.command()
@click.option(
    "--to", "target", type=click.Path(path_type=Path), required=True, metavar="FILE.xlsx|FOLDER"
)
@click.option("--personal", is_flag=True, help="With names and whole phone numbers.")
def export(target: Path, personal: bool) -> None:
    """Write the whole register to a new FILE.xlsx, or to a new FOLDER of CSV files.

    That it was done, and whether with names, is noted in the log.
    """
    from shared.documents import export as exporting  # late: `serve` must start fast

    instance = here()
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no folder {target.parent}.")
    try:
        exporting.check_free(target)
    except exporting.TargetTaken:
        raise click.UsageError(f"{target} is there already; nothing was written.") from None
    zone = settings.load(instance.folder).office.zone
    with opened(instance) as db:
        schema.migrate(db)
        case_rows.note_export(
            db, actor=OPERATOR, at=clock.now(), what="register", personal=personal
        )
        copy = exporting.Copy(viewer="", personal=personal, zone=zone)
        with progress("Writing", exporting.size(db)) as advance:
            exporting.write(db, target, copy, lambda: advance(1))
    click.echo(f"Wrote {target}.")


@main.command()
@click.argument("year", type=click.IntRange(2000, 2200))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
)
@click.option("--number", default="", help="The paper's number, once it has one.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its day: YYYY-MM-DD.")
@click.option("--pdf", "wants_pdf", is_flag=True, help="The paper as PDF too (needs LibreOffice).")
def report(year: int, folder: Path, number: str, day: datetime | None, wants_pdf: bool) -> None:
    """Write the report of YEAR (DOCX) and its tables (XLSX) into FOLDER.

    Until it has a number and a day, the paper says that it is a draft.
    """
    from shared.documents import pdf, write, year_report  # late: `serve` must start fast

    instance = here()
    office = settings.load(instance.folder).office
    endings = ("docx", "xlsx", "pdf") if wants_pdf else ("docx", "xlsx")
    files = [folder / f"bao-cao-{year}.{ending}" for ending in endings]
    if wants_pdf and not pdf.is_installed():
        raise click.UsageError(
            "There is no LibreOffice: sudo apt-get install libreoffice-writer-nogui"
        )
    for file in files:
        if file.exists():
            raise click.UsageError(f"{file} is there already; nothing was written.")
    registered = write.Registered(number.strip(), day.date() if day else None)
    at = clock.now()
    with opened(instance) as db:
        schema.migrate(db)
        desk = write.Desk(db, instance.media, OPERATOR, office.name, office.zone, at)
        with progress("Writing", len(files)) as advance:
            paper = year_report.paper(desk, year, registered)
            advance(1)
            contents = [paper, year_report.workbook(db, year, at=at, zone=office.zone)]
            advance(1)
            if wants_pdf:
                contents.append(_as_pdf(paper, instance.media))
                advance(1)
        case_rows.note_export(db, actor=OPERATOR, at=at, what=f"report {year}", personal=False)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in zip(files, contents, strict=True):
        with file.open("xb") as written:
            written.write(content)
        click.echo(f"Wrote {file}.")


def _as_pdf(paper: bytes, media: Path) -> bytes:
    from shared.documents import pdf

    try:
        return pdf.from_docx(paper, media)
    except pdf.PdfRefused as refusal:
        raise click.ClickException(
            f"No PDF was made ({refusal.reason}); nothing was written."
        ) from refusal


def _password_given(login: str) -> str:
    """Return the password on standard input's first line; wrong ones end the command."""
    try:
        password = sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise click.UsageError("The password on standard input is no UTF-8.") from None
    faults = {
        "password.too_short": f"it needs {number_of(passwords.FEWEST_LETTERS, 'letter')} or more",
        "password.too_long": f"it has more than {number_of(passwords.MOST_LETTERS, 'letter')}",
        "password.too_common": "it is one of those that are tried first",
    }
    office = settings.load(here().folder).office
    fault = passwords.fault_of(password, login, (office.name,))
    if fault:
        raise click.UsageError(f"This password cannot be used: {faults[fault]}.")
    return password


def _asked_unit() -> int:
    """Return the number that is typed at the terminal; without one, end the command."""
    if not sys.stdin.isatty():
        wrong(
            "An office needs its number, which never changes: hienke init --unit NUMBER,"
            f" {unit_number.ALLOWED}."
        )
    asked = "The commune's administrative code (five digits; it never changes afterwards)"
    return int(click.prompt(asked, type=UnitOption(), err=True))


def _say_login(one: founding.Login) -> None:
    click.echo(f"login: {one.login}  one-time password: {one.password}")


def _say_enrolment(instance: Instance, name: str, secret: str) -> None:
    address = public_url(settings.load(instance.folder), PUBLIC)
    click.echo(f'"{name}" is the browser that opens this link: {address}/kiosk/{secret}')


for command in (
    archive_commands.archive,
    backup_commands.backup_key,
    backup_commands.backup,
    backup_commands.restore,
    commands.import_file,
    privacy_commands.erase,
    upgrade_commands.upgrade,
    upgrade_commands.migrate,
):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="hienke")
