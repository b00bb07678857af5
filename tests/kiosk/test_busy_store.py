"""A store that cannot be written now loses nothing: the page comes back with what was typed."""

from collections.abc import Iterator

import pysqlite3
import pytest

from shared.store import connection


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Connections opened from now on wait a fifth of a second for another program, not four."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.2)


@pytest.fixture
def locked(impatient, db) -> Iterator[None]:
    """Another program holds the write lock."""
    other = pysqlite3.connect(str(db.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")


def test_a_form_sent_to_a_busy_store_comes_back_whole_with_503(citizen, locked):
    given = {"key": "k", "participant_type": "citizen", "title": "Hẹn giờ", "solution": "Cho hẹn"}

    answer = citizen.post("/gui", data=given)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert 'value="Hẹn giờ"' in answer.text and "Cho hẹn" in answer.text
    assert 'name="key" value="k"' in answer.text


def test_a_kiosk_step_sent_to_a_busy_store_comes_back_whole_with_503(impatient, kiosk, db):
    kiosk.get("/gui/1")
    other = pysqlite3.connect(str(db.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    answer = kiosk.post("/gui/6", data={"solution": "Cho hẹn giờ"})

    other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert "Cho hẹn giờ" in answer.text
    assert kiosk.post("/gui/6", data={"solution": "Cho hẹn giờ"}).status_code == 303
