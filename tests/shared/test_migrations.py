"""What an older version kept is whole after the store has grown."""

import json

from shared.db import checksums
from shared.db.connection import Store
from shared.db.encryption import Hiding
from shared.store import migrations
from shared.store.cases import drafts
from shared.store.messages import inbox, opt_outs
from shared.workflows.verify import verify
from tests import residue


def test_an_attachment_of_before_is_sealed_with_its_new_column(tmp_path):
    db = Store(tmp_path / "old.db", 1)
    migrations.steps.apply(db, stop_before="m0005_uploads")
    before = {
        "commune_id": 1, "id": "a", "proposal_id": "p", "kind": "audio", "mime": "audio/mp4",
        "sha256": "0" * 64, "bytes": 1, "seconds": 1.5, "source": "voice", "arrived_at": 1,
        "transcript": "Tôi đề nghị…", "listened_by": None, "listened_at": None,
        "idempotency_key": "k",
    }  # fmt: skip
    db.execute("PRAGMA foreign_keys = OFF")  # the row alone matters, not the idea it belongs to
    db["attachment"].insert({**before, "content_hash": checksums.seal_of(before)})

    migrations.migrate(db)

    found = db.execute("SELECT * FROM attachment")
    after = dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))
    assert after["reason"] == ""
    assert after["content_hash"] == checksums.seal_of(after)
    assert {name: after[name] for name in before} == before


def test_numbers_of_before_lie_hidden_and_nothing_plain_is_left(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir()
    db = Store(folder / "hienke.db", 1, Hiding(bytes(32)))
    migrations.steps.apply(db, stop_before="m0028_hidden_numbers")
    db.execute("INSERT INTO commune (commune_id, name, is_demo, created_at) VALUES (1, 'x', 0, 1)")
    db.execute("PRAGMA foreign_keys = OFF")  # the rows alone matter, not the ideas they belong to
    numbers = [f"+849876{place:05}" for place in range(300)]
    for place, number in enumerate(numbers):
        _of_before(db, "author", {
            "id": f"a{place}", "proposal_id": f"p{place}", "place": 1, "name": "Bà Mận",
            "phone": number, "unit": None, "position": None, "guardian": f"Chị Hai {number}",
            "under_16": 0, "consent_store": 1, "consent_sms": 1, "consent_name": 0,
            "notice": "n", "consented_at": 1, "erased_at": None,
        })  # fmt: skip
        _of_before(db, "message_in", {
            "id": f"m{place:03}", "gateway": "g", "gateway_id": f"{number}|{place}",
            "sender": number, "sender_kind": "mobile", "text": "SK …",
            "raw": json.dumps({"From": number}), "sent_at": None, "arrived_at": place,
            "state": "done", "outcome": "", "proposal_id": None, "handled_at": None,
        })  # fmt: skip
        db["suppression"].insert(
            {"commune_id": 1, "phone": number, "reason": "asked", "since": 1, "id": f"s{place}"}
        )
    db["draft"].insert(
        {"commune_id": 1, "visit_hash": "v", "answers": json.dumps({"phone": numbers[7]}),
         "form_key": "k", "touched_at": 1}
    )  # fmt: skip
    db.execute("DELETE FROM message_in WHERE arrived_at % 3 = 0")
    assert residue.where(folder, *numbers[:2])

    migrations.migrate(db)

    assert residue.where(folder, *(number[3:] for number in numbers)) == []
    author = db.row("SELECT phone, guardian FROM author WHERE proposal_id = 'p7'")
    assert [db.reveal(one) for one in author] == [numbers[7], f"Chị Hai {numbers[7]}"]
    assert inbox.is_kept(db, "g", f"{numbers[7]}|7")
    assert json.loads(inbox.incoming(db, "m007").raw) == {"From": numbers[7]}
    assert opt_outs.has(db, numbers[7])
    assert drafts.of_visit(db, "v", at=2).answers == {"phone": numbers[7]}
    assert [one for one in verify(db, folder).damage if "foreign key" not in one] == []


def test_what_was_folded_before_is_found_by_every_letter_that_looks_like_d(tmp_path):
    db = Store(tmp_path / "old.db", 1)
    migrations.steps.apply(db, stop_before="m0037_folded_anew")
    db.execute("PRAGMA foreign_keys = OFF")  # the rows alone matter, not the ideas they belong to
    db.execute("INSERT INTO commune (commune_id, name, is_demo, created_at) VALUES (1, 'x', 0, 1)")
    db.execute("INSERT INTO proposal_fts (words) VALUES ('ðuong lien ap'), ('cau khi')")
    _of_before(db, "administrative_procedure", {
        "id": "p", "code": "1.001", "name": "Ðăng ký khai sinh", "area": "", "since": "",
        "until": "", "words": "1.001 ðang ky khai sinh",
    })  # fmt: skip

    migrations.migrate(db)

    found = [row[0] for row in db.execute("SELECT words FROM proposal_fts ORDER BY rowid")]
    assert found == ["duong lien ap", "cau khi"]
    query = "SELECT COUNT(*) FROM proposal_fts WHERE proposal_fts MATCH 'duong'"
    assert db.execute(query).fetchone() == (1,)
    found = db.execute("SELECT * FROM administrative_procedure")
    row = dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))
    assert row["words"] == "1.001 dang ky khai sinh"
    assert row["content_hash"] == checksums.seal_of(row)


def _of_before(db, table, row):
    row = {"commune_id": 1, **row}
    db[table].insert({**row, "content_hash": checksums.seal_of(row)})
