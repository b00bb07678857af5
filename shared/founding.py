"""Makes an instance: folder, settings, secrets, store, commune, campaign and the first logins.

All of it or nothing: a founding that stops halfway is undone. The demo's content is in
shared/demo.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from shared import settings, texts
from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM
from shared.domain import clock, codes, record, unit_number
from shared.domain.evaluation_year import Cutoff
from shared.domain.roles import ROLES
from shared.runtime import passwords
from shared.runtime.instance import EXAMPLE, Instance, InstanceInUse, create
from shared.settings import Settings, SettingWrong, StoreSettings
from shared.store import schema
from shared.store.office import campaigns
from shared.store.office.campaigns import Campaign
from shared.store.people import devices, staff
from shared.texts.sms_text import office_blanks

_PAPER = texts.load("papers.vi").say

# The values of an office's first campaign (plan, title and IV.1).
SERVICE_DAYS = 15
# A kiosk's name must fit on one line of its receipts.
DEVICE_NAME_LETTERS = 40
# The first of the numbers (national, without 0) of a demo's staff.
DEMO_NUMBERS = 900_000_061


class Login(record.Record):
    """A login and the password that opens it once."""

    login: str
    password: str


class Founded(record.Record):
    """What is shown only once: the logins, and the secret of the demo's kiosk."""

    logins: tuple[Login, ...]
    kiosk_secret: str | None = None


def found(
    instance: Instance, unit: int, *, is_demo: bool, at: int, public_url: str = ""
) -> Founded:
    """Make the instance of the unit with this number, which never changes, and return how to enter
    it. `public_url` is what its settings say of it first. Raises InstanceInUse, SettingWrong,
    OSError, StoreUnavailable; in each case the folder is as it was."""
    chosen = _with_unit(_demo_settings() if is_demo else Settings(), unit, public_url)
    url, _ = settings.store_of(instance.folder)
    chosen = replace(chosen, store=StoreSettings(url))
    was_there = instance.folder.exists()
    try:
        create(instance, settings.written(chosen))
        return _fill(instance, unit, is_demo=is_demo, at=at)
    except InstanceInUse:
        raise
    except BaseException:
        _take_away(instance, folder_too=not was_there)
        raise


def add_login(
    db: Store, login: str, role: str, *, name: str, actor: str, at: int,
    password: str | None = None, position: str = "", phone: str | None = None,
) -> Login:  # fmt: skip
    """Give somebody a login with a one-time password, or with the final one they chose; `phone` is
    E.164. Raises LoginTaken."""
    opens = password or passwords.new_one_time_password()
    staff.add(
        db, login, name=name, role=role, password_hash=passwords.hash_password(opens),
        must_change=password is None, actor=actor, at=at, position=position, phone=phone,
    )  # fmt: skip
    return Login(login, opens)


def add_device(db: Store, name: str, actor: str, *, at: int) -> str:
    """Keep a new kiosk and return the secret of its enrolment link. Raises DeviceNameTaken."""
    secret = passwords.new_token()
    devices.add(db, name, codes.secret_hash(secret), actor=actor, at=at)
    return secret


def renew_device_link(db: Store, device_id: str, actor: str, *, at: int) -> str:
    """Return the secret of a device's new enrolment link; its old link and browser stop working."""
    secret = passwords.new_token()
    devices.renew_link(db, device_id, codes.secret_hash(secret), actor=actor, at=at)
    return secret


def _fill(instance: Instance, unit: int, *, is_demo: bool, at: int) -> Founded:
    read = settings.load(instance.folder)
    settings.check_unit(read, unit)
    db = Store(instance.engine(), unit, instance.cipher())
    try:
        schema.migrate(db)
        if unit in db.engine.units(db.conn):
            raise SettingWrong(
                f"The store {db.engine.shown} holds unit {unit_number.shown(unit)} already; nothing"
                " was changed."
            )
        with writing(db):
            campaigns.create(db, read.office.name, is_demo=is_demo, at=at)
            admin = _first_login(db, "admin", at=at, is_demo=is_demo)
            if is_demo:
                return _fill_demo(db, instance, admin, at=at)
            year = clock.to_local(at, read.office.zone).year
            campaigns.add_campaign(db, _first_plan(year), at=at)
            return Founded((admin,))
    finally:
        db.close()


