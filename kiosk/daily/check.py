"""One thing that was checked: whether it is well, and what to do if it is not."""

from collections.abc import Mapping

from shared.domain.record import Record


class DailyCheck(Record):
    """One thing that was checked. `is_well` is None if we cannot tell; `said` and `todo` are keys
    of the texts ("" for nothing to do), `blanks` belong to both."""

    name: str
    is_well: bool | None
    said: str
    todo: str
    blanks: Mapping[str, object]


def well(name: str, said: str, **blanks: object) -> DailyCheck:
    """Return a row that is well."""
    return DailyCheck(name, True, said, "", blanks)


def red(name: str, said: str, todo: str, **blanks: object) -> DailyCheck:
    """Return a row that is not well, with what to do."""
    return DailyCheck(name, False, said, todo, blanks)


def not_known(name: str, said: str) -> DailyCheck:
    """Return a row about which we cannot tell."""
    return DailyCheck(name, None, said, "", {})
