"""A regular expression that is compiled when it is asked for the first time.

The long ones, which tell what an SMS means, take several milliseconds each, more than a tenth of
their program's start together. Short ones stay `re.compile`.
"""

import re
from functools import cached_property


class LatePattern:
    """Asked as a `re.Pattern` is; the first question compiles it."""

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._pattern, self._flags = pattern, flags

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first place where it is found."""
        return self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Return it where the text begins with it."""
        return self._compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return it where it is the whole text."""
        return self._compiled.fullmatch(text)

    def sub(self, by: str, text: str) -> str:
        """Return the text with `by` wherever it is found."""
        return self._compiled.sub(by, text)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)
