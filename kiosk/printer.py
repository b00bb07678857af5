"""`python -m kiosk.printer`: draws one slip, sends it to the printer, and ends.

It is a separate process, because a printer may hang for ever and blocks whoever talks to it, and
because the kiosk's program need not hold the printing library all day. It gets its order on
standard input (kiosk/printing.py), says `ready` when the printer can take the sheet, waits for
`go`, and says how it ended: `printed` or `fault <name>`. Nothing is sent before `go`.
"""

import contextlib
import fcntl
import io
import json
import logging
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Dummy, File, Network, Usb
from PIL import Image

from kiosk import thermal
from kiosk.sheet import Slip

# How long a printer may take to accept a connection, the next bytes, and a question.
CONNECT_SECONDS = 4.0
TAKE_SECONDS = 12.0
ANSWER_SECONDS = 3.0
# How long the paper may take to come out once all bytes are there.
PRINT_SECONDS = 8.0

# DLE EOT n: "real-time status", answered even if paper or cover stops everything else. GS r 1:
# paper sensor, answered when everything before it is done. (Epson, ESC/POS commands.)
_ASK_ONLINE = b"\x10\x04\x01"
_ASK_CAUSE = b"\x10\x04\x02"
_ASK_PAPER = b"\x10\x04\x04"
_ASK_WHEN_DONE = b"\x1dr\x01"
_IS_OFFLINE = 0x08
_COVER_OPEN, _PAPER_ENDED, _ERROR = 0x04, 0x20, 0x40
_NO_PAPER = 0x60
_BULK, _TRANSFER, _IN, _PRINTER_CLASS = 2, 3, 0x80, 7


class PrinterFault(Exception):
    """Why nothing was printed, or only a part; `name` is a key of `printer.fault.*`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PrinterLink(Protocol):
    """A connection to a printer."""

    def tell(self, message: bytes) -> None:
        """Send bytes, or raise OSError."""

    def hear(self, seconds: float) -> bytes | None:
        """Return its answer, None if there is none, or raise OSError."""


class OverNetwork(Network):  # type: ignore[misc]
    """A printer with an address of its own."""

    def tell(self, message: bytes) -> None:
        """Send bytes."""
        self.device.settimeout(TAKE_SECONDS)
        self._raw(message)

    def hear(self, seconds: float) -> bytes | None:
        """Return what it says, or None."""
        self.device.settimeout(seconds)
        try:
            said = bytes(self._read())
        except TimeoutError:
            return None
        if not said:
            raise ConnectionError("closed")
        return said


class OverUsb(Usb):  # type: ignore[misc]
    """A printer on a USB cable, used without a driver. Its end points are looked up, because makers
    number them as they like."""

    def _configure_usb(self) -> None:
        super()._configure_usb()
        self.out_ep, self.in_ep = _end_points(self.device)

    def tell(self, message: bytes) -> None:
        """Send bytes."""
        self._raw(message)

    def hear(self, seconds: float) -> bytes | None:
        """Return what it says, or None."""
        import usb.core  # imported late: only if the printer is on USB

        if self.in_ep is None:
            return None
        with contextlib.suppress(usb.core.USBTimeoutError):
            return bytes(self.device.read(self.in_ep, 16, round(seconds * 1000))) or None
        return None


class OverFile(File):  # type: ignore[misc]
    """A printer that the kernel shows as a device, such as /dev/usb/lp0; or an ordinary file,
    which never answers."""

    def open(self, raise_not_found: bool = True) -> None:
        """Open it to write and, if it is a device, to listen."""
        path = Path(self.devfile)
        self.answers = path.is_char_device()
        try:
            self.device = path.open("r+b" if self.answers else "wb", buffering=0)
        except OSError as fault:
            raise DeviceNotFoundError(self.devfile) from fault

    def tell(self, message: bytes) -> None:
        """Send bytes."""
        rest = memoryview(message)
        while rest:
            rest = rest[self.device.write(rest) :]

    def hear(self, seconds: float) -> bytes | None:
        """Return what it says, or None."""
        if not self.answers or not select.select([self.device], [], [], seconds)[0]:
            return None
        return self.device.read(16) or None


def main() -> None:
    """Carry out one order."""
    speaking, sys.stdout = sys.stdout, io.StringIO()  # the library prints warnings of its own
    logging.disable(logging.CRITICAL)
    order = json.loads(sys.stdin.readline())

    def answer(word: str) -> None:
        speaking.write(f"{word}\n")
        speaking.flush()

    try:
        message = as_bytes(drawn(order["slip"], order["width"]))
        with only_one(Path(order["lock"])), connected(order) as link:
            if order["answers"]:
                check(link)
            answer("ready")
            if sys.stdin.readline() != "go\n":
                return
            send(link, message, answers=order["answers"])
        answer("printed")
    except PrinterFault as fault:
        answer(f"fault {fault.name}")


def drawn(slip: dict[str, Any], width_mm: int) -> Image.Image:
    """Return the sheet's picture. Raises PrinterFault."""
    try:
        return thermal.draw(Slip(**slip), width_mm)
    except thermal.FontMissing as fault:
        raise PrinterFault("font_missing") from fault
    except thermal.SlipTooWide as fault:
        raise PrinterFault("too_wide") from fault


