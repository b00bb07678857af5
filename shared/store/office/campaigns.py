"""The commune of this instance and its campaigns (one a year)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shared.db import checksums
from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    day,
    ident,
    in_export,
    instant,
    number,
    text,
    tick,
)
from shared.db.connection import IntegrityError, Store, writing
from shared.db.event_log import SYSTEM, new_id, note
from shared.domain.evaluation_year import Cutoff
from shared.domain.record import Record, replace
from shared.domain.rubric import FIRST_RUBRIC, Rubric, from_json, to_json
from shared.store.office import unsent_papers

CAMPAIGN: Table[Any] = Table(
    "campaign",
    None,
    {
        "id": ident(),
        "year": number(exported=in_export()),
        "legal_basis": text(Whose.NOBODY, exported=in_export()),
        "council_name": text(Whose.NOBODY, exported=in_export()),
        "cutoff_day": number(check="{name} BETWEEN 1 AND 31", exported=in_export()),
        "cutoff_month": number(check="{name} BETWEEN 1 AND 12", exported=in_export()),
        "cutoff_inclusive": tick(is_checked=True, exported=in_export("tick")),
        "service_days": number(check="{name} BETWEEN 1 AND 250", exported=in_export()),
        "number": text(Whose.NOBODY, default="", exported=in_export()),
        "issued_on": day(default="", exported=in_export()),
        "signer": text(Whose.NOBODY, default="", exported=in_export()),
        "signer_title": text(Whose.NOBODY, default="", exported=in_export()),
        "parent_plan": text(Whose.NOBODY, default="", exported=in_export()),
        "distribution": text(Whose.NOBODY, default="", exported=in_export()),
        "rubric": text(Whose.NOBODY, exported=in_export()),
    },
    unique=(("year",),),
    sealed=True,
    sheet=ExportSheet("ke-hoach"),
    on_write=unsent_papers.of_list,
)


class CampaignExists(Exception):
    """There is a campaign of that year."""


class Commune(Record):
    """The unit of this store, made at `created_at` (ms UTC); a demo store stays one for ever."""

    name: str
    is_demo: bool
    created_at: int


COMMUNE = Table(
    "commune",
    Commune,
    {
        "name": text(Whose.NOBODY),
        "is_demo": tick(is_checked=True),
        "created_at": instant(),
        "key_proof": text(Whose.NOBODY, default=""),
    },
    key=(),
    left_out="the office's name is in office_profile",
)


class Campaign(Record):
    """One year's call for ideas: its basis, its cut-off, its service standard in working days.

    `number` and `issued_on` (YYYY-MM-DD) are those of the commune's own plan, "" until it is
    signed; `parent_plan` names the plan it carries out; `distribution` is who gets its papers.
    """

    year: int
    legal_basis: str
    council_name: str
    cutoff: Cutoff
    service_days: int
    number: str = ""
    issued_on: str = ""
    signer: str = ""
    signer_title: str = ""
    parent_plan: str = ""
    distribution: tuple[str, ...] = ()
    rubric: Rubric = FIRST_RUBRIC


def create(db: Store, name: str, *, is_demo: bool, at: int) -> None:
    """Write the commune's row; only inside `writing`."""
    db.write(
        "INSERT INTO commune (commune_id, name, is_demo, created_at, key_proof)"
        " VALUES (:commune_id, :name, :is_demo, :at, :proof)",
        name=name,
        is_demo=int(is_demo),
        at=at,
        proof=db.cipher.proof(),
    )
    note(db, "commune_created", None, SYSTEM, at, is_demo=is_demo)


def is_key_right(db: Store) -> bool:
    """Say whether the store is open with the key that its numbers are encrypted with, so that
    another is noticed before it does harm."""
    row = db.row("SELECT key_proof FROM commune WHERE commune_id = :commune_id")
    return row is None or db.cipher.is_proven_by(row[0])


def this(db: Store) -> Commune:
    """Return the store's commune."""
    row = db.row("SELECT name, is_demo, created_at FROM commune WHERE commune_id = :commune_id")
    if row is None:
        raise LookupError("the store has no commune; run hienke init")
    return Commune(row[0], bool(row[1]), row[2])


