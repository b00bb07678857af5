"""Why a table that somebody sent is refused."""


class TableRefused(Exception):
    """`reason` is a key of `table.*` of the texts, `blanks` are the sentence's values."""

    def __init__(self, reason: str, **blanks: object) -> None:
        super().__init__(reason)
        self.reason, self.blanks = reason, blanks

    @property
    def key(self) -> str:
        """Return the key of the sentence."""
        return f"table.{self.reason}"
