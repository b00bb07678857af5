"""The list that the steps of a schema register with."""

from collections.abc import Callable
from typing import Any

from sqlite_utils import Migrations

Step = Callable[[Any], None]


class Steps(Migrations):
    """sqlite-utils' list of steps, which can also be asked for a step by its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.by_name: dict[str, Step] = {}

    def __call__(  # type: ignore[override]  # a step is any function of one argument
        self, *, name: str | None = None, transactional: bool = True
    ) -> Callable[[Step], Step]:
        """Register a step under the name of its function."""
        register = super().__call__(name=name, transactional=transactional)

        def keep(step: Step) -> Step:
            self.by_name[step.__name__] = step
            return register(step)

        return keep
