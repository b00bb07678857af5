"""The office's rules for awards, one row a commune; without a row, those of
shared/domain/award_rules.py."""

from typing import Any

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain import award_rules
from shared.domain.award_rules import AwardRules

AWARD_RULES: Table[Any] = Table(
    "award_rules",
    None,
    {
        "id": ident(),
        "rules": text(Whose.NOBODY, exported=in_export()),
    },
    unique=((),),
    sealed=True,
    sheet=ExportSheet("muc-khen"),
    not_archived="how certificates are printed",
)


def of(db: Store) -> AwardRules:
    """Return the rules."""
    row = db.row("SELECT rules FROM award_rules WHERE commune_id = :commune_id")
    return award_rules.from_json(row[0]) if row else award_rules.FIRST_RULES


def keep(db: Store, rules: AwardRules, *, actor: str, at: int) -> None:
    """Replace the rules."""
    text = award_rules.to_json(rules)
    with writing(db):
        if not db.change(AWARD_RULES, {}, {"rules": text}):
            db.insert(AWARD_RULES, {"id": new_id(), "rules": text})
        note(db, "award_rules_changed", None, actor, at)
