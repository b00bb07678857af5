"""What most tests begin with: a fresh instance, its store, and a proposal in it."""

import gc
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.templating import Environment
from playwright.sync_api import Browser, BrowserType, expect

from shared import settings
from shared.db.connection import Store, writing
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.evaluation_year import Cutoff
from shared.domain.intake import read_proposal
from shared.domain.proposal import NewProposal, Status
from shared.runtime import passwords
from shared.runtime.instance import Instance, create
from shared.store import schema
from shared.store.cases import moves, proposals, receiving
from shared.store.office import campaigns
from shared.workflows import pending
from tests.engines import ENGINES, POSTGRES, SQLITE, is_on_both
from tests.ports import refuse_defaults
from tests.routes_once import RoutesOnce
from tests.templates_once import TemplatesOnce
from tests.transcoded_once import TranscodedOnce
from tests.wheels import of_this_run

if TYPE_CHECKING:
    from tests.on_server import OnServer
    from tests.postgres import Cluster

# A busy machine is slow, not wrong.
expect.set_options(timeout=30_000)
# No test looks at a clock: a machine that is busy elsewhere would make it red. What is taken in is
# tried with the same examples each time; on one's own machine they are drawn anew.
hypothesis.settings.register_profile("ours", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("ours")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# The number of the office that tests found.
UNIT = 26068
# Passwords are hashed at the least cost: a hash carries its costs, each login pays them.
LEAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# What a test says for each move that needs words.
DETAILS = {
    Status.NEEDS_INFO: {"missing": "ai làm, làm ở đâu", "until": "2026-12-31"},
    Status.ON_TRIAL: {"trial_from": "2026-04-01", "trial_to": "2026-06-30"},
    Status.RECOGNISED: {
        "decision_number": "12/QĐ-UBND",
        "decision_date": "2026-07-01",
        "reason": "mới, dễ làm",
        "spread": "yes",
    },
    Status.NOT_RECOGNISED: {
        "decision_number": "13/QĐ-UBND",
        "decision_date": "2026-07-01",
        "reason": "đã có quy định thực hiện",
    },
    Status.REPLICATED: {"where": "xã Vĩnh Tân", "since": "2026-09-01"},
    Status.REDIRECTED: {"to_office": "Tiếp công dân", "reason": "khiếu nại đất đai"},
    Status.CLOSED: {"reason": "quá hạn bổ sung"},
}
CHROMIUM = "/usr/bin/chromium"
# The same browser without its own frame of tabs and buttons: an empty page costs a third of the
# time. It has no camera and no microphone but a fake one, and no pages kept for Back.
SHELL = "/usr/bin/chromium-headless-shell"
# No sandbox within a sandbox, no card to draw on, and no word to anybody outside.
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROAD = {
    Status.RECEIVED: (),
    Status.NEEDS_INFO: (Status.NEEDS_INFO,),
    Status.UNDER_APPRAISAL: (Status.UNDER_APPRAISAL,),
    Status.AT_COUNCIL: (Status.UNDER_APPRAISAL, Status.AT_COUNCIL),
    Status.ON_TRIAL: (Status.UNDER_APPRAISAL, Status.ON_TRIAL),
    Status.RECOGNISED: (Status.UNDER_APPRAISAL, Status.AT_COUNCIL, Status.RECOGNISED),
    Status.REPLICATED: (
        Status.UNDER_APPRAISAL,
        Status.AT_COUNCIL,
        Status.RECOGNISED,
        Status.REPLICATED,
    ),
    Status.NOT_RECOGNISED: (Status.UNDER_APPRAISAL, Status.NOT_RECOGNISED),
    Status.REDIRECTED: (Status.REDIRECTED,),
    Status.WITHDRAWN: (Status.WITHDRAWN,),
    Status.CLOSED: (Status.CLOSED,),
}

# What takes long as a whole and mostly waits, or begins with what takes long (a demo that is
# served, a browser, a walk through all screens): one worker begins with each, and does it alone.
LONG = (
    ("tests/shared/upgrade/", "tests/faults/"),
    ("tests/journeys/",),
    ("tests/units/", "tests/promises/test_growth.py"),
)

# The tests' folders lie in memory where there is room: syncing them was half of the time that tests
# of the store took. Below this much the product itself would call its disk full.
MEMORY = Path("/dev/shm")
LEAST_MEMORY = 4 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest make its temporary folders in memory, unless somebody said where."""
    if _has_room(MEMORY) and not config.option.basetemp:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker begin with one of LONG, so that none is alone with it at the end. Each gets
    an equal part of all in a row, and takes from the end of another's when it has done its own."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    begins: list[list[pytest.Item]] = [[] for _ in range(workers)]
    rest: list[pytest.Item] = []
    for item in items:
        places = [place for place, long in enumerate(LONG) if item.nodeid.startswith(long)]
        (begins[places[0] % workers] if places else rest).append(item)
    each, left = len(items) // workers, iter(rest)
    items[:] = [
        one for begun in begins for one in (*begun, *islice(left, max(0, each - len(begun))))
    ]
    items += left


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let the collector of garbage rest meanwhile: of what is collected, all stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Let the collector of garbage look at what tests make, rarely, and no more at what was
    imported: going through all modules again and again was a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def roomy() -> Path:
    """Return the folder for what outlives no run: in memory where there is room. Any account may
    enter it, as the server of a cluster must and may not enter a test's own."""
    return MEMORY if _has_room(MEMORY) else Path(tempfile.gettempdir())


def _has_room(folder: Path) -> bool:
    """Say whether a folder may be written to, holds programs that may be run, and has room."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    runs = not found.f_flag & os.ST_NOEXEC
    return runs and os.access(folder, os.W_OK) and found.f_bavail * found.f_frsize >= LEAST_MEMORY


@pytest.fixture(scope="session")
def on_disk() -> Iterator[Callable[[], Path]]:
    """A builder: `on_disk()` is a fresh folder on this machine's own disk, for tests about what a
    disk does."""
    with tempfile.TemporaryDirectory(prefix="hienke-tests-", dir="/var/tmp") as place:
        yield lambda: Path(tempfile.mkdtemp(dir=place))


@pytest.fixture(scope="session", autouse=True)
def compiled_once(pytestconfig: pytest.Config) -> Iterator[None]:
    """Let every app of the run share what was compiled."""
    assert pytestconfig.cache is not None
    compiled = TemplatesOnce(pytestconfig.cache.mkdir("templates"))
    make = Flask.create_jinja_environment

    def create(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = compiled
        return environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "create_jinja_environment", create)
        RoutesOnce().share(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def hashes_are_cheap() -> Iterator[None]:
    """Let hashes cost next to nothing: founding a demo makes nine, and a login makes one anew whose
    costs are not today's. tests/shared/runtime/test_passwords.py takes the office's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: LEAST)
        yield


