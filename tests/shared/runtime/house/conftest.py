"""A deployment of two units: a demo with a life of its own, and an office that was just founded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.many import ManyKiosks
from shared import founding
from shared.domain import clock
from shared.runtime import house
from shared.runtime.house import House, Houses
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from sms.many import ManyGateways
from tests.conftest import UNIT

PUBLIC, STAFF, SMS = (Address("127.0.0.1", port) for port in (8080, 8081, 8082))
# So many wrong codes an hour are one visitor's at each unit.
MISSES = 4
A, B = "tanan.example", "binhloi.example"
FILE = """
[[house]]
unit = "99999"
folder = "a"
hosts = ["tanan.example", "canbo.tanan.example"]

[[house]]
unit = "26068"
folder = "b"
hosts = ["binhloi.example"]
"""


@dataclass(frozen=True)
class Deployment:
    """Two units under one roof; `founded` is what was shown once."""

    houses: Houses
    founded: dict[int, founding.Founded]
    kiosks: ManyKiosks
    gateways: ManyGateways

    def password(self, unit: int, login: str) -> str:
        """Return the password that opens a login once."""
        return next(one.password for one in self.founded[unit].logins if one.login == login)


@pytest.fixture(scope="package")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The two units and the two programs that serve them."""
    folder: Path = tmp_path_factory.mktemp("province")
    (folder / "houses.toml").write_text(FILE)
    founded = {
        unit: founding.found(
            Instance(folder / name, unit), unit, is_demo=unit == 99999, at=clock.now()
        )
        for unit, name in ((99999, "a"), (UNIT, "b"))
    }
    for name in "ab":
        few = folder / name / "settings.toml"
        said = few.read_text()
        few.write_text(re.sub(r"(?m)(lookup_misses_per_hour_ip) = .*", rf"\1 = {MISSES}", said))
    houses = house.read(folder / "houses.toml", {})
    yield Deployment(
        houses,
        founded,
        ManyKiosks(houses, PUBLIC, STAFF),
        ManyGateways(houses, SMS, PUBLIC),
    )


@pytest.fixture
def ours(deployment: Deployment) -> House:
    """The demo."""
    return deployment.houses.houses[0]


@pytest.fixture
def theirs(deployment: Deployment) -> House:
    """The office."""
    return deployment.houses.houses[1]
