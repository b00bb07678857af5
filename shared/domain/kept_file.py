"""A file that is kept, named by the hash of its content, and what it was found to be."""

from shared.domain.record import Record


class KeptFile(Record):
    """A file on disk: its SHA-256 in hex is its name; `bytes` is its length."""

    sha256: str
    bytes: int


class Examined(Record):
    """What a file really is. `copy` is its content drawn or encoded again, without metadata, in a
    form that every phone shows or plays. `seconds` is None for a picture. `page` counts from 1,
    or is 0 if there are no pages; `more` are the pages after this one. `note` is a remark on the
    copy, a key of `media.note.*`. `differs` says why the original must stay, a key of
    `media.original.*`; "" if the copy was compared with the original and is like it."""

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
        """This page and those after it."""
        return (self, *self.more)
