"""Which tests run on both engines.

THE RULE. A module runs on both engines if what it promises depends on how rows are kept and found:
the store, the desks, SMS and the public app. ON_BOTH lists one or a few of each room, chosen for
the statements they run; whoever adds a room's first test that reads the store in a new way adds it
there, and takes another away if `make test` grows. Tests that are about a file (backups, upgrades,
disks, the faults of a file), about words or pages alone, and browsers run on SQLite; one journey of
the main road runs on PostgreSQL, too. In a module of ON_BOTH a test says `@pytest.mark.of_sqlite`
if it is about a file, or tries many ways of typing what is read alike or refused before a row is
kept; what may reach a row as it was typed is tried on both.
"""

from functools import cache
from pathlib import Path

import pytest

SQLITE, POSTGRES = ENGINES = ("sqlite", "postgres")
# Modules or folders.
ON_BOTH = (
    "shared/db/test_search.py",
    "shared/store/awards",
    "shared/store/cases",
    "shared/store/messages",
    "shared/store/models",
    "shared/store/office",
    "shared/store/reports",
    "shared/workflows/test_pending.py",
    "kiosk/staff/cases/test_case.py",
    "kiosk/staff/cases/test_case_alike.py",
    "kiosk/staff/cases/test_queue.py",
    "kiosk/staff/council/test_council.py",
    "kiosk/staff/counter/test_organisation.py",
    "kiosk/staff/models/test_models.py",
    "kiosk/staff/privacy/test_data_desk.py",
    "kiosk/staff/reports/test_year_record.py",
    "kiosk/staff/sms/test_sms_desk.py",
    "kiosk/staff/test_batch.py",
    "kiosk/staff/test_empty_office.py",
    "kiosk/staff/test_today.py",
    "kiosk/test_api.py",
    "kiosk/test_asked_of_store.py",
    "kiosk/test_form.py",
    "kiosk/test_lookup.py",
    "kiosk/test_parking.py",
    "kiosk/test_receipt.py",
    "kiosk/test_registry.py",
    "kiosk/test_wizard.py",
    "sms/test_asked_of_store.py",
    "sms/test_asking_back.py",
    "sms/test_dialogue.py",
    "sms/test_inbound.py",
    "sms/test_keeping.py",
    "sms/test_outbox.py",
    "sms/test_taking.py",
    "sms/test_twilio_webhooks.py",
)
_TESTS = Path(__file__).parent
_ON_BOTH = frozenset(_TESTS / one for one in ON_BOTH)


def is_on_both(test: pytest.Item) -> bool:
    """Say whether a test runs on both engines."""
    return _has_both(test.path) and test.get_closest_marker("of_sqlite") is None


@cache
def _has_both(module: Path) -> bool:
    return not _ON_BOTH.isdisjoint((module, *module.parents))
