"""The office's name and legal bases, day by day: old papers keep old names.

A commune may be renamed or merged, a decree replaced. So each name and each basis is valid from a
day, and a paper uses those of its own day. Days are local, YYYY-MM-DD.
"""

from datetime import date

from shared import texts
from shared.db.card import EVERY_YEAR, ExportSheet, Table, Whose, day, ident, in_export, text
from shared.db.connection import IntegrityError, Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record


class DayTaken(Exception):
    """A name begins on that day already."""


class OrganisationCodeTaken(Exception):
    """An organisation has that code."""


class Profile(Record):
    """How the office signs from `since` on: its name, its parent body ("" for none, as a commune's
    committee writes), the place before a date, the unit that drafts."""

    id: str
    since: str
    name: str
    parent_name: str
    place: str
    drafting_unit: str


OFFICE_PROFILE = Table(
    "office_profile",
    Profile,
    {
        "id": ident(),
        "since": day(exported=in_export()),
        "name": text(Whose.NOBODY, exported=in_export(head="office_name")),
        "parent_name": text(Whose.NOBODY, exported=in_export()),
        "place": text(Whose.NOBODY, exported=in_export(head="seat")),
        "drafting_unit": text(Whose.NOBODY, exported=in_export()),
    },
    unique=(("since",),),
    sealed=True,
    sheet=ExportSheet("ten-co-quan"),
    year_of=EVERY_YEAR,
)


class Basis(Record):
    """One "Căn cứ …" of the papers, in force from `since` to `until`; "" is always, or still."""

    id: str
    text: str
    since: str
    until: str


LEGAL_BASIS = Table(
    "legal_basis",
    Basis,
    {
        "id": ident(),
        "text": text(Whose.NOBODY, exported=in_export(head="basis")),
        "since": day(exported=in_export()),
        "until": day(exported=in_export("day")),
    },
    sealed=True,
    sheet=ExportSheet("can-cu"),
    year_of=EVERY_YEAR,
)


class Organisation(Record):
    """An organisation that invites its members to send ideas; its code is on its poster and
    link."""

    id: str
    code: str
    name: str
    ended_on: str


ORGANISATION = Table(
    "organisation",
    Organisation,
    {
        "id": ident(exported=in_export()),
        "code": ident(exported=in_export(head="org_code")),
        "name": text(Whose.NOBODY, exported=in_export(head="org_name")),
        "ended_on": day(exported=in_export()),
    },
    unique=(("code",),),
    sealed=True,
    sheet=ExportSheet("doan-the"),
    year_of=EVERY_YEAR,
)


def add_profile(
    db: Store, since: str, name: str, parent_name: str, place: str, drafting_unit: str,
    *, actor: str, at: int,
) -> None:  # fmt: skip
    """Keep the office's name from a day on. Raises DayTaken."""
    row = {
        "id": new_id(), "since": since, "name": name, "parent_name": parent_name,
        "place": place, "drafting_unit": drafting_unit,
    }  # fmt: skip
    with writing(db):
        try:
            db.insert(OFFICE_PROFILE, row)
        except IntegrityError as fault:
            raise DayTaken(since) from fault
        note(db, "office_renamed", None, actor, at, profile=row["id"], since=since)


def profiles(db: Store) -> list[Profile]:
    """Return all names, the latest first."""
    return db.all(OFFICE_PROFILE, "ORDER BY since DESC")


def profile_on(db: Store, day: date, *, name: str) -> Profile:
    """Return the office's name on a day; `name` (the setting's) if nothing was kept."""
    where = "since <= :day ORDER BY since DESC LIMIT 1"
    found = db.get(OFFICE_PROFILE, where, day=day.isoformat())
    if found is not None:
        return found
    place = name.removeprefix("UBND ").removeprefix("xã ").removeprefix("phường ")
    return Profile("", "", name, "", place, texts.load("papers.vi").say("founding.drafting_unit"))


def add_basis(db: Store, text: str, since: str, until: str, *, actor: str, at: int) -> None:
    """Keep a basis of papers."""
    row = {"id": new_id(), "text": text, "since": since, "until": until}
    with writing(db):
        db.insert(LEGAL_BASIS, row)
        note(db, "legal_basis_added", None, actor, at, basis=row["id"])


def end_basis(db: Store, basis_id: str, until: str, *, actor: str, at: int) -> bool:
    """Let a basis be valid until a day; return whether it exists."""
    with writing(db):
        found = db.change(LEGAL_BASIS, {"id": basis_id}, {"until": until})
        if found:
            note(db, "legal_basis_ended", None, actor, at, basis=basis_id, until=until)
    return found


def bases(db: Store) -> list[Basis]:
    """Return all bases in the order they came, ended ones too."""
    return db.all(LEGAL_BASIS, "ORDER BY id")


def bases_on(db: Store, day: date) -> list[Basis]:
    """Return the bases in force on a day."""
    on = day.isoformat()
    return [
        one
        for one in bases(db)
        if (not one.since or one.since <= on) and (not one.until or on <= one.until)
    ]


def add_organisation(db: Store, code: str, name: str, *, actor: str, at: int) -> None:
    """Keep an organisation. Raises OrganisationCodeTaken."""
    row = {"id": new_id(), "code": code, "name": name, "ended_on": ""}
    with writing(db):
        try:
            db.insert(ORGANISATION, row)
        except IntegrityError as fault:
            raise OrganisationCodeTaken(code) from fault
        note(db, "organisation_added", None, actor, at, organisation=row["id"])


def end_organisation(
    db: Store, organisation_id: str, day: str, reason: str = "", *, actor: str, at: int
) -> bool:
    """End an organisation's calling from a day on (its tally stays); return whether it exists."""
    with writing(db):
        found = db.change(ORGANISATION, {"id": organisation_id}, {"ended_on": day})
        if found:
            said = {"organisation": organisation_id, "reason": reason}
            note(db, "organisation_ended", None, actor, at, **said)
    return found


def organisations(db: Store) -> list[Organisation]:
    """Return all organisations by name, ended ones too."""
    return db.all(ORGANISATION, "ORDER BY name, id")
