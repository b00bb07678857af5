"""Who is erased from a store on PostgreSQL is in no file of its tables any more, and in none of its
journal when that has gone round."""

from collections.abc import Iterator

import pytest

from shared.db.connection import Store, writing
from shared.db.engines.postgres.engine import PostgresEngine
from shared.domain import clock
from shared.domain.evaluation_year import Cutoff
from shared.privacy import erasing
from shared.store import schema
from shared.store.office import campaigns
from shared.store.privacy import erasures
from shared.store.privacy.erasures import Scope
from shared.workflows import verify
from shared.workflows.erase import ErasureRequest
from tests import residue
from tests.conftest import UNIT, ZONE, proposal_builder, roomy
from tests.postgres import Cluster, cluster

WORDS = ("Khế Ngọt", "khengot", "Khía Mật")


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster(roomy(), wal_recycle="off", wal_level="replica") as running:
        yield running


@pytest.fixture
def pg(server: Cluster, instance) -> Iterator[Store]:
    engine = PostgresEngine(server.url(server.fresh()))
    db = Store(engine, UNIT, instance.cipher())
    schema.migrate(db)
    plan = campaigns.Campaign(clock.to_local(clock.now(), ZONE).year, "a", "b", Cutoff(), 15)
    with writing(db):
        campaigns.create(db, "UBND", is_demo=False, at=1)
        campaigns.add_campaign(db, plan, at=1)
    yield db
    engine.close()


def asked() -> ErasureRequest:
    return ErasureRequest(Scope.ALL, "asked", "", "test", clock.now())


def left(server: Cluster) -> list[str]:
    """Return in which files their words are, after all was written out."""
    server.run("CHECKPOINT")
    return residue.where(server.data, *WORDS)


def test_no_byte_of_who_is_erased_stays_in_the_tables_and_none_in_the_journal_later(
    server, pg, instance
):
    build = proposal_builder(instance, pg)
    case = build(title="Vườn của Khế Ngọt", solution="Khía Mật khengot làm giúp")
    other = build(title="Đường vào xóm")
    server.run("ANALYZE", pg.engine.shown.rpartition("/")[2])
    assert any("base/" in one for one in left(server))

    erasing.erase(pg, instance.media, case.id, asked())

    assert erasures.unsettled(pg) == []
    assert [one for one in left(server) if "pg_wal" not in one] == []
    server.run("SELECT pg_switch_wal()")
    server.run("CHECKPOINT")
    assert left(server) == []
    assert verify.verify(pg, instance.media).damage == ()
    assert pg.row("SELECT title FROM proposal WHERE id = :id", id=other.id) == ("Đường vào xóm",)


def test_while_somebody_reads_an_older_state_it_is_not_settled_and_the_night_goes_on(
    server, pg, instance
):
    case = proposal_builder(instance, pg)(title="Vườn của Khế Ngọt")
    reader = Store(pg.engine, UNIT)
    with pg.engine.reading(reader.conn):
        reader.rows("SELECT name FROM commune")
        erasing.erase(pg, instance.media, case.id, asked())

        assert len(erasures.unsettled(pg)) == 1

    assert erasing.settle(pg, instance.media, at=clock.now())
    assert [one for one in left(server) if "pg_wal" not in one] == []
    assert pg.engine.tidy(pg.conn)
