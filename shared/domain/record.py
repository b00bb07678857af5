"""What our values are made of: `class Stamp(Record)` is a frozen class with a field for each
annotation.

It stands where `@dataclass(frozen=True)` would: there are four hundred of them, and a program makes
half of them before it answers (decision 100). Settings are dataclasses, as their fields carry what
they may hold, and so is what changes.
"""

from typing import dataclass_transform

from msgspec import Struct, field, to_builtins
from msgspec.structs import asdict, astuple, replace

# How a default is made anew for each value; a value as a dict or a tuple of its fields, or with all
# within it in JSON's types; the same value with other fields.
__all__ = ["Record", "asdict", "astuple", "field", "names_of", "replace", "to_builtins"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record(Struct, frozen=True):
    """A value of named fields, which never change; two are equal if all their fields are. One that
    keeps what it once computed (cached_property) is made with `dict=True`."""


def names_of(kind: type[Record]) -> tuple[str, ...]:
    """Return the names of a record's fields, in their order."""
    return kind.__struct_fields__
