"""What an office says of its campaigns and of itself, and who calls for ideas."""

from sqlite_utils import Database

from shared.store.migrations.base import seal_anew, steps

# The rubric that a campaign of before had, as this version first knew it.
_RUBRIC = (
    '{"criteria": [{"most": 20, "name": "Tính mới", "zero_refuses": true}, {"most": 20, '
    '"name": "Tính sáng tạo", "zero_refuses": false}, {"most": 30, "name": "Hiệu quả '
    '(thời gian, chi phí, hài lòng)", "zero_refuses": false}, {"most": 15, "name": "Khả '
    'năng áp dụng", "zero_refuses": false}, {"most": 15, "name": "Khả năng nhân rộng", '
    '"zero_refuses": false}], "gates": ["Có tính mới trong phạm vi xã", "Đã áp dụng hoặc '
    'áp dụng thử", "Có lợi ích thiết thực", "Không trái trật tự công cộng, đạo đức xã '
    'hội", "Không thuộc quyền sở hữu trí tuệ đang được bảo hộ"], "quorum_percent": 67, '
    '"recognise_from": 50, "replicate_from": 70}'
)


@steps()
def m0011_campaigns(db: Database) -> None:
    for column in (
        "number TEXT NOT NULL DEFAULT ''",
        "issued_on TEXT NOT NULL DEFAULT ''",
        "signer TEXT NOT NULL DEFAULT ''",
        "signer_title TEXT NOT NULL DEFAULT ''",
        "parent_plan TEXT NOT NULL DEFAULT ''",
        "distribution TEXT NOT NULL DEFAULT ''",
    ):
        db.execute(f"ALTER TABLE campaign ADD COLUMN {column}")
    db.execute(f"ALTER TABLE campaign ADD COLUMN rubric TEXT NOT NULL DEFAULT '{_RUBRIC}'")
    seal_anew(db, "campaign")
    for statement in (
        """CREATE TABLE office_profile (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            since TEXT NOT NULL,
            name TEXT NOT NULL,
            parent_name TEXT NOT NULL,
            place TEXT NOT NULL,
            drafting_unit TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, since)
        ) STRICT""",
        """CREATE TABLE legal_basis (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            text TEXT NOT NULL,
            since TEXT NOT NULL,
            until TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id)
        ) STRICT""",
        """CREATE TABLE organisation (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            ended_on TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, code)
        ) STRICT""",
    ):
        db.execute(statement)
