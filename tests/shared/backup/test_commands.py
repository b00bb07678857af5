"""`hienke backup-key`, `backup` and `restore` as their operator meets them."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.domain import clock
from shared.runtime.instance import Instance
from shared.store.jobs import backup_status, job_runs
from shared.workflows import verify
from tests import commands
from tests.serving import ROOT, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def hienke(tmp_path):
    """Run `hienke …` on the office's folder, or on another one."""

    def environment(on: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
            "HIENKE_INSTANCE": str(tmp_path / on),
        }  # fmt: skip

    def run(*words: object, on: str = "office", given: str = "") -> subprocess.CompletedProcess:
        return commands.hienke(*words, cwd=tmp_path, env=environment(on), given=given)

    def begin(*words: object, on: str = "office") -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "shared.cli", *map(str, words)],
            env=environment(on), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    run.begin = begin
    return run


@pytest.fixture
def office(hienke, tmp_path) -> Instance:
    hienke("init", "--unit", "26068")
    return Instance(tmp_path / "office")


@pytest.fixture
def key(hienke, office, tmp_path) -> Path:
    """The file on the stick."""
    hienke("backup-key", "--to", tmp_path / "key.txt")
    return tmp_path / "key.txt"


def list_of(office: Instance) -> str:
    """The name of the office's list of erasures."""
    return newest(office).name[: len("hienke-000000-")] + "erased.txt"


def newest(office: Instance) -> Path:
    return sorted(office.backups.glob("*.tar.age"))[-1]


def test_init_says_that_backups_need_a_key(hienke):
    assert "hienke backup-key" in hienke("init", "--unit", "26068").stdout


def test_the_key_is_told_once_and_kept_nowhere(hienke, office):
    said = hienke("backup-key")

    [identity] = re.findall(r"^AGE-SECRET-KEY-1[0-9A-Z]+$", said.stdout, re.M)
    assert said.returncode == 0
    on_the_pc = [path.read_bytes() for path in office.folder.rglob("*") if path.is_file()]
    assert not any(identity.encode() in content for content in on_the_pc)
    again = hienke("backup-key")
    assert again.returncode == 2 and "--replace" in again.stderr and not again.stdout


def test_a_key_file_is_for_its_owner_and_never_in_the_office_folder(hienke, office, tmp_path, key):
    assert key.stat().st_mode & 0o777 == 0o600
    for wrong in (office.folder / "key.txt", key, tmp_path / "nowhere" / "key.txt"):
        refused = hienke("backup-key", "--replace", "--to", wrong)
        assert refused.returncode == 2 and refused.stderr.count("\n") == 1


def test_without_a_key_backup_says_what_to_do(hienke, office):
    refused = hienke("backup")

    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1 and "hienke backup-key" in refused.stderr


def test_from_backup_to_another_machine(hienke, office, key, tmp_path):
    hienke("user", "add", "lan", "--role", "officer")

    made = hienke("backup")
    restored = hienke("restore", newest(office), "--identity", key, on="new")

    assert made.returncode == restored.returncode == 0, (made.stderr, restored.stderr)
    assert made.stdout.splitlines()[-1] == "OK: 0 proposals, 4 events, 0 files"
    assert "UBND xã Tân An, unit 26068, as of" in restored.stdout
    assert restored.stdout.splitlines()[-1] == "OK: 0 proposals, 5 events, 0 files"
    assert hienke("verify", on="new").returncode == 0
    assert hienke("user", "password", "lan", on="new").returncode == 0
    assert hienke("backup", on="new").returncode == 0


def test_the_key_may_be_typed_from_the_paper(hienke, office, key):
    hienke("backup")
    typed = key.read_text().splitlines()[-1].lower()

    answer = hienke("restore", newest(office), "--identity", "-", on="new", given=typed)

    assert answer.returncode == 0, answer.stderr


def test_a_folder_can_be_named(hienke, office, key, tmp_path):
    (tmp_path / "stick").mkdir()

    made = hienke("backup", "--to", tmp_path / "stick")
    nowhere = hienke("backup", "--to", tmp_path / "nowhere")

    assert made.returncode == 0 and list((tmp_path / "stick").glob("*.tar.age"))
    assert nowhere.returncode == 2


def test_a_missing_stick_is_told_beside_a_backup_that_is_made(hienke, office, key, tmp_path):
    text = (office.folder / "settings.toml").read_text("utf-8")
    told = text.replace("folders = []", f'folders = ["{tmp_path}/stick"]')
    (office.folder / "settings.toml").write_text(told, "utf-8")

    made = hienke("backup")

    assert made.returncode == 0 and newest(office).exists()
    assert made.stderr == f"Not copied: {tmp_path}/stick: it is not there.\n"