@pytest.fixture(scope="session")
def transcoded(tmp_path_factory: pytest.TempPathFactory) -> TranscodedOnce:
    """What is said of a file that was transcoded in this run before, by any worker."""
    folder = of_this_run(tmp_path_factory) / "transcoded"
    folder.mkdir(exist_ok=True)
    return TranscodedOnce(folder)


@pytest.fixture(scope="session", autouse=True)
def beside_make_run() -> Iterator[None]:
    """Let no test serve where `make run` does, whether one runs on this machine or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "bind", refuse_defaults())
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator["Cluster"]:
    """A PostgreSQL of this worker's own, empty."""
    from tests.postgres import cluster  # its driver takes a moment, and most workers need none

    with cluster(roomy()) as running:
        yield running


@pytest.fixture
def database(postgres: "Cluster") -> Iterator[str]:
    """The address of a fresh database in it."""
    name = postgres.fresh()
    yield postgres.url(name)
    postgres.drop(name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test of a module that runs on both engines run on each (tests/engines.py)."""
    if "runs_on" in metafunc.fixturenames and is_on_both(metafunc.definition):
        metafunc.parametrize("runs_on", ENGINES, indirect=True)


@pytest.fixture
def runs_on(request: pytest.FixtureRequest) -> str:
    """The engine of the test's own store."""
    return getattr(request, "param", SQLITE)


@pytest.fixture
def instance(request: pytest.FixtureRequest, runs_on: str, tmp_path: Path) -> Instance:
    """An office's instance with a commune and the campaign of 2026."""
    if runs_on == POSTGRES:
        served: OnServer = request.getfixturevalue("on_server")
        founded = served.fresh()
    else:
        founded = request.getfixturevalue("founded")
    return Instance(shutil.copytree(founded, tmp_path / "instance"))


@pytest.fixture(scope="session")
def on_server(
    postgres: "Cluster", tmp_path_factory: pytest.TempPathFactory
) -> Iterator["OnServer"]:
    """An office whose store is on a PostgreSQL, founded once for a worker's tests."""
    from tests.on_server import OnServer

    served = OnServer(postgres, tmp_path_factory.mktemp("on-server") / "instance")
    yield served
    served.close()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that every test's instance is a copy of: made once, as founding costs more than
    most tests. Nothing has it open."""
    made = Instance(tmp_path_factory.mktemp("founded") / "instance")
    create(made, settings.example())
    db = Store(made.database, UNIT, made.cipher())
    found(db)
    db.close()
    return made.folder


def found(db: Store) -> None:
    """Make the tables of an empty store, the commune and the campaign of 2026."""
    schema.migrate(db)
    with writing(db):
        campaigns.create(db, "UBND xã Tân An", is_demo=False, at=clock.now())
        campaigns.add_campaign(
            db,
            campaigns.Campaign(
                2026, "Kế hoạch phát động", "Hội đồng thi đua, khen thưởng xã", Cutoff(), 15
            ),
            at=clock.now(),
        )


@pytest.fixture
def db(instance: Instance) -> Iterator[Store]:
    """A connection to the instance's store."""
    opened = instance.open()
    yield opened
    opened.close()


@pytest.fixture
def when_due(db: Store) -> Callable[[], int]:
    """A step: `when_due()` carries out all that waits, as when its time has come."""
    return lambda: pending.do_due(db, at=clock.now() + clock.DAY, zone=ZONE)


@pytest.fixture
def a_proposal(instance: Instance, db: Store) -> Callable[..., proposals.Proposal]:
    """A builder: `a_proposal(status=…, channel=…, **fields of the API)` walks the real road."""
    return proposal_builder(instance, db)


def proposal_builder(instance: Instance, db: Store) -> Callable[..., proposals.Proposal]:
    """Return what `a_proposal` is, for an instance and a store of one's own."""
    numbers = count(1)

    def build(
        status: Status = Status.RECEIVED, channel: str = "web", at: int | None = None, **given: Any
    ) -> proposals.Proposal:
        number = next(numbers)
        body = {
            "participant_type": "citizen",
            "title": f"Hẹn giờ trước khi đi chứng thực {number}",
            "solution": "Cho bà con nhắn tin xin một khung giờ 30 phút.",
            **given,
        }
        new = read_proposal(body, channel)  # type: ignore[arg-type]
        assert isinstance(new, NewProposal), new
        moment = at or clock.now()
        added = receiving.add(
            db,
            new,
            receiving.Arrival(moment, moment),
            key=f"test|{new_id()}",
            fingerprint="",
            receipt_key=instance.secrets().receipt_key,
            zone=ZONE,
        ).proposal
        for step in ROAD[status]:
            moves.move(db, added.code, step, actor="test", at=moment, details=DETAILS.get(step))
        return proposals.by_code(db, added.code)

    return build


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How a test launches Debian's Chromium where it needs one of its own."""
    return {"executable_path": CHROMIUM, "args": SWITCHES}


@pytest.fixture(scope="session")
def browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """Debian's Chromium without a frame, one for the whole session; tests open pages of it."""
    launched = browser_type.launch(**{**browser_type_launch_args, "executable_path": SHELL})
    yield launched
    launched.close()
