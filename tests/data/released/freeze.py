"""Freezes the store of this version, a little of everything in it, as `<version>.db.gz`.

Run once at a release, in the tree that is released; the file is never made again:

    .venv/bin/python -m pytest tests/data/released/freeze.py

From then on tests/shared/test_released.py brings that store to every later version.
"""

import gzip
from importlib.metadata import version
from pathlib import Path

from shared.domain import clock
from shared.workflows import verify
from tests.life import Life, fill_the_rest, live

HERE = Path(__file__).parent


def test_freeze(db, instance, a_proposal, tmp_path):
    life = Life(db, instance, a_proposal, clock.now())
    live(life)
    fill_the_rest(life)
    assert verify.verify(db, instance.media).damage == ()
    tables = [
        name
        for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite_", "proposal_fts"))
    ]
    empty = {one for one in tables if not db.row(f"SELECT 1 FROM {one} LIMIT 1")}
    assert not empty, f"fill these too: {empty}"
    db.conn.execute("VACUUM INTO ?", (str(tmp_path / "frozen.db"),))
    target = HERE / f"{version('hienke')}.db.gz"
    assert not target.exists(), "a released store is never frozen again"
    frozen = (tmp_path / "frozen.db").read_bytes()
    target.write_bytes(gzip.compress(frozen, mtime=0))
