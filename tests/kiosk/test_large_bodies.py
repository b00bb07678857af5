"""A body that is too large is refused before it is read; files have the room their form needs."""

import socket

import pytest

from kiosk import taking
from tests.serving import Serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A `hienke serve` on a new instance."""
    made = Serving(tmp_path_factory.mktemp("large") / "office")
    assert made.run("init").returncode == 0
    made.start().wait_until_well()
    yield made
    made.end_for_certain()


def announced(port, path, length):
    """Return the status by which a server answers to a body's length alone (RFC 9110 10.1.1)."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
            .encode()
        )  # fmt: skip
        return int(line.recv(1024).split()[1])


@pytest.mark.parametrize(
    ("path", "mib", "status"),
    [
        ("/r/0000000000000000/gui-tep", 300, 413),
        ("/r/0000000000000000/gui-tep", taking.FORM_BYTES // taking.MIB, 100),
        ("/r/0000000000000000/tus", 300, 413),
        ("/r/0000000000000000/tus/any", taking.FORM_BYTES // taking.MIB, 413),
        ("/gui", taking.FORM_BYTES // taking.MIB, 413),
        ("/gui?to=/gui-tep", taking.FORM_BYTES // taking.MIB, 413),
        ("/api/v1/proposals", 300, 413),
    ],
)
def test_a_citizen_may_announce_so_much(serving, path, mib, status):
    assert announced(serving.public, path, mib * taking.MIB) == status


@pytest.mark.parametrize(
    ("path", "mib", "status"),
    [("/ho-so/1/gui-tep", 300, 413), ("/ho-so/1/gui-tep", 20, 100), ("/login", 20, 413)],
)
def test_staff_may_announce_so_much(serving, path, mib, status):
    assert announced(serving.staff, path, mib * taking.MIB) == status