def add_campaign(db: Store, campaign: Campaign, *, at: int, actor: str = SYSTEM) -> None:
    """Keep a campaign. Raises ValueError when its cut-off is no date, CampaignExists."""
    date(campaign.year, campaign.cutoff.month, campaign.cutoff.day)
    with writing(db):
        row = {"id": new_id(), "year": campaign.year, **columns_of(campaign)}
        try:
            db.insert(CAMPAIGN, row)
        except IntegrityError as fault:
            raise CampaignExists(campaign.year) from fault
        note(db, "campaign_added", None, actor, at, year=campaign.year)


# The campaign of a year, as `campaign_of` has it.
OF_YEAR = "ORDER BY year > :year, abs(year - :year) LIMIT 1"


def campaign_of(db: Store, year: int) -> Campaign:
    """Return the campaign of a year, or the latest before it, or the first there is: intake is
    never closed because next year's plan is missing (R24). Raises LookupError if there is none."""
    row = db.row(
        f"SELECT {_COLUMNS} FROM campaign WHERE commune_id = :commune_id {OF_YEAR}",  # noqa: S608
        year=year,
    )
    if row is None:
        raise no_campaign()
    return _read(row)


def no_campaign() -> LookupError:
    """Return what is raised where a store has no campaign at all."""
    return LookupError("the store has no campaign; run hienke init")


class Promise(Record):
    """What the campaign of a year promises: the service standard (working days), and who
    decides."""

    year: int
    service_days: int
    council_name: str


def promises(db: Store) -> list[Promise]:
    """Return what the campaigns of all years promise. One who knows no year yet need not wait for
    it with the question."""
    found = db.rows(
        "SELECT year, service_days, council_name FROM campaign WHERE commune_id = :commune_id"
    )
    return [Promise(*row) for row in found]


def promised(made: Sequence[Promise], year: int) -> Promise:
    """Return what holds for a year, as `campaign_of` finds it. Raises LookupError if there is
    none."""
    if not made:
        raise no_campaign()
    return min(made, key=lambda one: (one.year > year, abs(one.year - year)))


def of_year(db: Store, year: int) -> Campaign | None:
    """Return the campaign of exactly that year, or None."""
    found = campaign_of(db, year)
    return found if found.year == year else None


def campaigns(db: Store) -> list[Campaign]:
    """Return all campaigns, the latest first."""
    return [
        _read(row)
        for row in db.rows(
            f"SELECT {_COLUMNS} FROM campaign"  # noqa: S608 ours
            " WHERE commune_id = :commune_id ORDER BY year DESC"
        )
    ]


def fingerprint(campaign: Campaign) -> str:
    """Return a value that identifies exactly this state of a campaign."""
    return checksums.seal_of({"year": campaign.year, **columns_of(campaign)})[:16]


def next_campaign(latest: Campaign) -> Campaign:
    """Return the campaign with which to begin the next year: the same rules, without number and
    signature."""
    return replace(latest, year=latest.year + 1, number="", issued_on="", signer="")


_COLUMNS = (
    "year, legal_basis, council_name, cutoff_month, cutoff_day, cutoff_inclusive, service_days,"
    " number, issued_on, signer, signer_title, parent_plan, distribution, rubric"
)
CHANGEABLE = (
    "legal_basis", "council_name", "cutoff", "service_days", "number", "issued_on", "signer",
    "signer_title", "parent_plan", "distribution", "rubric",
)  # fmt: skip


def columns_of(campaign: Campaign) -> dict[str, object]:
    """Return the columns of a campaign's row except its id and year."""
    return {
        "legal_basis": campaign.legal_basis,
        "council_name": campaign.council_name,
        "cutoff_month": campaign.cutoff.month,
        "cutoff_day": campaign.cutoff.day,
        "cutoff_inclusive": int(campaign.cutoff.inclusive),
        "service_days": campaign.service_days,
        "number": campaign.number,
        "issued_on": campaign.issued_on,
        "signer": campaign.signer,
        "signer_title": campaign.signer_title,
        "parent_plan": campaign.parent_plan,
        "distribution": "\n".join(campaign.distribution),
        "rubric": to_json(campaign.rubric),
    }


def _read(row: Sequence[object]) -> Campaign:
    year, basis, council, month, day, inclusive, service_days, *rest = row
    number, issued_on, signer, signer_title, parent_plan, distribution, rubric = map(str, rest)
    return Campaign(
        int(str(year)), str(basis), str(council),
        Cutoff(int(str(month)), int(str(day)), bool(inclusive)), int(str(service_days)),
        number, issued_on, signer, signer_title, parent_plan,
        tuple(distribution.splitlines()), from_json(rubric),
    )  # fmt: skip
