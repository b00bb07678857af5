"""A backup comes back whole, on an empty machine; or not at all, and the machine stays empty."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared import founding
from shared.backup import archive, keys, restoring
from shared.backup.refusals import ArchiveRefused
from shared.db import event_log, throttle
from shared.db.connection import Store, copy_store, open_store, writing
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.privacy import erasing
from shared.runtime import passwords
from shared.runtime.instance import AlreadyServed, Instance, InstanceInUse, InstanceMissing
from shared.settings import from_mapping
from shared.store import schema
from shared.store.cases import pending_acts, proposals
from shared.store.jobs import job_runs
from shared.store.messages import outgoing, sending
from shared.store.people import devices, sessions, staff
from shared.store.privacy import erasures
from shared.workflows import erase, pending, verify
from tests import residue
from tests.conftest import UNIT, ZONE
from tests.older_store import as_first
from tests.shared.backup.conftest import SOUND, recording

# Of an archive that lies alone: who brings it back goes on without a list of erasures.
NONE = restoring.Lists(may_lack=True)


@pytest.fixture
def bare(tmp_path: Path) -> Instance:
    """The folder of a new machine, where nothing is yet."""
    return Instance(tmp_path / "new" / "office")


@pytest.fixture
def bring_back(bare, identities):
    def restore(path: Path, **more) -> restoring.Restored:
        return restoring.restore(path, identities, bare, at=clock.now(), **more)

    return restore


def test_everything_comes_back(full, db, back_up, bring_back, bare):
    counts, ideas = verify.counts(db), db.rows("SELECT * FROM proposal ORDER BY id")

    restored = bring_back(back_up().path)

    again = bare.open()
    assert again.rows("SELECT * FROM proposal ORDER BY id") == ideas
    # The one event more says that it was brought back.
    assert verify.counts(again) == {**counts, "event": counts["event"] + 1}
    assert [one.kind for one in event_log.every(again)][-1] == "restored"
    assert recording(bare).read_bytes() == recording(full).read_bytes()
    for name in ("settings.toml", "secrets", keys.RECIPIENTS):
        assert (bare.folder / name).read_bytes() == (full.folder / name).read_bytes()
        assert (bare.folder / name).stat().st_mode & 0o777 == 0o600
    assert bare.database.stat().st_mode & 0o777 == 0o600
    assert restored.report == verify.verify(again, bare.media)
    assert restored.report.damage == () and not bare.restoring.exists()


def test_it_comes_back_beside_the_example_of_a_checkout_too(back_up, bring_back, bare):
    bare.folder.mkdir(parents=True)
    (bare.folder / "settings.example.toml").write_text("# example")

    bring_back(back_up().path)

    assert bare.open().rows("SELECT count(*) FROM proposal") == [(2,)]


def test_a_folder_that_holds_anything_is_left_alone(back_up, bring_back, bare):
    bare.folder.mkdir(parents=True)
    (bare.folder / "letter.txt").write_text("keep me")

    with pytest.raises(InstanceInUse, match="not empty"):
        bring_back(back_up().path)

    assert [path.name for path in bare.folder.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("was_there", [True, False])
@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda content: content[: len(content) // 2], id="cut in the middle"),
        pytest.param(lambda content: content[:-1], id="cut by a byte"),
        pytest.param(lambda content: content[:100], id="cut in the header"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content + b"x", id="with something behind"),
        pytest.param(lambda content: b"PK" + content[2:], id="something else"),
        *(
            pytest.param(
                lambda content, at=at: (
                    content[: int(len(content) * at)]
                    + bytes([content[int(len(content) * at)] ^ 1])
                    + content[int(len(content) * at) + 1 :]
                ),
                id=f"a bit flipped at {at:.0%}",
            )
            for at in (0.001, 0.1, 0.5, 0.9, 0.9999)
        ),
    ],
)
def test_a_damaged_archive_is_refused_and_the_machine_stays_empty(
    back_up, bring_back, bare, tmp_path, harm, was_there
):
    harmed = tmp_path / "harmed.age"
    harmed.write_bytes(harm(back_up().path.read_bytes()))
    if was_there:
        bare.folder.mkdir(parents=True)

    with pytest.raises(ArchiveRefused, match=r"damaged|no backup"):
        bring_back(harmed)

    assert bare.folder.exists() is was_there
    assert not was_there or not list(bare.folder.iterdir())


def test_a_wrong_key_is_told_as_that(back_up, bare):
    wrong = keys.read_identities(keys.new().identity)

    with pytest.raises(ArchiveRefused, match="made for another"):
        restoring.restore(back_up().path, wrong, bare, at=clock.now())

    assert not bare.folder.exists()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "begins with"),
        ("age1abc", "begins with"),
        ("AGE-SECRET-KEY-1QQQQ", "letter is wrong"),
        ("# AGE-SECRET-KEY-1QQQQ", "begins with"),
    ],
)
def test_a_key_that_was_copied_wrongly_is_told_as_that(typed, why):
    with pytest.raises(keys.KeyWrong, match=why):
        keys.read_identities(typed)


def test_a_key_may_be_typed_in_small_letters_among_other_words():
    pair = keys.new()

    [read] = keys.read_identities(f"# from the paper\n my key: {pair.identity.lower()} \n")

    assert str(read) == pair.identity


@contextmanager
def _written_by_hand(path: Path, key: keys.KeyPair, **about: object):
    """Write an archive whose beginning says other things than this version would."""
    from pyrage import x25519

    said = {
        "program": "9.9.9", "made_at": 1, "office": "UBND xã", "steps": ("m0001_schema",),
        "bytes": 1, **about,
    }  # fmt: skip
    recipient = x25519.Recipient.from_str(key.recipient)
    with archive.writing(path, [recipient], archive.About(**said)) as writer:
        yield writer


def test_an_archive_of_a_newer_version_is_told_as_that(key, bring_back, bare, tmp_path):
    with _written_by_hand(tmp_path / "a.age", key, steps=("m0001_schema", "m9999_later")) as writer:
        writer.finish(archive.Manifest({}, "", (), {}))

    with pytest.raises(ArchiveRefused, match=r"newer version .*9\.9\.9.*m9999_later"):
        bring_back(tmp_path / "a.age")

    assert not bare.folder.exists()


def test_an_archive_of_a_newer_form_is_told_as_that(key, bring_back, bare, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(archive, "FORMAT", 2)
        with _written_by_hand(tmp_path / "a.age", key) as writer:
            writer.put("a name that nobody knows yet", Path(__file__))

    with pytest.raises(ArchiveRefused, match="newer version"):
        bring_back(tmp_path / "a.age")

    assert not bare.folder.exists()


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "media/ab/short", "hienke.db-wal", "media/../../evil"]
)
def test_no_other_name_is_ever_unpacked(key, bring_back, bare, tmp_path, name):
    with _written_by_hand(tmp_path / "a.age", key) as writer:
        writer.put(name, Path(__file__))
        writer.finish(archive.Manifest({}, "", (), writer.files))

    with pytest.raises(ArchiveRefused, match="no backup"):
        bring_back(tmp_path / "a.age")

    assert not bare.folder.exists() and not list(tmp_path.rglob("evil"))


def test_an_age_file_of_somebody_else_is_no_backup(key, bring_back, bare, tmp_path):
    import pyrage

    recipient = pyrage.x25519.Recipient.from_str(key.recipient)
    (tmp_path / "a.age").write_bytes(pyrage.encrypt(b"a letter" * 1000, [recipient]))

    with pytest.raises(ArchiveRefused):
        bring_back(tmp_path / "a.age")

    assert not bare.folder.exists()


def test_a_missing_row_or_file_is_found_though_the_archive_itself_is_whole(
    full, key, back_up, bring_back, bare, tmp_path, identities
):
    """Given somebody who repacked an archive without a row, or without a recording."""
    whole = archive.unpack(back_up().path, identities, tmp_path / "out")
    media = [name for name in whole.manifest.files if name.startswith("media/")]

    def repack(path: Path, leave_out: list[str]) -> Path:
        with _written_by_hand(path, key, steps=whole.about.steps) as writer:
            for name in set(whole.manifest.files) - set(leave_out):
                writer.put(name, tmp_path / "out" / name)
            writer.finish(
                archive.Manifest(whole.manifest.counts, whole.manifest.chain_head, (), writer.files)
            )
        return path

    bring_back(repack(tmp_path / "same.age", []), lists=NONE)
    shutil.rmtree(bare.folder)
    with pytest.raises(ArchiveRefused, match="lacks a file"):
        bring_back(repack(tmp_path / "no-file.age", media))
    with pytest.raises(ArchiveRefused, match="holds no store"):
        bring_back(repack(tmp_path / "no-store.age", ["hienke.db"]))
    db = open_store(tmp_path / "out" / "hienke.db")
    db.conn.execute("DELETE FROM event WHERE place = (SELECT max(place) FROM event)")
    db.close()
    with pytest.raises(ArchiveRefused, match="counts"):
        bring_back(repack(tmp_path / "no-row.age", []))
    assert not bare.folder.exists()


def test_a_store_that_was_damaged_when_it_was_backed_up_comes_back_and_says_so(
    full, db, back_up, bring_back, bare
):
    db.conn.execute(
        "UPDATE proposal SET solution = solution || '.' WHERE id = (SELECT min(id) FROM proposal)"
    )
    made = back_up()

    restored = bring_back(made.path)

    assert restored.report.damage == made.report.damage != ()


def test_sessions_and_brakes_end_and_kiosks_stay(instance, db, back_up, bring_back, bare):
    staff.add(
        db, "lan", name="Lan", role="officer", password_hash=passwords.hash_password("x" * 12),
        must_change=False, actor="test", at=clock.now(),
    )  # fmt: skip
    sessions.begin(
        db,
        staff.by_login(db, "lan").id,
        "token",
        sessions.Where("10.0.0.7", ""),
        at=clock.now(),
    )
    devices.add(db, "Kiosk 1", codes.secret_hash("secret"), actor="test", at=clock.now())
    throttle.count(db, throttle.Brake("login", 1, clock.HOUR), "somebody", clock.now())

    bring_back(back_up().path)

    again = bare.open()
    assert staff.who_has(again, "token", at=clock.now()) is None
    assert again.rows("SELECT count(*) FROM throttle") == [(0,)]
    assert [one.name for one in devices.everyone(again)] == ["Kiosk 1"]
    assert staff.by_login(again, "lan").name == "Lan"


def test_no_sms_that_may_have_gone_is_sent_again(db, a_proposal, back_up, bring_back, bare):
    idea, at = a_proposal(), clock.now()
    with writing(db):
        for number, event in (("+84912345671", "a"), ("+84912345672", "b"), ("+84912345673", "c")):
            outgoing.notify(db, number, "n", {}, event=event, at=at, proposal_id=idea.id)
    [sent, _] = sending.claim(db, at=at, lease=at + 60_000, limit=2)
    sending.note_outcome(db, sent.id, "sent", at=at)

    restored = bring_back(back_up().path)

    again = bare.open()
    states = dict(again.rows("SELECT phone, state FROM outbox"))
    assert list(states.values()) == ["sent", "unknown", "unknown"]
    assert restored.doubtful_sms == 2
    assert sending.claim(again, at=clock.now() + clock.DAY, lease=clock.now() + 2 * clock.DAY) == []
    assert verify.verify(again, bare.media).damage == ()


def test_what_waited_is_not_done_until_somebody_says_so_again(
    db, a_proposal, back_up, bring_back, bare
):
    idea, at = a_proposal(), clock.now()
    act = pending.ask_to_move(
        db, idea.code, Status.CLOSED, actor="an", at=at, details={"reason": "x"}
    )
    made = back_up().path
    pending.take_back(db, idea.id, act.id, actor="an", at=at)

    bring_back(made)

    again = bare.open()
    assert pending.do_due(again, at=at + 365 * clock.DAY, zone=ZONE) == 0
    assert proposals.by_code(again, idea.code).status is Status.RECEIVED
    [kept] = pending_acts.of_proposal(again, idea.id)
    assert (kept.state, kept.settled_by) == ("lapsed", restoring.OPERATOR)
    assert verify.verify(again, bare.media).damage == ()
    assert pending.put_again(again, act.id, actor="an", at=at).due_at == at + pending.WAIT


def test_a_run_that_was_under_way_is_told_as_broken_off(db, back_up, bring_back, bare):
    job_runs.begin(db, "backup", at=clock.now())

    bring_back(back_up().path)

    assert job_runs.last(bare.open(), "backup", at=clock.now()).outcome == "broken_off"


def of_before(tmp_path, instance, key, *changes):
    """Return an archive as a version before the first release made it."""
    old = instance.open()
    copy_store(old, tmp_path / "hienke.db")
    old.close()
    old = Store(tmp_path / "hienke.db", UNIT)
    as_first(old)
    for change in changes:
        old.conn.execute(change)
    old.engine.schema(old.conn).note(schema.steps, ["m0040_brakes"], instead=True)
    counts, head = verify.counts(old), event_log.head(old)
    old.close()
    with _written_by_hand(tmp_path / "old.age", key, steps=("m0040_brakes",)) as writer:
        writer.put("hienke.db", tmp_path / "hienke.db")
        writer.put("secrets", instance.folder / "secrets")
        writer.finish(archive.Manifest(counts, head, (), writer.files))
    return tmp_path / "old.age"


def test_an_archive_of_before_in_the_same_form_is_brought_back(
    tmp_path, instance, key, bring_back, bare
):
    bring_back(of_before(tmp_path, instance, key), lists=NONE)

    assert schema.applied(bare.open()) == schema.known()


def test_an_archive_of_before_in_another_form_is_refused(tmp_path, instance, key, bring_back, bare):
    path = of_before(tmp_path, instance, key, "DROP INDEX proposal_by_time")

    with pytest.raises(ArchiveRefused, match="made before the first release"):
        bring_back(path, lists=NONE)

    assert not bare.database.exists()


def test_trying_an_archive_reads_it_all_and_keeps_nothing(back_up, identities, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    made = back_up()

    tried = restoring.try_out(made.path, identities, work)

    assert (tried.report.proposals, tried.report.files) == (2, 1)
    assert tried.chain_head == made.chain_head
    assert not list(work.rglob("media/*"))


def test_a_restore_that_was_killed_is_no_instance_and_is_begun_again(back_up, bring_back, bare):
    """Given a kill while things take their place: all but the database are there."""
    path = back_up().path
    bring_back(path)
    bare.restoring.mkdir()
    bare.database.rename(bare.restoring / "hienke.db")
    shutil.rmtree(bare.backups)  # made when all is in its place

    with pytest.raises(InstanceMissing, match="broken off"):
        bare.open()
    bring_back(path)

    assert bare.open().rows("SELECT count(*) FROM proposal") == [(2,)]
    assert not bare.restoring.exists()


def test_what_a_kill_after_the_last_step_left_never_costs_the_office_its_data(
    back_up, bring_back, bare
):
    """Given a kill when only the empty workplace was still to go, and an office that worked on."""
    path = back_up().path
    bring_back(path)
    bare.restoring.mkdir()

    with pytest.raises(InstanceInUse):
        bring_back(path)

    assert bare.open().rows("SELECT count(*) FROM proposal") == [(2,)]


@pytest.fixture
def settings_with_a_stick(tmp_path):
    """Settings that copy each backup to a stick."""
    stick = tmp_path / "stick"
    stick.mkdir()
    return from_mapping({"backup": {"folders": [str(stick)]}})


def test_who_was_erased_after_the_backup_is_erased_again_when_it_comes_back(
    full, db, back_up, bring_back, bare, tmp_path, settings_with_a_stick
):
    [first, *_] = proposals.ids(db)
    older = back_up(settings_with_a_stick)
    assert residue.where(full.media, SOUND[:40].decode())
    asked = erase.ErasureRequest(erasures.Scope.ALL, "asked", "", "test", clock.now())
    erasing.erase(db, full.media, first, asked)
    back_up(settings_with_a_stick, at=clock.now() + clock.HOUR)  # brings the list to the stick

    restored = bring_back(older.copies[0])

    again = bare.open()
    assert restored.erased_again == 1
    assert proposals.by_id(again, first).title == ""
    assert residue.where(bare.folder, SOUND[:40].decode()) == []
    assert verify.verify(again, bare.media).damage == ()


def test_an_office_that_was_only_founded_gives_way(full, back_up, bring_back, bare):
    """Given a new machine as its installation leaves it, with an instance that nobody used."""
    founding.found(bare, UNIT, is_demo=False, at=clock.now())
    new_key = bare.secrets().receipt_key

    bring_back(back_up().path)

    assert bare.open().rows("SELECT count(*) FROM proposal") == [(2,)]
    assert bare.secrets().receipt_key == full.secrets().receipt_key != new_key
    assert not bare.restoring.exists()


def test_an_office_that_was_only_founded_stays_when_the_archive_is_refused(
    back_up, bring_back, bare, tmp_path
):
    founding.found(bare, UNIT, is_demo=False, at=clock.now())
    before = bare.secrets()
    (tmp_path / "cut.age").write_bytes(back_up().path.read_bytes()[:-100])

    with pytest.raises(ArchiveRefused):
        bring_back(tmp_path / "cut.age")

    assert bare.secrets() == before
    assert verify.verify(bare.open(), bare.media).damage == ()
    assert not bare.restoring.exists()


@pytest.mark.parametrize("used_by", ["a kiosk", "a person"])
def test_an_office_that_works_is_never_written_over(back_up, bring_back, bare, used_by):
    founding.found(bare, UNIT, is_demo=False, at=clock.now())
    db = bare.open()
    if used_by == "a kiosk":
        founding.add_device(db, "Kiosk 1", "test", at=clock.now())
    else:
        founding.add_login(db, "lan", "officer", name="Lan", actor="test", at=clock.now())
    before = verify.counts(db)

    with pytest.raises(InstanceInUse, match="an office works in it"):
        bring_back(back_up().path)

    assert verify.counts(db) == before


def test_an_office_that_is_served_is_never_written_over(back_up, bring_back, bare):
    founding.found(bare, UNIT, is_demo=False, at=clock.now())

    with bare.lock(), pytest.raises(AlreadyServed):
        bring_back(back_up().path)


def test_keys_of_another_office_are_found(
    full, key, back_up, bring_back, bare, identities, tmp_path
):
    whole = archive.unpack(back_up().path, identities, tmp_path / "out")
    secrets = (tmp_path / "out" / "secrets").read_text()
    old = full.secrets().number_key.hex()
    (tmp_path / "out" / "secrets").write_text(secrets.replace(old, "0" * len(old)))
    with _written_by_hand(tmp_path / "a.age", key, steps=whole.about.steps) as writer:
        for name in whole.manifest.files:
            writer.put(name, tmp_path / "out" / name)
        writer.finish(
            archive.Manifest(whole.manifest.counts, whole.manifest.chain_head, (), writer.files)
        )

    with pytest.raises(ArchiveRefused, match="keys are not those"):
        bring_back(tmp_path / "a.age")
