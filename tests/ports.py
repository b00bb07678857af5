"""Ports of this PC that nobody uses, for what a test serves or starts; never one of our own
defaults, as somebody may have `make run` open in the other terminal."""

import random
import socket
from collections.abc import Callable
from typing import Any

from shared.runtime.start import PUBLIC, SMS, STAFF

DEFAULTS = frozenset(address.port for address in (PUBLIC, STAFF, SMS))
_LOWEST, _HIGHEST = 10_000, 30_000
# Browsers go to no server there.
_BLOCKED = frozenset({10_080})
# What was given, each held until this process ends by a name that nobody else can have meanwhile.
_given: dict[int, socket.socket] = {}


def free_port() -> int:
    """Return a port that is free on 127.0.0.1 and was not given to another test of this machine, by
    this worker or another.

    It lies below those that Linux hands out by itself (from 32,768 on), so that between this call
    and its use no connection of anybody gets it by chance."""
    for _ in range(1000):
        port = random.randrange(_LOWEST, _HIGHEST)
        if port not in _given and port not in _BLOCKED and _is_free(port) and _is_ours(port):
            return port
    raise RuntimeError("no port is free")


def free_ports(count: int) -> list[int]:
    """Return as many ports that are free on 127.0.0.1, no two alike."""
    return [free_port() for _ in range(count)]


def elsewhere() -> list[str]:
    """Return the words that tell `hienke serve` three free ports in place of its defaults."""
    options = zip(("--public", "--staff", "--sms"), free_ports(3), strict=True)
    return [word for option, port in options for word in (option, f"127.0.0.1:{port}")]


def refuse_defaults(bind: Callable[..., Any] = socket.socket.bind) -> Callable[..., Any]:
    """Return a `socket.bind` that says which test would fail beside `make run`."""

    def bind_another(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[1] in DEFAULTS:
            raise AssertionError(f"a test must not serve at a default port: {address}")
        bind(self, address)

    return bind_another


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_ours(port: int) -> bool:
    """Hold a port's name among the tests of this machine; say whether nobody else does."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(f"\0hienke-tests-port-{port}")
    except OSError:
        held.close()
        return False
    _given[port] = held
    return True
