"""What was erased in the store goes from the disk within a minute, whoever erased it."""

from kiosk import forgetting
from shared.domain import clock
from shared.files import media
from shared.privacy import erasing
from shared.store.files import attachments
from shared.store.privacy import erasures
from shared.store.privacy.erasures import Scope
from shared.workflows import erase, withdraw
from shared.workflows.erase import ErasureRequest
from tests import residue

SOUND = b"the sound of somebody's voice"


def test_what_was_erased_goes_from_the_disk_and_onto_the_list(db, instance, a_proposal):
    idea, at = a_proposal(), clock.now()
    kept = media.keep(instance.media, [SOUND])
    attachments.add(db, idea.id, kept, source="web", key="k", actor="citizen", at=at)
    erase.erase(db, idea.id, ErasureRequest(Scope.ALL, "asked", "", "an", at))
    assert residue.where(instance.folder, SOUND.decode())

    forgetting.settle_erasures(db, instance)

    assert residue.where(instance.folder, SOUND.decode()) == []
    assert erasures.unsettled(db) == []
    [line] = erasing.read_list(erasing.list_path(instance.backups, db))
    assert line.is_of(idea.id)


def test_a_disk_that_refuses_is_asked_again(db, instance, a_proposal, caplog):
    idea = a_proposal(name="Lê Thị Mận", consents={"store": True})
    withdraw.withdraw(db, idea.code, at=clock.now())
    instance.backups.write_text("in the way of a folder")

    forgetting.settle_erasures(db, instance)

    assert "erasing_waits" in caplog.text
    assert [one.proposal_id for one in erasures.unsettled(db)] == [idea.id]
    instance.backups.unlink()
    forgetting.settle_erasures(db, instance)
    assert erasures.unsettled(db) == []
