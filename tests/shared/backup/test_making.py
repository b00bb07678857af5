"""A backup is whole, opens with the key alone, and was tried before it bears its name."""

import hashlib
import json
import subprocess
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shared import settings as all_settings
from shared.backup import archive, keys, making, places, restoring
from shared.backup.refusals import ArchiveRefused
from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.files import media
from shared.settings import BackupSettings, Settings
from shared.store import schema
from shared.workflows import verify
from tests.shared.backup.conftest import SOUND, recording


def opened(path: Path, identities: list, folder: Path) -> archive.Unpacked:
    return archive.unpack(path, identities, folder)


def test_a_backup_holds_store_files_settings_and_keys(back_up, full, identities, tmp_path):
    made = back_up()

    found = opened(made.path, identities, tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    names = {str(path.relative_to(tmp_path / "out")) for path in files}
    media = str(recording(full).relative_to(full.folder))
    assert {"hienke.db", "settings.toml", "secrets", keys.RECIPIENTS, media} <= names
    assert (tmp_path / "out" / media).read_bytes() == SOUND
    for name in ("settings.toml", "secrets", keys.RECIPIENTS):
        assert (tmp_path / "out" / name).read_bytes() == (full.folder / name).read_bytes()
    assert set(found.manifest.files) == {
        name for name in names if (tmp_path / "out" / name).is_file()
    }


def test_its_manifest_says_what_it_holds(back_up, db, identities, tmp_path):
    counts, head = verify.counts(db), event_log.head(db)

    made = back_up(at=1_790_000_000_000)

    found = opened(made.path, identities, tmp_path / "out")
    assert (found.about.made_at, found.about.office) == (1_790_000_000_000, "UBND xã Tân An")
    assert list(found.about.steps) == schema.applied(db) == schema.known()
    assert found.manifest.counts == counts and counts["proposal"] == 2
    assert found.manifest.chain_head == made.chain_head == head
    assert found.manifest.damage == ()
    for name, (sha256, length) in found.manifest.files.items():
        content = (tmp_path / "out" / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, length)


def test_nothing_of_it_can_be_read_without_the_key(back_up, full, identities):
    made = back_up()

    written = made.path.read_bytes()
    secret = (full.folder / "secrets").read_bytes()
    assert not any(words in written for words in (SOUND[:40], secret[:60], b"hienke.db", b"SQLite"))
    with pytest.raises(ArchiveRefused, match="does not open"):
        opened(made.path, keys.read_identities(keys.new().identity), full.folder / "x")
    on_the_pc = [path.read_bytes() for path in full.folder.rglob("*") if path.is_file()]
    assert not any(str(identities[0]).encode() in content for content in on_the_pc)


def test_debians_age_and_tar_open_it_without_this_program(back_up, key, tmp_path):
    made = back_up()
    (tmp_path / "key.txt").write_text(key.identity + "\n")

    plain = subprocess.run(
        ["age", "--decrypt", "-i", tmp_path / "key.txt", made.path],
        check=True, capture_output=True,
    ).stdout  # fmt: skip

    (tmp_path / "plain.tar").write_bytes(plain)
    with tarfile.open(tmp_path / "plain.tar") as tar:
        assert tar.getnames()[0] == "about.json" and tar.getnames()[-1] == "manifest.json"
        assert json.load(tar.extractfile("about.json"))["what"] == "hienke backup"


def test_its_checksum_stands_beside_it(back_up):
    made = back_up()

    checked = subprocess.run(
        ["sha256sum", "--check", places.sum_of(made.path).name],
        cwd=made.path.parent, capture_output=True, text=True,
    )  # fmt: skip

    assert checked.returncode == 0 and checked.stdout == f"{made.path.name}: OK\n"


def test_only_the_account_of_the_office_reads_it(back_up):
    made = back_up()

    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o777 == 0o700


def test_without_a_key_nothing_is_made(full, db):
    with pytest.raises(keys.NoBackupKey, match="hienke backup-key"):
        making.make(full, Settings(), db, at=clock.now())

    assert not list(full.backups.glob("*"))


def test_a_second_recipient_opens_it_too(full, back_up, tmp_path):
    further = keys.new()
    with (full.folder / keys.RECIPIENTS).open("a") as file:
        file.write(f"{further.recipient}\n")

    made = back_up()

    opened(made.path, keys.read_identities(further.identity), tmp_path / "out")


def test_what_comes_in_meanwhile_is_kept_and_the_copy_is_one_moment(
    full, back_up, identities, tmp_path
):
    stopping, sent = threading.Event(), []

    def keep_sending() -> None:
        db = full.open()
        while not stopping.is_set():
            with writing(db):
                event_log.note(db, "test", None, "test", clock.now(), number=len(sent))
            sent.append(None)
        db.close()

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        made = [back_up(at=clock.now() + 1000 * number) for number in range(3)]
    finally:
        stopping.set()
        sender.join()

    assert len(sent) > 3
    for number, one in enumerate(made):
        found = opened(one.path, identities, tmp_path / str(number))
        assert found.manifest.damage == ()


def test_damage_is_copied_and_told_not_hidden(full, db, back_up, identities, tmp_path):
    idea = db.row("SELECT id FROM proposal")[0]
    db.conn.execute("UPDATE proposal SET solution = solution || '.' WHERE id = ?", (idea,))
    recording(full).write_bytes(b"something else")

    made = back_up()

    assert any(f"proposal {idea}" in one for one in made.report.damage)
    assert any("its file is gone or changed" in one for one in made.report.damage)
    assert opened(made.path, identities, tmp_path / "out").manifest.damage == made.report.damage


def test_a_file_that_is_gone_is_told(full, back_up):
    recording(full).unlink()

    made = back_up()

    assert [one for one in made.report.damage if "its file is gone" in one]


def test_a_file_erased_under_way_leaves_no_gap(full, db, back_up, monkeypatch):
    """Given an erasure between the snapshot and the copying of its files."""
    copy_unit = making.copy_unit

    def copy_then_erase(*words) -> None:
        copy_unit(*words)
        monkeypatch.undo()
        db.conn.execute("DELETE FROM attachment")
        recording(full).unlink()

    monkeypatch.setattr(making, "copy_unit", copy_then_erase)

    made = back_up()

    # The event that spoke of the attachment is there still; the file is missed by nobody.
    assert not [one for one in made.report.damage if "file is gone" in one]


def test_an_archive_that_cannot_be_read_back_never_gets_its_name(full, back_up, monkeypatch):
    write = archive.writing

    @contextmanager
    def write_on_a_tired_disk(path, *words):
        with write(path, *words) as writer:
            yield writer
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    monkeypatch.setattr(archive, "writing", write_on_a_tired_disk)

    with pytest.raises(ArchiveRefused):
        back_up()

    assert not list(full.backups.iterdir())


def test_a_disk_without_room_is_told_before_anything_is_written(full, back_up, monkeypatch):
    real = making.shutil.disk_usage
    monkeypatch.setattr(
        making.shutil, "disk_usage", lambda path: real(path)._replace(free=200_000_000)
    )

    with pytest.raises(making.NoRoom, match=r"\d+ MB more"):
        back_up()

    assert not list(full.backups.glob("hienke-*"))


def test_what_a_kill_left_behind_goes_with_the_next_backup(full, back_up):
    (full.backups / ".work").mkdir(parents=True)
    (full.backups / ".work" / "hienke.db").write_text("names and numbers")
    origin = event_log.origin(full.open())[:6]
    half = full.backups / f"hienke-{origin}-20260316-023000.tar.age.part"
    half.write_bytes(b"half")

    made = back_up()

    assert sorted(path.name for path in full.backups.iterdir()) == sorted(
        [made.path.name, places.sum_of(made.path).name, f"hienke-{origin}-erased.txt"]
    )


def test_two_backups_at_once_are_refused(full, back_up):
    with making._alone(full), pytest.raises(making.BackupUnderway):
        back_up()


def with_folders(*folders: Path) -> Settings:
    return replace(Settings(), backup=BackupSettings(folders=tuple(map(str, folders))))


def test_a_backup_is_copied_to_every_folder(back_up, tmp_path):
    stick, drive = tmp_path / "stick", tmp_path / "drive"
    stick.mkdir(), drive.mkdir()

    made = back_up(with_folders(stick, drive))

    assert [copy.parent for copy in made.copies] == [stick, drive]
    for copy in made.copies:
        assert copy.read_bytes() == made.path.read_bytes()
        assert places.is_unchanged(places.Archive(copy, 0))


def test_a_stick_that_is_not_there_is_told_and_harms_nothing(back_up, tmp_path):
    drive = tmp_path / "drive"
    drive.mkdir()

    made = back_up(with_folders(tmp_path / "stick", drive))

    assert made.path.exists() and [copy.parent for copy in made.copies] == [drive]
    assert [(one.folder, one.reason) for one in made.unusable] == [
        (tmp_path / "stick", "it is not there")
    ]
    assert not (tmp_path / "stick").exists()


def test_a_full_stick_keeps_what_it_had_and_no_half(back_up, tmp_path, monkeypatch):
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "letter.txt").write_text("keep me")
    real = places.shutil.disk_usage
    monkeypatch.setattr(
        places.shutil,
        "disk_usage",
        lambda path: real(path)._replace(free=1000) if Path(path) == stick else real(path),
    )

    made = back_up(with_folders(stick))

    assert made.unusable[0].reason == "it is full"
    assert [path.name for path in stick.iterdir()] == ["letter.txt"]


