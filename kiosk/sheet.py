"""What stands on a sheet of thermal paper, as the printing process takes it.

That process starts for each sheet while somebody waits, so it loads nothing of the kiosk's apps.
"""

from shared.domain.record import Record


class Slip(Record):
    """One sheet from top to bottom. `marks` say what is not usual about it, `qr` is the QR's text,
    `idea` is cut to two lines, `code` is drawn large."""

    head: str
    title: str
    marks: tuple[str, ...]
    code_label: str
    code: str
    qr: str
    facts: tuple[str, ...]
    idea: str
    dates: tuple[str, ...]
    foot: tuple[str, ...]
