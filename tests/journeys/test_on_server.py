"""The main road once more, through programs whose store is on a PostgreSQL: a kiosk, a desk, a
phone and an SMS."""

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import Programs, a_demo_served, with_lan
from tests.journeys.test_office import (  # noqa: F401 it runs here with this module's programs
    test_what_the_office_does_is_seen_by_the_sender_everywhere,
)
from tests.postgres import Cluster

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def programs(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """A fresh demo on a server, served."""
    name = postgres.fresh()
    folder = tmp_path_factory.mktemp("on-server") / "demo"
    with a_demo_served(folder, HIENKE_STORE_URL=postgres.url(name)) as served:
        yield served
    postgres.drop(name)


@pytest.fixture(scope="module")
def office_password(programs: Programs) -> str:
    """The password of an officer named "lan" there."""
    return with_lan(programs)
