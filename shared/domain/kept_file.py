"""A file that is kept, by the hash of what is in it, and what it was found to be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KeptFile:
    """A file on disk: its SHA-256 in hex is its name; `bytes` is its length."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Examined:
    """What a file truly is: `copy` is its content drawn or encoded anew, without metadata, as
    every phone shows or plays it. `seconds` is None for a picture. `page` counts from 1, 0 where
    there are none; `more` are the pages behind this one. `note` says what is to be known of the
    copy, a key of `media.note.*`. `differs` says why the original must stay, a key of
    `media.original.*`; "" where the copy was compared with it and is like it."""

    kind: str
    mime: str
    copy: KeptFile
    seconds: float | None
    page: int = 0
    note: str = ""
    differs: str = ""
    more: tuple["Examined", ...] = ()

    @property
    def pages(self) -> tuple["Examined", ...]:
        """This page and those behind it."""
        return (self, *self.more)
