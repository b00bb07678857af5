"""What an older version kept is whole after the store has grown."""

from shared.store import migrations, sealed
from shared.store.connection import Store


def test_an_attachment_of_before_is_sealed_with_its_new_column(tmp_path):
    db = Store(tmp_path / "old.db")
    migrations.steps.apply(db, stop_before="m0005_uploads")
    before = {
        "commune_id": 1, "id": "a", "proposal_id": "p", "kind": "audio", "mime": "audio/mp4",
        "sha256": "0" * 64, "bytes": 1, "seconds": 1.5, "source": "voice", "arrived_at": 1,
        "transcript": "Tôi đề nghị…", "listened_by": None, "listened_at": None,
        "idempotency_key": "k",
    }  # fmt: skip
    db.execute("PRAGMA foreign_keys = OFF")  # the row alone matters, not the idea it belongs to
    db["attachment"].insert({**before, "content_hash": sealed.seal_of(before)})

    migrations.migrate(db)

    found = db.execute("SELECT * FROM attachment")
    after = dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))
    assert after["reason"] == ""
    assert after["content_hash"] == sealed.seal_of(after)
    assert {name: after[name] for name in before} == before
