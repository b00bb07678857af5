"""The office's rules for awards, one row a commune; shared/award_rules.py's where there is none."""

from shared import award_rules
from shared.award_rules import AwardRules
from shared.store import sealed
from shared.store.connection import Store, writing
from shared.store.events import new_id, note


def of(db: Store) -> AwardRules:
    """Return the rules."""
    row = db.row("SELECT rules FROM award_rules WHERE commune_id = :commune_id")
    return award_rules.from_json(row[0]) if row else award_rules.FIRST


def keep(db: Store, rules: AwardRules, *, actor: str, at: int) -> None:
    """Keep rules in place of what was there."""
    text = award_rules.to_json(rules)
    with writing(db):
        if not sealed.change(db, "award_rules", {}, {"rules": text}):
            sealed.insert(db, "award_rules", {"id": new_id(), "rules": text})
        note(db, "award_rules_changed", None, actor, at)
