"""The keys of an instance: one that an earlier version did not have is made, none is ever lost."""

import re
import threading

import pytest

from shared import settings
from shared.db.connection import writing
from shared.db.encryption import KeyIsAnother
from shared.runtime.instance import Instance, InstanceMissing, create
from shared.runtime.start import start
from shared.store import schema
from shared.store.messages import call_backs
from shared.workflows.verify import verify


def _without_number_key(instance):
    path = instance.folder / "secrets"
    path.write_text(re.sub(r"number_key = .*\n", "", path.read_text()))
    return path


def test_a_key_that_an_instance_of_before_lacks_is_made_once(instance):
    before = instance.secrets()
    path = _without_number_key(instance)
    found = []

    asking = [threading.Thread(target=lambda: found.append(instance.secrets())) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()

    assert len({one.number_key for one in found}) == 1
    assert found[0].receipt_key == before.receipt_key
    assert found[0].number_key != before.number_key
    assert instance.secrets() == found[0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in instance.folder.glob("secrets*")] == ["secrets"]


def test_what_a_program_that_fell_left_does_not_stop_the_next(instance):
    path = _without_number_key(instance)
    path.with_suffix(".new").write_text("half")

    assert len(instance.secrets().number_key) == 32


@pytest.mark.parametrize(
    "content", ["receipt_key = 5\n", 'receipt_key = "no hex"\n', "a = " + "[" * 100_000, "\0", ""]
)
def test_a_file_of_secrets_that_is_broken_is_said_to_be(instance, content):
    (instance.folder / "secrets").write_text(content)

    with pytest.raises(InstanceMissing, match="missing or broken"):
        instance.secrets()


def test_a_file_of_secrets_that_lost_another_key_is_said_to_be_broken(instance):
    path = instance.folder / "secrets"
    path.write_text(re.sub(r"receipt_key = .*\n", "", path.read_text()))

    with pytest.raises(InstanceMissing, match="from the backup"):
        instance.secrets()


def test_with_another_key_nothing_starts_and_verify_says_why(instance, db):
    with writing(db):
        call_backs.add(db, key="k", phone="+84987654321", why="asked", at=1)
    db.close()
    _without_number_key(instance)  # the file secrets of another backup

    with pytest.raises(KeyIsAnother, match="bring back the file secrets"):
        start(instance)

    other = instance.open()
    with pytest.raises(KeyIsAnother):
        schema.migrate(other)
    assert [one[:5] for one in verify(other, instance.media).damage] == ["key ("]
    assert [one.phone for one in call_backs.waiting(other, now=2)] == [""]
    other.close()


def test_renewed_keys_are_those_of_cookies_and_sessions_and_the_cookies_of_before_are_known(
    instance,
):
    before = instance.secrets()

    instance.renew_keys()

    now = instance.secrets()
    assert (now.receipt_key, now.number_key) == (before.receipt_key, before.number_key)
    assert now.cookie_keys == [before.cookie_key, now.cookie_key]
    assert len({before.cookie_key, now.cookie_key, before.staff_key, now.staff_key}) == 4
    assert len(now.staff_key) == 32
    path = instance.folder / "secrets"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in instance.folder.glob("secrets*")] == ["secrets"]
    instance.renew_keys()
    assert before.cookie_key not in instance.secrets().cookie_keys


def test_eight_who_renew_at_once_leave_a_whole_file(instance):
    before = instance.secrets()

    renewing = [threading.Thread(target=instance.renew_keys) for _ in range(8)]
    for one in renewing:
        one.start()
    for one in renewing:
        one.join()

    assert instance.secrets().receipt_key == before.receipt_key


@pytest.mark.parametrize("broken_at", ["open", "fsync", "replace"])
def test_keys_that_could_not_be_renewed_are_still_there(instance, monkeypatch, broken_at):
    before = instance.secrets()

    def fails(*args, **more):
        raise OSError(28, "No space left on device")

    if broken_at == "replace":
        monkeypatch.setattr("pathlib.Path.replace", fails)
    elif broken_at == "fsync":
        monkeypatch.setattr("os.fsync", fails)
    else:
        monkeypatch.setattr("os.fdopen", fails)
    with pytest.raises(OSError):
        instance.renew_keys()
    monkeypatch.undo()

    assert instance.secrets() == before
    instance.renew_keys()
    assert instance.secrets() != before


def test_a_broken_file_of_secrets_is_not_written_over(instance):
    path = instance.folder / "secrets"
    path.write_text(re.sub(r"receipt_key = .*\n", "", path.read_text()))
    before = path.read_text()

    with pytest.raises(InstanceMissing):
        instance.renew_keys()

    assert path.read_text() == before


def test_nobody_but_its_owner_looks_into_a_new_instance(tmp_path):
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    (there / "settings.example.toml").touch()

    for folder in (tmp_path / "new", there):
        create(Instance(folder), settings.example())

        assert folder.stat().st_mode & 0o777 == 0o700


def test_an_instance_that_others_could_look_into_is_closed_at_the_start_and_the_log_says_so(
    instance, caplog
):
    instance.folder.chmod(0o755)

    start(instance)
    start(instance)

    assert instance.folder.stat().st_mode & 0o777 == 0o700
    assert caplog.messages.count("instance_was_open_to_others") == 1
