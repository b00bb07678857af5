"""The list that the steps of a schema register with."""

from collections.abc import Callable
from typing import Any

Step = Callable[[Any], None]


class Steps:
    """The steps that were registered: each is applied after those with lesser names."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._found: dict[str, Step] = {}

    @property
    def by_name(self) -> dict[str, Step]:
        """The steps that were registered, in the order of their names."""
        return dict(sorted(self._found.items()))

    def __call__(self) -> Callable[[Step], Step]:
        """Register a step under the name of its function."""

        def keep(step: Step) -> Step:
            self._found[step.__name__] = step
            return step

        return keep
