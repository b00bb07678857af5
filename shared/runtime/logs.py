"""The program's log: one event is one line, and no line holds what people wrote or own.

Our own lines are names of events and ids. The danger comes from elsewhere: libraries log the path
of a request, which contains a receipt's secret, and the message of an exception may be what
somebody typed. So neither is written; of an exception only its kind and where it was raised.
"""

import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from shared.domain import unit_number
from shared.runtime import whose

OURS = "hienke"
_FRAMES = 12


class OneLine(logging.Formatter):
    """Writes a record as one line that no text in it can break or forge."""

    # The last second that was written, and how: a second has many lines, or none.
    _written = -1, ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return when it was, in local time to the millisecond."""
        second, shown = self._written
        if int(record.created) != second:
            second = int(record.created)
            shown = time.strftime(self.default_time_format, self.converter(second))
            self._written = second, shown
        return f"{shown},{int(record.msecs):03}"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: when, who, what, and where an exception was raised."""
        said = record.getMessage()
        if record.name.partition(".")[0] != OURS:
            # What follows is, or may be, a path that was asked for.
            said = said.partition("/")[0].rstrip()
        fault = record.exc_info[1] if record.exc_info else None
        unit = whose.unit()
        parts = [
            self.formatTime(record),
            record.name,
            said,
            *([f"unit={unit_number.shown(unit)}"] if unit is not None else ()),
            *([fall(fault)] if fault else ()),
        ]
        line = " ".join(parts)
        return line if line.isprintable() else "".join(map(_printed, line))


def write_to(stream: TextIO) -> None:
    """Write the log to a stream, exceptions that nobody caught included."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # No line says by which thread, process or line of ours it was written: nobody looks for these.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as the library's own documentation has it
    sys.excepthook = _program_fell
    threading.excepthook = _thread_fell


def fall(fault: BaseException) -> str:
    """Return the kind of an exception and where it was raised, the innermost place first. Leave out
    its message, which may hold a citizen's words."""
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES:]
    way = " < ".join(
        f"{'/'.join(Path(one.filename).parts[-2:])}:{one.lineno}" for one in reversed(frames)
    )
    number = f" errno={fault.errno}" if isinstance(fault, OSError) else ""
    cause = fault.__cause__
    return f"fault={type(fault).__name__}{number} at={way or '-'}" + (
        f" from {fall(cause)}" if cause else ""
    )


def _program_fell(
    kind: type[BaseException], fault: BaseException, where: TracebackType | None
) -> None:
    if isinstance(fault, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, where)
    else:
        logging.getLogger(OURS).critical("program_fell", exc_info=fault)


def _thread_fell(what: threading.ExceptHookArgs) -> None:
    name = what.thread.name if what.thread else "-"
    logging.getLogger(OURS).critical("thread_fell name=%s", name, exc_info=what.exc_value)


def _printed(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
