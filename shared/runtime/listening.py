"""Where a program of ours listens, and how it ends with its supervisor: what a command or a
supervisor has to know of servers, without loading one."""

import os
import signal
import socket
import threading
import time
from typing import Any

from shared.domain.record import Record

# How long a program that stops goes on writing answers.
DRAIN_SECONDS = 10


class Address(Record):
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class AddressWrong(Exception):
    """The address cannot be read or listened on; the message is one sentence."""


def read_address(text: str) -> Address:
    """Return the address in `HOST:PORT`. Raises AddressWrong."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise AddressWrong(f"{text!r} is no address: write HOST:PORT, such as 127.0.0.1:8080.")
    return Address(host, int(port))


def check_free(address: Address, *, patience: float = 0) -> None:
    """Raise AddressWrong if nobody could listen there, after waiting `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
            except OSError as fault:
                if time.monotonic() >= until:
                    raise AddressWrong(
                        f"{address} cannot be listened on ({fault.strerror}): another program may"
                        " use it; choose another with --public, --staff or --sms."
                    ) from fault
            else:
                return
        time.sleep(0.2)


def is_listened_on(address: Address) -> bool:
    """Say whether somebody listens there now."""
    try:
        socket.create_connection((address.host, address.port), timeout=1).close()
    except OSError:
        return False
    return True


def stop_when_parent_goes(stream: Any) -> None:
    """Send this process SIGTERM when `stream` (a pipe from the parent) ends, so that programs
    whose supervisor was killed do not keep the ports."""

    def watch() -> None:
        # Not stream.read(): its lock, held by this thread, aborts the interpreter at its end.
        while os.read(stream.fileno(), 1024):
            pass
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
