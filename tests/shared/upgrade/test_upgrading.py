"""`hienke upgrade` with real wheels in a real venv: the new version, or all as it was."""

import os
import signal
import subprocess

import pytest

from shared.db.connection import open_store
from shared.store import schema
from shared.workflows import verify
from tests.ports import elsewhere
from tests.serving import wait_until
from tests.shared.upgrade.conftest import WITHOUT_PIP

pytestmark = pytest.mark.slow

LIES_AT_THE_END = "\n\nraise RuntimeError('broken')\n"


def steps_of(installed) -> list[str]:
    db = open_store(installed.instance.database)
    try:
        assert verify.verify(db, installed.instance.media, parts=("pages", "event")).damage == ()
        return schema.applied(db)
    finally:
        db.close()


def archives(installed) -> list[str]:
    return [path.name for path in installed.instance.backups.glob("*.tar.age")]


def test_a_new_version_takes_over_program_and_data(installed, wheel_of_later):
    done = installed.run("upgrade", wheel_of_later)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Version 9.1 is in its place."
    assert installed.version() == "9.1"
    assert steps_of(installed)[-1] == "m9001_later"
    assert installed.run("verify").returncode == 0
    assert len(archives(installed)) == 1
    assert installed.left_behind() == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param(
            {
                "shared/store/schema/m9001_later.py": (
                    "from shared.store.schema.steps import steps\n\n@steps()\n"
                    "def m9001_later(db):\n    db.execute('DELETE FROM event')\n"
                ),
                "shared/store/schema/__init__.py": (
                    "\n\nSTEPS = (*STEPS, 'm9001_later')\n"
                ),
            },
            "does not count", id="loses rows",
        ),
        pytest.param({"kiosk/apps.py": LIES_AT_THE_END}, "(RuntimeError: broken)", id="no page"),
    ],
)  # fmt: skip
def test_a_broken_version_is_found_before_anything_changes(installed, a_wheel, changes, why):
    before = steps_of(installed)

    refused = installed.run_without_pip("upgrade", a_wheel("9.2", changes))

    assert refused.returncode == 1
    assert why in refused.stderr and "nothing was changed" in refused.stderr
    assert installed.version() == "9.0" and steps_of(installed) == before
    assert installed.run("verify").returncode == 0
    assert installed.left_behind() == []


def test_a_version_that_fails_on_the_real_data_alone_gives_way_to_the_old_one(installed, a_wheel):
    """Given a new version that is well on a copy, and not where the office is."""
    only_here = (
        "\n\nfrom shared.store.schema.steps import steps\n\n\n@steps()\ndef m9001_later(db):\n"
        "    db.execute('CREATE TABLE later (commune_id INTEGER PRIMARY KEY REFERENCES commune)"
        " STRICT')\n"
    )
    fails = (
        "from shared.store.schema.steps import steps\n\n\n@steps()\ndef m9002_after(db):\n"
        "    if 'trial' not in db.execute('PRAGMA database_list').fetchone()[2]:\n"
        "        raise RuntimeError('here it fails')\n"
    )
    listed = "\n\nSTEPS = (*STEPS, 'm9001_later', 'm9002_after')\n"
    before = steps_of(installed)
    wheel = a_wheel(
        "9.2",
        {
            "shared/store/schema/m9001_later.py": only_here,
            "shared/store/schema/m9002_after.py": fails,
            "shared/store/schema/__init__.py": listed,
        },
    )

    failed = installed.run_without_pip("upgrade", wheel)

    assert failed.returncode == 1
    assert "9.0 and its data are back in place" in failed.stderr
    assert installed.version() == "9.0" and steps_of(installed) == before
    assert installed.run("verify").returncode == 0
    assert len(archives(installed)) == 1 and installed.left_behind() == []


def test_what_is_no_wheel_of_ours_is_refused(installed, tmp_path, a_wheel):
    text, cut = tmp_path / "letter.whl", tmp_path / "cut.whl"
    text.write_text("a letter")
    cut.write_bytes(a_wheel("9.3").read_bytes()[:-1000])

    for wrong in (text, cut):
        refused = installed.run("upgrade", wrong)
        assert refused.returncode == 1 and "no whole wheel" in refused.stderr
    same = installed.run("upgrade", a_wheel("9.0"))
    assert same.returncode == 1 and "runs already" in same.stderr
    assert installed.left_behind() == []


