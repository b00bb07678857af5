"""Which organisation a login of that role works for: one, or none yet."""

from typing import Any

from shared.db.card import ExportSheet, Table, ident, in_export
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.store.office import profile
from shared.store.office.profile import Organisation
from shared.store.people import staff

ORGANISATION_CLERK: Table[Any] = Table(
    "organisation_clerk",
    None,
    {
        "id": ident(),
        "staff_id": ident(exported=in_export("person")),
        "organisation_id": ident(exported=in_export()),
    },
    unique=(("staff_id",),),
    foreign={"staff_id": "staff_member", "organisation_id": "organisation"},
    sealed=True,
    sheet=ExportSheet("nguoi-nhap"),
    not_archived="who may log in",
)


ROLE = "organisation"


class NoClerk(Exception):
    """That login is of another role, or there is no such login or organisation."""


def seat(db: Store, staff_id: str, organisation_id: str, *, actor: str, at: int) -> None:
    """Let a login work for an organisation, and for no other. Raises NoClerk."""
    with writing(db):
        member = next((one for one in staff.everyone(db) if one.id == staff_id), None)
        known = {one.id for one in profile.organisations(db)}
        if member is None or member.role != ROLE or organisation_id not in known:
            raise NoClerk(staff_id)
        before = organisation_of(db, staff_id)
        if before is not None and before.id == organisation_id:
            return
        if before is None:
            row = {"id": new_id(), "staff_id": staff_id, "organisation_id": organisation_id}
            db.insert(ORGANISATION_CLERK, row)
        else:
            changes = {"organisation_id": organisation_id}
            db.change(ORGANISATION_CLERK, {"staff_id": staff_id}, changes)
        note(db, "clerk_seated", None, actor, at, staff=staff_id, organisation=organisation_id)


def organisation_of(db: Store, staff_id: str) -> Organisation | None:
    """Return the organisation a login works for, an ended one too; None for none."""
    return by_clerk(db).get(staff_id)


def by_clerk(db: Store) -> dict[str, Organisation]:
    """Return every login's organisation, by the login's id."""
    known = {one.id: one for one in profile.organisations(db)}
    return {
        staff_id: known[organisation_id]
        for staff_id, organisation_id in db.rows(
            "SELECT staff_id, organisation_id FROM organisation_clerk"
            " WHERE commune_id = :commune_id ORDER BY id"
        )
    }
