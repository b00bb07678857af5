"""The schema and how it grew. Only ever append; a released migration is never edited.

Each step is a file, and stands for itself: a later change of the code's lists changes no step of
the past. Every key, index and foreign key begins with commune_id and every id is a UUIDv7 made by
the program, so the same schema holds many communes on a larger engine. The full-text table is the
one part that is SQLite's own (search.py).
"""

import fcntl
from pathlib import Path

from shared.db.connection import Store
from shared.db.encryption import KeyIsAnother
from shared.store.migrations import (
    m0001_spine,
    m0002_attachments,
    m0003_gateway_faults,
    m0004_calls,
    m0005_uploads,
    m0006_notices,
    m0007_sms_desk,
    m0008_kiosks,
    m0009_reserve,
    m0010_print_jobs,
    m0011_campaigns,
    m0012_paper_forms,
    m0013_rings,
    m0014_entries,
    m0015_expectations,
    m0016_models,
    m0017_told_apart,
    m0018_redactions,
    m0019_effects,
    m0020_council,
    m0021_completeness,
    m0022_awards,
    m0023_appraisal,
    m0024_people,
    m0025_paper_templates,
    m0026_sessions,
    m0027_nights,
    m0028_hidden_numbers,
    m0029_rewritten,
    m0030_heads,
    m0031_erasures,
    m0032_requests,
    m0033_retention,
    m0034_recovery,
    m0035_openings,
    m0036_reconciliations,
    m0037_folded_anew,
    m0037b_asked_back,
    m0037c_first_answers,
    m0038_originals,
    m0039_clear_at,
    m0040_brakes,
)
from shared.store.migrations.base import steps
from shared.store.office import campaigns

# In the order they are applied, which is the order they registered in.
STEPS = (
    m0001_spine,
    m0002_attachments,
    m0003_gateway_faults,
    m0004_calls,
    m0005_uploads,
    m0006_notices,
    m0007_sms_desk,
    m0008_kiosks,
    m0009_reserve,
    m0010_print_jobs,
    m0011_campaigns,
    m0012_paper_forms,
    m0013_rings,
    m0014_entries,
    m0015_expectations,
    m0016_models,
    m0017_told_apart,
    m0018_redactions,
    m0019_effects,
    m0020_council,
    m0021_completeness,
    m0022_awards,
    m0023_appraisal,
    m0024_people,
    m0025_paper_templates,
    m0026_sessions,
    m0027_nights,
    m0028_hidden_numbers,
    m0029_rewritten,
    m0030_heads,
    m0031_erasures,
    m0032_requests,
    m0033_retention,
    m0034_recovery,
    m0035_openings,
    m0036_reconciliations,
    m0037_folded_anew,
    m0037b_asked_back,
    m0037c_first_answers,
    m0038_originals,
    m0039_clear_at,
    m0040_brakes,
)


class StoreTooNew(Exception):
    """The store was brought to its form by a newer version of the program."""


def migrate(db: Store) -> None:
    """Bring the store to this version, one process at a time (file lock beside it). Raises
    StoreTooNew, and then nothing was changed; KeyIsAnother."""
    if unknown := set(applied(db)) - set(known()):
        raise StoreTooNew(
            f"The store {db.path} belongs to a newer version of Hiến Kế (it has"
            f" {', '.join(sorted(unknown))}): install that version."
        )
    lock = db.path.with_suffix(".migrate.lock")
    with Path(lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        steps.apply(db)
    if db.has_key and not campaigns.is_key_right(db):
        raise KeyIsAnother(
            "The telephone numbers in this store were hidden under another key: bring back the"
            f" file secrets that belongs to {db.path}, from the same backup as the store."
        )


def applied(db: Store) -> list[str]:
    """Return the steps that a store has taken, in their order."""
    return [step.name for step in steps.applied(db)]


def known() -> list[str]:
    """Return the steps that this version knows, in their order."""
    return [module.__name__.rpartition(".")[2] for module in STEPS]


def is_current(db: Store) -> bool:
    """Say whether no migration is waiting."""
    return not steps.pending(db)