def test_a_damaged_archive_is_refused_in_one_sentence(hienke, office, key, tmp_path):
    hienke("backup")
    cut = tmp_path / "cut.tar.age"
    cut.write_bytes(newest(office).read_bytes()[:-1000])

    refused = hienke("restore", cut, "--identity", key, on="new")

    assert refused.returncode == 1
    assert refused.stderr == f"{cut} is damaged or cut off: take another archive.\n"
    assert not (tmp_path / "new").exists()


def test_an_office_is_never_restored_over(hienke, office, key):
    hienke("user", "add", "lan", "--role", "officer")
    hienke("backup")

    refused = hienke("restore", newest(office), "--identity", key)

    assert refused.returncode == 2 and "is not empty" in refused.stderr
    assert hienke("verify").returncode == 0


def test_trying_an_archive_is_written_down_for_the_office(hienke, office, key):
    hienke("backup")
    assert backup_status.state(office.open(), clock.now()).key_tried_at is None

    tried = hienke("restore", newest(office), "--identity", key, "--check")

    assert tried.returncode == 0, tried.stderr
    assert backup_status.state(office.open(), clock.now()).key_tried_at is not None
    assert sorted(path.name for path in office.backups.iterdir()) == sorted(
        [newest(office).name, newest(office).name + ".sha256", list_of(office)]
    )


def test_a_backup_by_hand_counts_and_is_told(hienke, office, key):
    hienke("backup")

    last = job_runs.last(office.open(), "backup", at=clock.now())
    assert (last.outcome, last.text_key) == ("ok", "job.backup.ok")
    assert backup_status.state(office.open(), clock.now()).made_at == last.started_at


def test_killed_at_any_moment_a_backup_leaves_no_half(hienke, office, key):
    """Given kills at moments spread over the whole of a backup."""
    began = time.monotonic()
    hienke("backup")
    whole = time.monotonic() - began
    sound = set(office.backups.glob("*.tar.age"))

    for part in (0.5, 0.65, 0.8, 0.9):
        running = hienke.begin("backup")
        time.sleep(whole * part)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        for made in office.backups.glob("*.tar.age"):
            tried = hienke("restore", made, "--identity", key, "--check")
            assert tried.returncode == 0, tried.stderr
        time.sleep(1.1)  # the next name is that of another second

    assert hienke("backup").returncode == 0
    assert verify.verify(office.open(), office.media).damage == ()
    left = {path.name for path in office.backups.iterdir()}
    assert not [name for name in left if ".part" in name or name.startswith(".work")]
    assert sound <= set(office.backups.glob("*.tar.age"))


def test_killed_at_any_moment_a_restore_is_begun_again(hienke, office, key, tmp_path):
    hienke("backup")
    began = time.monotonic()
    hienke("restore", newest(office), "--identity", key, on="first")
    whole = time.monotonic() - began

    for number, part in enumerate((0.5, 0.65, 0.8, 0.9)):
        name = f"killed-{number}"
        running = hienke.begin("restore", newest(office), "--identity", key, on=name)
        time.sleep(whole * part)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        if not (tmp_path / name / "hienke.db").exists():
            again = hienke("restore", newest(office), "--identity", key, on=name)
            assert again.returncode == 0, again.stderr
        checked = hienke("verify", on=name)
        assert checked.stdout.splitlines()[-1] == "OK: 0 proposals, 4 events, 0 files"


def test_a_backup_that_is_asked_to_stop_leaves_no_half(hienke, office, key):
    running = hienke.begin("backup")
    wait_until(lambda: any(office.backups.glob("*.part")) or running.poll() is not None)

    running.terminate()

    running.communicate()
    assert hienke("backup").returncode == 0
    assert not list(office.backups.glob("*.part"))


def test_without_the_list_of_erasures_nothing_comes_back_before_that_is_said(
    hienke, office, key, tmp_path
):
    hienke("backup")
    (tmp_path / "stick").mkdir()
    alone = tmp_path / "stick" / newest(office).name
    alone.write_bytes(newest(office).read_bytes())
    words = ("restore", alone, "--identity", key)

    tried = hienke(*words, "--check")
    refused = hienke(*words, on="new")
    named = hienke(*words, "--erasures", office.backups / list_of(office), on="named")
    without = hienke(*words, "--without-erasures", on="new")

    assert (tried.returncode, refused.returncode) == (0, 1)
    assert "No list of erasures" in tried.stderr
    assert f"put {list_of(office)} beside it" in refused.stderr
    assert named.returncode == without.returncode == 0
    assert "Who was erased is known until" in named.stdout
    assert "whoever was erased since then is back" in without.stderr
