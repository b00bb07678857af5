"""A list of ideas that an organisation hands in for its members."""

from typing import Any

from shared.db.card import (
    EVERY_YEAR,
    ExportSheet,
    Table,
    Whose,
    ident,
    in_export,
    instant,
    number,
    text,
)

COLLECTIVE: Table[Any] = Table(
    "collective",
    None,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "organisation_id": ident(exported=in_export()),
        "title": text(Whose.NOBODY, exported=in_export(head="list_title")),
        "begun_by": ident(exported=in_export("person")),
        "begun_at": instant(exported=in_export()),
        "closed_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    foreign={"organisation_id": "organisation"},
    indexes={"collective_of_organisation": "organisation_id, id"},
    sealed=True,
    sheet=ExportSheet("danh-sach"),
    year_of=EVERY_YEAR,
)


COLLECTIVE_ITEM: Table[Any] = Table(
    "collective_item",
    None,
    {
        "id": ident(),
        "collective_id": ident(exported=in_export()),
        "place": number(exported=in_export(head="turn")),
        "proposal_id": ident(exported=in_export()),
        "entered_by": ident(exported=in_export("person")),
        "entered_at": instant(exported=in_export()),
    },
    unique=(("collective_id", "place"), ("proposal_id",)),
    foreign={"collective_id": "collective", "proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("hoi-vien"),
)