def _fill_demo(db: Store, instance: Instance, admin: Login, *, at: int) -> Founded:
    from shared import demo  # imported late: an office's own instance never needs it

    shown = {role: _first_login(db, role, at=at, is_demo=True) for role in ROLES if role != "admin"}
    _add_colleagues(db, demo.COUNCIL[1:], at=at)
    kiosk_secret = add_device(db, "Kiosk 1", SYSTEM, at=at)
    [kiosk] = devices.everyone(db)
    people = {one.login: one.id for one in staff.everyone(db)}
    chosen = settings.load(instance.folder)
    stage = demo.Stage(
        people, kiosk.id, instance.secrets().receipt_key, instance.media,
        office_blanks(chosen, ""), demo.DemoDays(at, chosen.office.zone),
    )  # fmt: skip
    for year in demo.years(stage):
        campaigns.add_campaign(db, _signed(_first_plan(year), stage.days.today), at=at)
    demo.play(db, stage)
    return Founded((*shown.values(), admin), kiosk_secret)


def _add_colleagues(db: Store, logins: Sequence[str], *, at: int) -> None:
    """Add members of the council who sit in the demo's sessions; they have no password."""
    for place, login in enumerate(logins, start=2):
        name = _PAPER("founding.member", n=place)
        staff.add(
            db, login, name=name, role="council", password_hash="", must_change=True,
            actor=SYSTEM, at=at, position=_PAPER("founding.position.council"),
            phone=f"+84{DEMO_NUMBERS + len(ROLES) + place}",
        )  # fmt: skip


def _signed(plan: Campaign, today: date) -> Campaign:
    """Return a demo's plan with its number, day and signer, so that papers are whole."""
    return record.replace(
        plan, number="12/KH-UBND", issued_on=min(date(plan.year, 1, 8), today).isoformat(),
        signer=_PAPER("founding.signer"), signer_title=_PAPER("founding.signer_title"),
        parent_plan=_PAPER("founding.parent_plan"),
        distribution=tuple(_PAPER("founding.distribution").split("; ")),
    )  # fmt: skip


def _first_login(db: Store, role: str, *, at: int, is_demo: bool = False) -> Login:
    """Give the first of a role the role's name as login; in a demo with a position and a number
    that no operator gives out."""
    return add_login(
        db, role, role, name=_PAPER(f"founding.role.{role}"), actor=SYSTEM, at=at,
        position=_PAPER(f"founding.position.{role}") if is_demo else "",
        phone=f"+84{DEMO_NUMBERS + ROLES.index(role)}" if is_demo else None,
    )  # fmt: skip


def _first_plan(year: int) -> Campaign:
    basis, council = _PAPER("founding.legal_basis"), _PAPER("founding.council")
    return Campaign(year, basis, council, Cutoff(), SERVICE_DAYS)


def _take_away(instance: Instance, *, folder_too: bool) -> None:
    """Undo a founding that stopped halfway. Everything in the folder except the example is ours:
    `create` begins in an empty folder."""
    for path in instance.folder.iterdir() if instance.folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != EXAMPLE:
            path.unlink()
    if folder_too and instance.folder.is_dir():
        instance.folder.rmdir()


def _with_unit(chosen: Settings, unit: int, public_url: str) -> Settings:
    office = replace(chosen.office, unit=unit_number.shown(unit), public_url=public_url)
    return replace(chosen, office=office)


def _demo_settings() -> Settings:
    fresh = Settings()
    return replace(
        fresh,
        office=replace(fresh.office, sms_number="0912 345 678"),
        staff=replace(fresh.staff, require_totp=False),
        # A demo is tried at any hour and sends at once: equal hours mean no quiet hours.
        sms=replace(fresh.sms, quiet_from="00:00", quiet_to="00:00"),
        limits=replace(fresh.limits, replies_per_hour=60, replies_per_day=300),
    )
