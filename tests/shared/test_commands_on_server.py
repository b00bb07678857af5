"""The operator's commands do on a store on PostgreSQL what they do on a file, and say what they say
there."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared import cli, nightly
from shared.db import event_log
from shared.db.connection import Store, writing
from shared.domain import clock, codes
from shared.runtime.instance import Instance
from shared.store import schema
from shared.store.cases import proposals
from shared.store.jobs import clock_watch, leases
from shared.store.messages import inbox
from tests.conftest import ZONE
from tests.postgres import Cluster
from tests.shared.store.schema.test_schema import later

pytestmark = pytest.mark.slow
Hienke = Callable[..., Result]
_YEAR = 366 * clock.DAY
YEAR = clock.to_local(clock.now(), ZONE).year


@pytest.fixture(scope="module")
def office(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A demo that was founded on a server, which all tests of the module work on in turn."""
    here = Instance(tmp_path_factory.mktemp("served") / "office")
    name = postgres.fresh()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIENKE_INSTANCE", str(here.folder))
        patch.setenv("HIENKE_STORE_URL", postgres.url(name))
        made = CliRunner().invoke(cli.main, ["init", "--demo"])
        assert made.exit_code == 0, made.output
        assert not here.database.exists()
        yield here
    postgres.drop(name)


@pytest.fixture
def hienke(office: Instance) -> Hienke:
    """Run `hienke …` to its good end."""

    def run(*words: object) -> Result:
        done = CliRunner().invoke(cli.main, [*map(str, words)])
        assert done.exit_code == 0, (done.output, done.exception)
        return done

    return run


@pytest.fixture
def db(office: Instance) -> Iterator[Store]:
    opened = office.open()
    assert opened.engine.dialect == "postgres"
    yield opened
    opened.close()


def test_a_year_is_archived_and_the_archive_reads_back(
    hienke: Hienke, db: Store, tmp_path: Path
) -> None:
    hienke("archive", YEAR, "--to", tmp_path)

    assert hienke("archive", "--check", tmp_path / f"luu-tru-{YEAR}.zip").output.startswith("OK: ")
    assert len(event_log.of_kind(db, "archived")) == 1


def test_the_register_and_a_report_are_written(hienke: Hienke, tmp_path: Path) -> None:
    hienke("export", "--to", tmp_path / "so.xlsx")
    hienke("export", "--to", tmp_path / "so", "--personal")
    hienke("report", YEAR, "--to", tmp_path / "bao-cao")

    assert (tmp_path / "so.xlsx").read_bytes().startswith(b"PK")
    assert len(list((tmp_path / "so").iterdir())) > 20
    assert len(list((tmp_path / "bao-cao").iterdir())) == 2


def test_a_paper_register_is_brought_in_once_or_not_at_all(
    hienke: Hienke, db: Store, tmp_path: Path
) -> None:
    head = "Thời điểm tiếp nhận,Đối tượng,Tên sáng kiến,Nội dung giải pháp\n"
    good = f"16/03/{YEAR},Người dân,Bớt một chữ ký,Ký điện tử.\n"
    file, before = tmp_path / "so.csv", db.row("SELECT count(*) FROM proposal")
    file.write_text(head + good + "hôm qua,Người dân,Bớt giấy,Ký.\n", "utf-8")
    refused = CliRunner().invoke(cli.main, ["import", str(file)])
    assert refused.exit_code == 1 and "row 3, Thời điểm tiếp nhận:" in refused.output
    assert db.row("SELECT count(*) FROM proposal") == before
    file.write_text(head + good, "utf-8")

    said = [hienke("import", file).output for _ in range(2)]

    assert said == [
        "Brought in 1 idea; 0 were there already. Read 1 row, 0 blank.\n",
        "Brought in 0 ideas; 1 was there already. Read 1 row, 0 blank.\n",
    ]


def test_an_idea_is_erased_and_the_store_is_whole(hienke: Hienke, db: Store) -> None:
    [(code, title)] = db.rows(
        "SELECT code, title FROM proposal WHERE commune_id = :commune_id"
        " AND status = 'under_appraisal' ORDER BY id LIMIT 1"
    )

    said = hienke("erase", code, "--reason", "theo đơn ngày 2/4").output

    assert said.startswith(f"Erased of {codes.grouped(code)}: who sent it and all they said")
    assert proposals.by_code(db, code).title != title
    assert hienke("verify").output.splitlines()[-1].startswith("OK: ")


def test_a_night_does_all_of_its_work_and_forgets_what_is_past_its_time(
    hienke: Hienke, db: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an SMS of three years ago that belongs to no idea, a key and a folder for backups."""
    hienke("backup-key")
    (tmp_path / "backups").mkdir()
    monkeypatch.setenv("HIENKE_BACKUP_FOLDERS", str(tmp_path / "backups"))
    at = clock.now()
    old = inbox.Arrived("simulator", "old", "Viettel", "name", "Mua gi", "", None, at - 3 * _YEAR)
    inbox.keep(db, old)
    [message] = inbox.waiting(db)
    with writing(db):
        inbox.handled(db, message.id, outcome="not_a_person", at=old.arrived_at, quarantined=True)
        clock_watch.look(db, at=at)
        db.write("UPDATE clock_watch SET steady_from = 1 WHERE commune_id = :commune_id")

    said = hienke("nightly").output.splitlines()

    assert said == [f"{job.name}: done" for job in nightly.JOBS]
    forgotten = inbox.incoming(db, message.id)
    assert forgotten is not None and (forgotten.sender, forgotten.text) == ("", "")
    assert list((tmp_path / "backups").iterdir())
    assert leases.seen(db, "nightly") is None
    assert hienke("nightly").output == ""
    assert hienke("verify").output.splitlines()[-1].startswith("OK: ")


def test_a_step_that_is_killed_leaves_the_form_of_before_and_a_newer_form_is_refused(
    hienke: Hienke, db: Store, office: Instance
) -> None:
    """The last test of the module: the store belongs to a newer version afterwards."""
    [(ideas,)] = db.rows("SELECT count(*) FROM proposal")
    env = {"HIENKE_STORE_URL": os.environ["HIENKE_STORE_URL"]}

    killed = later(office, "killed", **env)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert schema.applied(db) == schema.known()
    assert hienke("verify").output.splitlines()[-1].startswith("OK: ")

    assert later(office, "well", **env).stdout == f"m9001_later {ideas}\n"
    refused = CliRunner().invoke(cli.main, ["nightly"])
    assert refused.exit_code == 2
    assert "belongs to a newer version of Hiến Kế (it has m9001_later)" in refused.output
    assert refused.output.count("\n") == 1
