"""`hienke upgrade` of an office whose store is on a server: the new version, or the old one with
the store as it was; and never where others work on the store."""

import subprocess
from contextlib import closing

import pytest

from shared import founding
from shared.domain import clock
from shared.runtime import alone
from shared.runtime.instance import Instance
from shared.store import schema
from tests.shared.upgrade.conftest import WITHOUT_PIP, Installed

pytestmark = pytest.mark.slow

LISTED = "\n\nSTEPS = (*STEPS, 'm9001_later')\n"
# As a step may be that was only ever tried on a file.
ON_A_FILE_ALONE = (
    "from shared.store.schema.steps import steps\n\n\n@steps()\ndef m9001_later(db):\n"
    "    db.execute('CREATE TABLE later (commune_id INTEGER PRIMARY KEY REFERENCES commune)"
    " STRICT')\n    db.execute('INSERT OR IGNORE INTO later SELECT commune_id FROM commune')\n"
)


@pytest.fixture
def served(installed: Installed, database: str) -> Installed:
    """An office of version 9.0 whose store is on a server."""
    moved = installed.run("carry", "--to", database)
    assert moved.returncode == 0, moved.stderr
    return installed


def steps_of(served: Installed) -> list[str]:
    with closing(served.instance.open()) as db:
        assert db.engine.dialect == "postgres"
        return schema.applied(db)


def test_a_new_version_takes_over_a_store_on_a_server(served, wheel_of_later):
    done = served.run_without_pip("upgrade", wheel_of_later)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Version 9.1 is in its place."
    assert served.version() == "9.1" and steps_of(served)[-1] == "m9001_later"
    assert served.run("verify").returncode == 0
    assert len(list(served.instance.backups.glob("*.tar.age"))) == 1
    assert served.left_behind() == []


def test_a_step_that_only_a_file_takes_leaves_the_old_version_and_the_store_as_it_was(
    served, a_wheel
):
    before = steps_of(served)
    wheel = a_wheel(
        "9.2",
        {
            "shared/store/schema/m9001_later.py": ON_A_FILE_ALONE,
            "shared/store/schema/__init__.py": LISTED,
        },
    )

    failed = served.run_without_pip("upgrade", wheel)

    assert failed.returncode == 1
    assert "9.0 and its data are back in place" in failed.stderr
    assert served.version() == "9.0" and steps_of(served) == before
    assert served.run("verify").returncode == 0 and served.left_behind() == []


def test_a_store_that_took_the_new_form_is_not_given_to_the_old_version(served, wheel_of_later):
    """Given a new version that fails after its steps were taken."""
    done = upgraded(
        served,
        wheel_of_later,
        "def run(python, instance, *words):\n"
        "    done = hienke(python, instance, *words)\n"
        "    if words == ('migrate',): done.returncode = 1\n"
        "    return done\n"
        "upgrading.hienke = run",
    )

    assert "StuckBetween: 9.1 is in place" in done.stderr and "backup from before" in done.stderr
    assert served.version() == "9.1" and steps_of(served)[-1] == "m9001_later"
    settled = served.run("upgrade")
    assert settled.stdout == "The upgrade to 9.1 that was broken off is finished.\n"
    assert served.run("verify").returncode == 0 and served.left_behind() == []


def test_while_another_machine_serves_the_unit_nothing_is_changed(
    served, wheel_of_later, monkeypatch
):
    monkeypatch.setattr(alone, "BEAT_SECONDS", 0.5)
    before = steps_of(served)

    with alone.serving(served.instance):
        done = upgraded(served, wheel_of_later, "")

    assert "UpgradeRefused: Another machine already serves" in done.stderr
    assert served.version() == "9.0" and steps_of(served) == before
    assert served.left_behind() == []


def test_a_store_of_several_units_is_not_upgraded_for_one_of_them(
    served, database, tmp_path, monkeypatch, wheel_of_later
):
    monkeypatch.setenv("HIENKE_STORE_URL", database)
    founding.found(Instance(tmp_path / "other"), 26071, is_demo=False, at=clock.now())

    refused = served.run("upgrade", wheel_of_later)

    assert refused.returncode == 1 and refused.stderr.count("\n") == 1
    assert "holds 2 units" in refused.stderr and "nothing was changed" in refused.stderr
    assert served.version() == "9.0" and served.left_behind() == []


def upgraded(served: Installed, wheel, lines: str) -> "subprocess.CompletedProcess[str]":
    """Run an upgrade in which something is otherwise, as `lines` of Python say. It is not tried
    before, and no pip puts it together."""
    return subprocess.run(
        [served.venv / "bin" / "python", "-c",
         "import runpy, sys\n"
         "from pathlib import Path\n"
         "from shared.upgrade import place as places, upgrading\n"
         "from shared.runtime.instance import Instance\n"
         f"places.put_together = runpy.run_path({str(WITHOUT_PIP)!r})['put_together']\n"
         "upgrading.rehearse = lambda *words: None\n"
         "hienke = upgrading.hienke\n"
         f"{lines}\n"
         "upgrading.upgrade(Path(sys.argv[1]), None, Instance(Path(sys.argv[2])),"
         " places.here(), print)",
         wheel, served.instance.folder],
        capture_output=True, text=True, timeout=300, cwd=served.venv,
        env=served.environment(),
    )  # fmt: skip