def test_with_to_it_lies_in_that_folder_alone(full, back_up, tmp_path):
    stick, other = tmp_path / "stick", tmp_path / "other"
    stick.mkdir(), other.mkdir()

    made = back_up(with_folders(other), to=stick)

    assert made.path.parent == stick
    assert not list(other.iterdir()) and not list(full.backups.iterdir())


def test_every_backup_setting_is_read_from_the_file(full):
    (full.folder / "settings.toml").write_text('[backup]\nfolders = ["/media/usb/hienke"]\n')

    assert all_settings.load(full.folder).backup.folders == ("/media/usb/hienke",)
    with pytest.raises(all_settings.SettingWrong, match=r"backup\.folders"):
        all_settings.from_mapping({"backup": {"folders": ["usb"]}})


def test_a_file_that_no_row_speaks_of_yet_is_taken_along(full, back_up, identities, tmp_path):
    kept = media.keep(full.media, [b"a scan whose row is not written yet"])

    made = back_up()

    opened(made.path, identities, tmp_path / "out")
    assert media.is_whole(tmp_path / "out" / "media", kept.sha256)


def test_what_was_written_is_tried_as_a_file_wherever_the_environment_says_the_store_is(
    back_up, identities, tmp_path, monkeypatch
):
    """Otherwise a backup of a unit on a server would be tried by reading the server again."""
    made, work = back_up(), tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("HIENKE_STORE_URL", "postgresql://hienke@127.0.0.1:9/nowhere")

    assert restoring.try_out(made.path, identities, work).report.damage == ()
