"""Who was erased does not come back with an older backup in silence: the list is looked for beside
it, where somebody says, and within later backups; and asked for where it is nowhere."""

import shutil
from pathlib import Path

import pytest

from shared.backup import archive, erased, making, places, restoring
from shared.backup.refusals import ArchiveRefused
from shared.db import event_log
from shared.domain import clock
from shared.privacy import erasing
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.cases import proposals
from shared.store.privacy import erasures
from shared.workflows import erase


@pytest.fixture
def bare(tmp_path: Path) -> Instance:
    """The folder of a new machine, where nothing is yet."""
    return Instance(tmp_path / "new" / "office")


@pytest.fixture
def stick(tmp_path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def lost(full, db, back_up):
    """A backup, then an erasure of the first idea, then a later backup; both in the office's own
    folder with the list."""
    first = proposals.ids(db)[0]
    older = back_up(at=clock.now() - 2 * clock.HOUR)
    asked = erase.ErasureRequest(erasures.Scope.ALL, "asked", "", "test", clock.now() - clock.HOUR)
    erasing.erase(db, full.media, first, asked)
    newer = back_up()
    return older.path, newer.path, erasing.list_path(full.backups, db), first


@pytest.fixture
def bring_back(bare, identities):
    def restore(path, **lists):
        given = restoring.Lists(**lists)
        return restoring.restore(path, identities, bare, at=clock.now(), lists=given)

    return restore


def title_of(bare, proposal_id):
    db = bare.open()
    try:
        return proposals.by_id(db, proposal_id).title
    finally:
        db.close()


def test_an_older_backup_alone_is_not_brought_back_before_somebody_says_so(
    lost, bring_back, bare, stick
):
    alone = shutil.copy(lost[0], stick)

    with pytest.raises(erased.ErasuresUnknown, match=r"erased\.txt.*--erasures.*--without"):
        bring_back(Path(alone))
    assert not bare.folder.exists()

    restored = bring_back(Path(alone), may_lack=True)

    assert (restored.erased_again, restored.erasures_upto) == (0, None)
    assert title_of(bare, lost[3])


def test_a_list_that_lies_elsewhere_is_taken_where_it_is_named(lost, bring_back, bare, stick):
    alone, named = shutil.copy(lost[0], stick), shutil.copy(lost[2], stick / "any-name.txt")

    restored = bring_back(Path(alone), files=(Path(named),))

    assert restored.erased_again == 1
    assert title_of(bare, lost[3]) == ""


def test_a_later_backup_beside_tells_who_was_erased_though_the_list_is_gone(
    lost, bring_back, bare, stick
):
    older = shutil.copy(lost[0], stick)
    shutil.copy(lost[1], stick)

    restored = bring_back(Path(older))

    assert restored.erased_again == 1
    assert title_of(bare, lost[3]) == ""


def test_a_later_backup_that_the_key_does_not_open_or_that_is_broken_tells_nothing(
    lost, bring_back, bare, stick
):
    older = shutil.copy(lost[0], stick)
    (stick / lost[1].name).write_bytes(lost[1].read_bytes()[:200])

    with pytest.raises(erased.ErasuresUnknown):
        bring_back(Path(older))


def test_an_older_list_beside_and_a_later_backup_are_both_gone_through(
    lost, full, db, back_up, bring_back, stick
):
    """Given a second erasure of which the list on the stick does not know."""
    older, known = shutil.copy(lost[0], stick), shutil.copy(lost[2], stick)
    second = proposals.ids(db)[1]
    asked = erase.ErasureRequest(erasures.Scope.DETAILS, "asked", "", "test", clock.now())
    erasing.erase(db, full.media, second, asked)
    later = back_up(at=clock.now() + clock.HOUR)
    shutil.copy(later.path, stick)

    restored = bring_back(Path(older))

    assert Path(known).exists()
    assert restored.erased_again == 2


def test_a_file_that_is_no_list_is_refused(lost, bring_back, bare, stick):
    alone = shutil.copy(lost[0], stick)
    (stick / "letter.txt").write_text("Kính gửi UBND xã")

    with pytest.raises(ArchiveRefused, match="no list of erasures"):
        bring_back(Path(alone), files=(stick / "letter.txt",))


def test_an_empty_file_in_the_list_s_place_says_nothing_of_anybody(lost, bring_back, bare, stick):
    """Given what a full stick, or somebody who wanted to get past the question, left of a list."""
    alone, empty = shutil.copy(lost[0], stick), stick / lost[2].name
    empty.touch()

    with pytest.raises(erased.ErasuresUnknown):
        bring_back(Path(alone))
    with pytest.raises(ArchiveRefused, match="no list of erasures"):
        bring_back(Path(alone), files=(empty,))


def test_a_list_that_a_full_disk_left_empty_is_begun_anew_with_the_next_backup(full, db, back_up):
    path = erasing.list_path(full.made_backups(), db)
    path.touch()

    back_up()

    assert erasing.lines_of(path) == []


def test_the_list_is_there_before_anybody_was_erased_so_that_its_absence_says_something(
    full, db, back_up, bring_back
):
    made = back_up()
    path = erasing.list_path(full.backups, db)

    assert erasing.lines_of(path) == []
    assert bring_back(made.path).erased_again == 0


def test_it_is_said_until_when_erasures_are_known(lost, bring_back, full, db):
    [newest, *_] = places.archives(full.backups, event_log.origin(db)[:6], Settings().office.zone)

    assert bring_back(lost[0]).erasures_upto == newest.made_at


def test_what_the_lists_said_goes_on_into_the_backups_of_what_came_back(
    lost, bring_back, bare, stick, identities
):
    """Another, older backup may be brought back after this one."""
    alone = shutil.copy(lost[0], stick)
    bring_back(Path(alone), files=(lost[2],))

    db = bare.open()
    try:
        theirs = set(erasing.lines_of(lost[2]))
        assert theirs <= set(erasing.lines_of(erasing.list_path(bare.backups, db)))
        made = making.make(bare, Settings(), db, at=clock.now() + clock.HOUR)
    finally:
        db.close()
    within = archive.read_one(made.path, identities, archive.LIST)
    assert theirs <= set(within.splitlines())


def test_trying_a_backup_says_whether_a_list_is_there(lost, identities, stick, tmp_path):
    alone, upto = shutil.copy(lost[0], stick), []

    for place, path in (("a", Path(alone)), ("b", lost[0])):
        (tmp_path / place).mkdir()
        upto.append(restoring.try_out(path, identities, tmp_path / place).erasures_upto)

    assert upto[0] is None
    assert upto[1] is not None