def test_without_a_backup_nothing_is_upgraded(installed, wheel_of_later):
    (installed.instance.folder / "backup-recipients.txt").unlink()

    refused = installed.run("upgrade", wheel_of_later)

    assert refused.returncode == 1 and "hienke backup-key" in refused.stderr
    assert installed.version() == "9.0" and installed.left_behind() == []


def test_while_it_is_served_by_somebody_else_nothing_is_begun(installed, wheel_of_later):
    with installed.instance.lock():
        refused = installed.run("upgrade", wheel_of_later)

    assert refused.returncode == 1 and "stop it" in refused.stderr
    assert installed.version() == "9.0"


def killed(installed, wheel, lines: str) -> None:
    """Run an upgrade that is killed where `lines` of Python say so, by `die`. It is not tried
    before, and no pip puts it together: the office is changed all the same."""
    done = subprocess.run(
        [installed.venv / "bin" / "python", "-c",
         "import os, signal, sys\n"
         "from pathlib import Path\n"
         "from shared.upgrade import place as places, upgrading\n"
         "from shared.runtime.instance import Instance\n"
         "def die(*words): os.kill(os.getpid(), signal.SIGKILL)\n"
         "import runpy\n"
         f"without_pip = runpy.run_path({str(WITHOUT_PIP)!r})\n"
         "places.put_together = without_pip['put_together']\n"
         "upgrading.rehearse = lambda *words: None\n"
         "exchange, hienke = places.exchange, upgrading.hienke\n"
         f"{lines}\n"
         "upgrading.upgrade(Path(sys.argv[1]), None, Instance(Path(sys.argv[2])),"
         " places.here(), print)",
         wheel, installed.instance.folder],
        capture_output=True, text=True, timeout=300, cwd=installed.venv,
        env=installed.environment(),
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_killed_once_the_new_program_is_in_its_place_it_is_finished(installed, wheel_of_later):
    killed(
        installed,
        wheel_of_later,
        "def then(place): exchange(place); die()\nplaces.exchange = then",
    )
    assert installed.version() == "9.1" and "m9001_later" not in steps_of(installed)

    settled = installed.run("upgrade")

    assert settled.returncode == 0, settled.stderr
    assert settled.stdout == "The upgrade to 9.1 that was broken off is finished.\n"
    assert steps_of(installed)[-1] == "m9001_later"
    assert installed.run("verify").returncode == 0 and installed.left_behind() == []


def test_killed_on_the_way_back_the_next_run_goes_on_with_it(installed, wheel_of_later):
    killed(
        installed,
        wheel_of_later,
        "def run(python, instance, *words):\n"
        "    done = hienke(python, instance, *words)\n"
        "    if words == ('migrate',): done.returncode = 1\n"
        "    return done\n"
        "def once(place): exchange(place); places.exchange = die\n"
        "upgrading.hienke, places.exchange = run, once",
    )
    assert installed.version() == "9.1"

    refused = installed.run("serve", *elsewhere())
    assert refused.returncode == 2 and "being taken back" in refused.stderr
    settled = installed.run("upgrade")

    assert settled.returncode == 0, settled.stderr
    assert "taken back" in settled.stdout
    assert installed.version() == "9.0" and "m9001_later" not in steps_of(installed)
    assert installed.run("verify").returncode == 0 and installed.left_behind() == []


def test_killed_while_it_is_put_together_or_tried_the_office_has_not_noticed(
    installed, wheel_of_later
):
    for moment, hienke in (
        ("Putting 9.1 together", ("-m", "shared.cli")),
        ("Trying it", ("-P", WITHOUT_PIP)),
    ):
        killed_after_saying(installed, wheel_of_later, moment, hienke)

        assert installed.run("verify").returncode == 0
        assert installed.run("upgrade").stdout == "No upgrade was broken off.\n"
        assert installed.version() == "9.0" and installed.left_behind() == []


def killed_after_saying(installed, wheel, moment: str, hienke) -> None:
    """Run an upgrade that is killed with all it began when it has written something since it said
    that it begins with a stage."""
    running = subprocess.Popen(
        [installed.venv / "bin" / "python", *hienke, "upgrade", wheel],
        cwd=installed.venv, env=installed.environment(), stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    with running:
        assert running.stdout is not None
        assert any(line.startswith(moment) for line in running.stdout)
        wait_until(installed.left_behind)
        os.killpg(running.pid, signal.SIGKILL)
