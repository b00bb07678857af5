"""The commands for an office's instance (`init`), logins (`user`), kiosks (`device`) and keys
(`secrets`). Each secret is printed once, here, and stored nowhere in this form."""

import re
import sys
from typing import Any

import click

from shared import founding, settings
from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock, unit_number
from shared.domain import phone as phones
from shared.domain.roles import ROLES
from shared.domain.vietnamese import one_line
from shared.runtime import passwords
from shared.runtime.command_line import OPERATOR, opened, refuse, wrong
from shared.runtime.instance import Instance, here
from shared.runtime.start import PUBLIC, public_url
from shared.store import schema
from shared.store.people import staff
from shared.store.people.devices import DeviceNameTaken
from shared.store.people.staff import POSITION_LETTERS, LoginTaken, StaffUnknown
from shared.texts.plural import number_of

# What each login of a demo looks at first.
FIRST = {
    "receptionist": "enter an idea from paper, call back who rang",
    "officer": "the queue, due first; a case with a photo",
    "council": "the session of today: two sheets to fill in",
    "chair": "sign a conclusion, then an award",
    "culture": "what the loudspeaker brought, a poster",
    "organisation": "the list of members' ideas",
    "admin": "the daily check, logins, backups",
}
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")


class UnitOption(click.ParamType[int]):
    """A unit's number on the command line."""

    name = "NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; a wrong one ends the command with exit code 2."""
        number = unit_number.read(str(value))
        if number is None:
            self.fail(f"{value!r} is no unit's number: it has {unit_number.ALLOWED}.", param, ctx)
        return number


@click.command()
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
        say_login(one, f"  first: {FIRST[one.login]}" if demo else "")
    if demo:
        click.echo("Each of these passwords works once. A new one: hienke user password LOGIN")
        click.echo(
            "What to try, in five minutes: /thu-trong-5-phut, linked in the band of each page."
        )
    else:
        click.echo("Nothing is backed up before it has a key, once: hienke backup-key")


@click.group()
def user() -> None:
    """The people who work here."""


@user.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--position", default="", help="What papers print with the name.")
@click.option("--phone", default="", help="The mobile number for invitations by SMS.")
def add_user(login: str, role: str, password_stdin: bool, position: str, phone: str) -> None:
    """Give somebody a login; prints a one-time password."""
    if not _LOGIN.fullmatch(login):
        raise click.UsageError(
            f"{login!r} is no login: 2 to 40 small letters, digits, dots, dashes, a letter first."
        )
    position, number = one_line(position), _number_given(phone)
    if len(position) > POSITION_LETTERS:
        raise click.UsageError(f"A position has at most {number_of(POSITION_LETTERS, 'letter')}.")
    given = _password_given(login) if password_stdin else None
    with opened(here()) as db:
        try:
            made = founding.add_login(
                db, login, role, name=login, password=given, actor=OPERATOR, at=clock.now(),
                position=position, phone=number,
            )  # fmt: skip
        except LoginTaken:
            refuse(f"Somebody already has the login {login}.")
    if given is None:
        say_login(made)
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
    say_login(founding.Login(login, password))


@click.group("secrets")
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


@click.group()
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


def _number_given(typed: str) -> str | None:
    """Return a mobile number (E.164), None for none; a wrong one ends the command."""
    found = phones.mobile(typed) if typed.strip() else None
    if typed.strip() and found is None:
        raise click.UsageError(f"{typed!r} is no Vietnamese mobile number: it has 10 digits.")
    return found


def _password_given(login: str) -> str:
    """Return the password on standard input's first line; a wrong one ends the command."""
    try:
        password = sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise click.UsageError("The password on standard input is no UTF-8.") from None
    faults = {
        "password.too_short": f"it needs {number_of(passwords.FEWEST_LETTERS, 'letter')} or more",
        "password.too_long": f"it has more than {number_of(passwords.PASSWORD_LETTERS, 'letter')}",
        "password.too_common": "it is one of those that are tried first",
    }
    office = settings.load(here().folder).office
    fault = passwords.fault_of(password, login, (office.name,))
    if fault:
        raise click.UsageError(f"This password cannot be used: {faults[fault]}.")
    return password


def _asked_unit() -> int:
    """Return the number that is typed at the terminal; without a terminal, end the command."""
    if not sys.stdin.isatty():
        wrong(
            "An office needs its number, which never changes: hienke init --unit NUMBER,"
            f" {unit_number.ALLOWED}."
        )
    asked = "The commune's administrative code (five digits; it never changes afterwards)"
    return int(click.prompt(asked, type=UnitOption(), err=True))


def say_login(one: founding.Login, more: str = "") -> None:
    """Say a login and the password that opens it once."""
    click.echo(f"login: {one.login}  one-time password: {one.password}{more}")


def _say_enrolment(instance: Instance, name: str, secret: str) -> None:
    address = public_url(settings.load(instance.folder), PUBLIC)
    click.echo(f'"{name}" is the browser that opens this link: {address}/kiosk/{secret}')
