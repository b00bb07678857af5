"""The list that the steps of the schema register with."""

from shared.db.steps import Steps

steps = Steps("hienke")
