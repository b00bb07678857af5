"""The list that the steps of the schema register with."""

from sqlite_utils import Migrations

steps = Migrations("hienke")
