"""The form of a member's position and number: the admin's page of people, and one's own account."""

from kiosk.staff.forms import MOBILE, Reader
from shared.store.people.staff import POSITION_LETTERS


def read_contact(given: Reader) -> tuple[str, str | None]:
    """Return the position in a form, "" for none, and the mobile number (E.164, None for none)."""
    return given.line("position", POSITION_LETTERS), read_number(given)


def read_number(given: Reader) -> str | None:
    """Return the mobile number in a form (E.164), None for none."""
    found = given.telephone("phone", "staff.people.phone_wrong", kinds=MOBILE, optional=True)
    return found or None
