"""What the store knows of SMS is found without reading all of them, however many there are."""

import pytest

from shared.store.messages import inbox, outgoing, sending

PHONE = "+84912345678"


def plan_of(db, ask):
    """Return how SQLite finds what one question of the store asks for."""
    asked = []
    db.conn.set_trace_callback(asked.append)
    ask()
    db.conn.set_trace_callback(None)
    [question] = asked
    steps = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {question}")]
    return " ".join(step for step in steps if step.startswith(("SEARCH", "SCAN")))


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    "ask",
    [
        lambda db: inbox.brought_by(db, "twilio", PHONE, 0),
        lambda db: outgoing.was_told(db, PHONE, "privacy_first"),
    ],
)
def test_a_question_about_one_number_reads_its_own_messages_only(db, ask):
    plan = plan_of(db, lambda: ask(db))

    assert "commune_id=? AND sender=?" in plan or "commune_id=? AND phone=?" in plan


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    "ask",
    [
        lambda db: inbox.waiting(db),
        lambda db: sending.lapsed(db, 0),
        lambda db: sending.unexplained(db, at=0, since=0),
        lambda db: sending.followed(db, "android", 0),
    ],
)
def test_what_a_worker_asks_all_the_time_reads_what_waits_only(db, ask):
    assert "commune_id=? AND state=?" in plan_of(db, lambda: ask(db))
