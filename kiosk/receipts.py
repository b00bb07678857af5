"""The secret and the QR text of a proposal's receipt, from the site's key."""

from kiosk.web import site, store
from shared import codes
from shared.store import receipts


def secret_of(code: str) -> str:
    """Return the secret of a code's living receipt."""
    here = site()
    return codes.secret_of(
        code,
        key=here.secrets.receipt_key,
        commune_id=store().commune_id,
        copy=receipts.living_copy(store(), code),
    )


def url_of(secret: str) -> str:
    """Return the text of the QR."""
    return codes.receipt_url(site().public_url, secret)
