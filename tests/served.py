"""Apps served within the test's own process, for a browser that looks at a test's own instance:
the server is the product's, and a start costs nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kiosk import taking
from shared.runtime import serving
from shared.runtime.listening import Address
from tests.ports import free_ports


@contextmanager
def served(
    *apps: Any, beside: tuple[Callable[[threading.Event], None], ...] = ()
) -> Iterator[list[str]]:
    """Serve apps, and let workers go on beside them, as long as the block lasts; give their
    addresses."""
    ports, stopping = free_ports(len(apps)), threading.Event()
    listening = [
        serving._listen(app, Address("127.0.0.1", port), taking.is_form)
        for app, port in zip(apps, ports, strict=True)
    ]
    threads = [threading.Thread(target=serving._serve, args=(one, stopping)) for one in listening]
    threads += [threading.Thread(target=work, args=(stopping,)) for work in beside]
    for thread in threads:
        thread.start()
    try:
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        stopping.set()
        for server in listening:
            server.pull_trigger()
        for thread in threads:
            thread.join()
