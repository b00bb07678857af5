"""The schema of a store, and how an older store is brought to it.

The tables are what their cards declare (tables.py). A new store is made from them at once. A later
version adds a step to STEPS, one file each, for existing stores: only ever append, and never edit a
step that was released. Every id is a UUIDv7 made by the program, so the same schema can hold many
communes on a larger engine. Only the full-text table is SQLite's own (shared/db/search.py).

tables.py loads the modules of all tables, and the steps load sqlite-utils, so they are imported
only where they are asked: a program whose store is as it must be starts without them.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType

from shared.db import schema, search
from shared.db.connection import Store
from shared.db.encryption import KeyIsAnother
from shared.store.office import campaigns
from shared.store.schema.steps import steps

# The modules, in the order they are applied, which is that of their names.
STEPS = (
    "m0001_schema", "m0002_pending_acts", "m0003_sender_changes", "m0004_kiosk_help",
    "m0005_class_not_asked", "m0006_whose_change", "m0007_paper_titles", "m0008_council_sending",
    "m0009_transcript_drafts", "m0010_lasting_questions", "m0011_ready_words", "m0012_council_plan",
    "m0013_report_words", "m0014_signatures_wait", "m0015_position_and_number",
    "m0016_media_downloads", "m0017_leases", "m0020_what_pages_ask", "m0021_compared",
    "m0022_idea_counts", "m0023_award_turns", "m0024_lists_by_page", "m0025_less_to_write",
    "m0026_nothing_grows", "m0027_lists_of_a_year", "m0028_counted_by_index",
    "m0029_finding", "m0030_kept_no_longer", "m0031_compared_in_turn",
)  # fmt: skip


class StoreRefused(Exception):
    """This version cannot serve the store; nothing in it was changed."""


class StoreTooNew(StoreRefused):
    """A newer version of the program brought the store to its form."""


class StoreUnknown(StoreRefused):
    """The store was made before the first release, in a form that this version does not know."""


def migrate(db: Store) -> None:
    """Bring the store to this version, one process at a time. Raises StoreTooNew or StoreUnknown,
    and then nothing was changed; KeyIsAnother."""
    _refuse_unknown(db)
    with db.engine.migrating(db.conn) as at_work:
        taken = at_work.taken(steps)
        if not taken:
            # What later steps would change is in the cards already.
            first, *_ = modules()
            at_work.found(steps, getattr(first, STEPS[0]), STEPS)
        else:
            if is_from_before(taken):
                at_work.note(steps, STEPS[:1], instead=True)
            if not set(STEPS) <= set(taken):
                modules()
            at_work.take(steps)
    if db.has_key and not campaigns.is_key_right(db):
        raise KeyIsAnother(
            "The telephone numbers in this store were hidden under another key: bring back the"
            f" file secrets that belongs to {db.engine.shown}, from the same backup as the store."
        )


def applied(db: Store) -> list[str]:
    """Return the steps that a store has taken, in their order."""
    return db.engine.schema(db.conn).taken(steps)


def known() -> list[str]:
    """Return the steps that this version knows, in their order."""
    return list(STEPS)


def modules() -> list[ModuleType]:
    """Return the modules of all steps, in their order; each registers its step with `steps`."""
    return [import_module(f"{__name__}.{name}") for name in STEPS]


def is_current(db: Store) -> bool:
    """Say whether no step is waiting."""
    return set(STEPS) <= set(applied(db))


def is_from_before(taken: Sequence[str]) -> bool:
    """Say whether these steps are those of a store made before the first release."""
    return bool(taken) and STEPS[0] not in taken


def is_as_declared(db: Store) -> bool:
    """Say whether a store's tables are what the cards declare, whatever their columns' order."""
    from shared.store.schema.tables import CARDS  # imported late, as said above

    return _has(db, schema.wanted(CARDS))


def is_as_first(db: Store) -> bool:
    """Say whether a store's tables are those of the first step: what the cards declare, without
    the TABLES that later steps made, with the columns that they CHANGED, the INDEXES that they
    made, the tables that they put IN_KEY and the names that they RENAMED as they were."""
    from shared.store.schema.tables import CARDS  # imported late, as said above

    later_steps = modules()[1:]
    later = {name for step in later_steps for name in getattr(step, "TABLES", ())}
    first = schema.wanted(card for card in CARDS if card.name not in later)
    for step in reversed(later_steps):
        for table, (now, was) in getattr(step, "CHANGED", {}).items():
            first[table] = first[table] - schema.parts(now) | schema.parts(was)
        for table, indexes in getattr(step, "INDEXES", {}).items():
            made, were = (frozenset(map(schema.part, listed)) for listed in indexes)
            if table not in later:
                first[table] = first[table] - made | were
        for table in {*getattr(step, "IN_KEY", ())} - later:
            first[table] -= {schema.IN_KEY}
        for now, was in getattr(step, "RENAMED", {}).items():
            first[was] = frozenset(part.replace(now, was) for part in first.pop(now))
    return _has(db, first)


def _has(db: Store, forms: Mapping[str, schema.Form]) -> bool:
    return schema.present(db) == forms and search.is_there(db)


def _refuse_unknown(db: Store) -> None:
    taken = applied(db)
    if is_from_before(taken):
        if not is_as_first(db):
            raise StoreUnknown(
                f"The store {db.engine.shown} was made before the first release of Hiến Kế, in a"
                " form that this version does not know; nothing in it was changed. Open it with the"
                " version that made it."
            )
    elif unknown := set(taken) - set(STEPS):
        raise StoreTooNew(
            f"The store {db.engine.shown} belongs to a newer version of Hiến Kế (it has"
            f" {', '.join(sorted(unknown))}): install that version."
        )
