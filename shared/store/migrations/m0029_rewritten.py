"""The whole file is written anew: what was plain before m0028 stands in no free page and no WAL."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps(transactional=False)
def m0029_rewritten(db: Database) -> None:
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
