"""The office's rules for awards, one row a commune; shared/domain/award_rules.py's where there is
none."""

from shared.db import checksums
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain import award_rules
from shared.domain.award_rules import AwardRules


def of(db: Store) -> AwardRules:
    """Return the rules."""
    row = db.row("SELECT rules FROM award_rules WHERE commune_id = :commune_id")
    return award_rules.from_json(row[0]) if row else award_rules.FIRST


def keep(db: Store, rules: AwardRules, *, actor: str, at: int) -> None:
    """Keep rules in place of what was there."""
    text = award_rules.to_json(rules)
    with writing(db):
        if not checksums.change(db, "award_rules", {}, {"rules": text}):
            checksums.insert(db, "award_rules", {"id": new_id(), "rules": text})
        note(db, "award_rules_changed", None, actor, at)