def as_bytes(picture: Image.Image) -> bytes:
    """Return the ESC/POS commands that print a picture and cut the paper after it."""
    paper = Dummy()
    paper.hw("INIT")
    paper.image(picture, impl="bitImageRaster", fragment_height=256)
    paper.cut()
    return bytes(paper.output)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the printer alone: a process of a crashed program may still use it. Raises
    PrinterFault."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PrinterFault("busy") from None
        yield


@contextmanager
def connected(order: dict[str, Any]) -> Iterator[PrinterLink]:
    """Hold a connection to the printer of an order. Raises PrinterFault."""
    try:
        printer = _printer(order)
        printer.open()
    except DeviceNotFoundError as fault:
        raise PrinterFault(_why_not(fault)) from fault
    except ValueError as fault:  # pyusb without Debian's libusb
        raise PrinterFault("usb_library") from fault
    try:
        yield printer
    finally:
        printer.close()


def check(link: PrinterLink) -> None:
    """Raise PrinterFault if it is no printer, says nothing, or cannot print now."""
    online = _status(link, _ASK_ONLINE)
    paper, cause = _status(link, _ASK_PAPER), _status(link, _ASK_CAUSE)
    if paper & _NO_PAPER or cause & _PAPER_ENDED:
        raise PrinterFault("paper_out")
    if cause & _COVER_OPEN:
        raise PrinterFault("cover_open")
    if cause & _ERROR:
        raise PrinterFault("error")
    if online & _IS_OFFLINE:
        raise PrinterFault("offline")


def send(link: PrinterLink, message: bytes, *, answers: bool) -> None:
    """Send a sheet and return when it is out, if the printer can say so. Raises PrinterFault."""
    try:
        link.tell(message)
        if not answers:
            return
        link.tell(_ASK_WHEN_DONE)
        link.hear(PRINT_SECONDS)  # clones do not answer this one: the next question decides
    except TimeoutError as fault:
        raise PrinterFault("silent") from fault
    except OSError as fault:
        raise PrinterFault("cut_off") from fault
    check(link)


def _status(link: PrinterLink, question: bytes) -> int:
    """Return the status byte that answers a question; its fixed bits distinguish a printer from
    anything else that listens there."""
    try:
        link.tell(question)
        said = link.hear(ANSWER_SECONDS)
    except TimeoutError as fault:
        raise PrinterFault("silent") from fault
    except OSError as fault:
        raise PrinterFault("cut_off") from fault
    if said is None:
        raise PrinterFault("silent")
    if said[-1] & 0x93 != 0x12:
        raise PrinterFault("wrong_device")
    return said[-1]


def _printer(order: dict[str, Any]) -> Any:
    if order["kind"] == "network":
        return OverNetwork(order["host"], port=order["port"], timeout=CONNECT_SECONDS)
    if order["kind"] == "usb":
        vendor, product = (int(part, 16) for part in order["usb"].split(":"))
        return OverUsb(vendor, product, timeout=round(TAKE_SECONDS * 1000))
    return OverFile(order["device"])


def _why_not(fault: DeviceNotFoundError) -> str:
    """Return why a printer could not be opened. The library gives only words; behind them is the
    exception it caught."""
    met = fault.__cause__ or fault.__context__
    return "no_permission" if getattr(met, "errno", None) == 13 else "not_found"


def _end_points(device: Any) -> tuple[int, int | None]:
    """Return the end points of a USB printer: where it takes bytes and, if it answers, where it
    answers."""
    interfaces = list(device.get_active_configuration())
    interfaces.sort(key=lambda one: one.bInterfaceClass != _PRINTER_CLASS)
    for interface in interfaces:
        bulk = [one.bEndpointAddress for one in interface if one.bmAttributes & _TRANSFER == _BULK]
        takes = [address for address in bulk if not address & _IN]
        speaks = [address for address in bulk if address & _IN]
        if takes:
            return takes[0], speaks[0] if speaks else None
    raise PrinterFault("wrong_device")


if __name__ == "__main__":
    main()
