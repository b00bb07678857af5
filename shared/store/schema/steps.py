"""The list that the steps of the schema register with, and what several of them do alike."""

from collections.abc import Callable
from typing import Any

from shared.db.engines import Schema
from shared.db.rows import Row
from shared.db.steps import Steps

steps = Steps("hienke")


def asking(db: Schema, unit: int) -> Callable[..., list[Row]]:
    """Return what runs a query of a unit, as Rows.rows does, for a rule that a step works out."""

    def ask(sql: str, **params: Any) -> list[Row]:
        found: list[Row] = db.execute(sql, {"commune_id": unit, **params}).fetchall()
        return found

    return ask
