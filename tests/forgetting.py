"""Taking the names out of an idea as an erasure does, where a test is about what follows."""

from shared.db.connection import Store
from shared.store.awards import forgetting
from shared.store.cases import authors


def forget_authors(db: Store, proposal_id: str, *, at: int) -> None:
    """Remove the personal details of a proposal's authors, in letters and awards too; only inside
    `writing`."""
    for author in authors.all_of(db, proposal_id):
        forgetting.forget(db, proposal_id, author.place, at=at)
        authors.erase_one(db, author.id, at=at)
