"""Which papers somebody on their list has not got yet: kept as papers, sendings and lists change,
so that whoever asks how many they are reads none that went everywhere.

The cards of the three tables ask for it with each row that is written; `wrong` works everything out
anew. Recipients are compared here, and remembered nowhere: one may be a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from shared.db.card import Table, ident, number
from shared.db.engines import Statement
from shared.db.rows import Row, Rows
from shared.domain.vietnamese import one_line

_WORKED_OUT = "worked out anew"

# A valid paper that did not go to everybody on the list of its year has a row.
UNSENT_PAPER: Table[Any] = Table(
    "unsent_paper",
    None,
    {"paper_id": ident(), "year": number()},
    key=("paper_id",),
    foreign={"paper_id": "outgoing_paper"},
    indexes={"unsent_paper_in_turn": "year, paper_id"},
    left_out=_WORKED_OUT,
    not_archived=_WORKED_OUT,
)


def of_paper(
    db: Rows, _before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what keeps right whether a paper is sent, after its row was written."""
    return _keeping(db, "id", after["id"])


def of_sending(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for the paper of a sending."""
    is_same = before and all(before[one] == after[one] for one in ("recipient", "struck_at"))
    return [] if is_same else _keeping(db, "id", after["paper_id"])


def of_list(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for all papers of a year, after its campaign was written."""
    is_same = before and before["distribution"] == after["distribution"]
    return [] if is_same else _keeping(db, "year", after["year"])


def without(recipients: Sequence[str], sent: Iterable[str]) -> list[str]:
    """Return the recipients of a list that a paper was not sent to, in the list's order."""
    return _without(recipients, sent, bare)


def bare(recipient: str) -> str:
    """Return a recipient without the signs around it in papers: "- Đảng ủy xã;" is "đảng ủy xã"."""
    return one_line(recipient).strip(" -–;.,").casefold()


def work_out(
    ask: Callable[..., Iterable[Row]], which: str = "", wanted: object = None
) -> dict[str, int]:
    """Return the year of each paper of an office that is not sent everywhere, or of those whose
    column `which` ("id", "year") is as wanted, by its id; `ask` runs a query, as Rows.rows does."""
    only = f" AND outgoing_paper.{which} = :wanted" if which else ""
    sendings = ask(
        "SELECT outgoing_paper.id, outgoing_paper.year, campaign.distribution, dispatch.recipient"  # noqa: S608
        " FROM outgoing_paper JOIN campaign ON campaign.commune_id = :commune_id"
        " AND campaign.year = outgoing_paper.year"
        " LEFT JOIN dispatch ON dispatch.commune_id = :commune_id"
        " AND dispatch.paper_id = outgoing_paper.id AND dispatch.struck_at IS NULL"
        " WHERE outgoing_paper.commune_id = :commune_id AND outgoing_paper.struck_at IS NULL"
        f" AND campaign.distribution <> ''{only}",
        **({"wanted": wanted} if which else {}),
    )
    papers: dict[tuple[str, int, str], list[str]] = {}
    for paper_id, year, listed, recipient in sendings:
        papers.setdefault((paper_id, year, listed), []).append(recipient or "")
    plain = cache(bare)  # for this question alone
    return {
        paper_id: year
        for (paper_id, year, listed), sent in papers.items()
        if _without(listed.splitlines(), sent, plain)
    }


def wrong(db: Rows) -> Iterator[str]:
    """Yield each row that is not what the papers, the sendings and the lists say."""
    right = work_out(db.rows)
    kept = {row["paper_id"]: row["year"] for row in db.each_raw(UNSENT_PAPER)}
    for paper_id in sorted({one for one, _ in right.items() ^ kept.items()}):
        yield f"unsent_paper {paper_id}"


def _keeping(db: Rows, which: str, wanted: object) -> list[Statement]:
    right = work_out(db.rows, which, wanted)
    column = "paper_id" if which == "id" else which
    kept: dict[str, int] = dict(
        db.rows(
            "SELECT paper_id, year FROM unsent_paper"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND {column} = :wanted",
            wanted=wanted,
        )
    )
    gone = "DELETE FROM unsent_paper WHERE commune_id = :commune_id AND paper_id = :paper"
    return [
        *(db.statement(gone, paper=one) for one in sorted(kept.keys() - right.keys())),
        *(
            db.inserting(UNSENT_PAPER, {"paper_id": one, "year": right[one]})
            for one in sorted(right.keys() - kept.keys())
        ),
    ]


def _without(
    recipients: Sequence[str], sent: Iterable[str], plain: Callable[[str], str]
) -> list[str]:
    have = set(map(plain, sent))
    return [one for one in recipients if plain(one) not in have]
