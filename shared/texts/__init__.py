"""The words people read, apart from the code that says them.

`vi.toml` and `en.toml` hold the screens, `sms.vi.toml` the SMS. Blanks in a text stand in braces. A
key is the path in the file: `[home] title` is `home.title`. A word that depends on a number stands
in both its forms after the number's name: `{n} {n:idea|ideas}`.
"""

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shared.texts import plural

LANGUAGES = ("vi", "en")
# The versions of the consent notice, oldest first; a consent is kept with the one that was shown.
# The words of the last stand in vi.toml and en.toml, of the others in notice-VERSION.*.toml.
NOTICE_VERSIONS = ("2026-1", "2026-2")
NOTICE_VERSION = NOTICE_VERSIONS[-1]


class TextMissing(KeyError):
    """No text has that key."""


class _Agreeing(string.Formatter):
    """Fills blanks; of the two forms of a word it takes the one that fits the number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, parted, many = format_spec.partition("|")
        if parted:
            return plural.agreeing(value, one, many)
        return str(super().format_field(value, format_spec))


_AGREEING = _Agreeing()


class Texts:
    """One language's sentences by key."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self._sentences = dict(sentences)
        self._blanks: dict[str, frozenset[str]] = {}

    def say(self, key: str, **blanks: object) -> str:
        """Return the sentence of `key` with its blanks filled. Raises TextMissing."""
        try:
            sentence = self._sentences[key]
        except KeyError:
            raise TextMissing(key) from None
        if not blanks:
            return sentence
        if "|" in sentence:
            return _AGREEING.vformat(sentence, (), blanks)
        return sentence.format_map(blanks)

    def blanks(self, key: str) -> frozenset[str]:
        """Return the names of a sentence's blanks."""
        found = self._blanks.get(key)
        if found is None:
            parsed = string.Formatter().parse(self._sentences[key])
            found = self._blanks[key] = frozenset(name for _, name, _, _ in parsed if name)
        return found

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)


class Spoken:
    """One language for one office. Sentences whose every blank is the office's own (its name, its
    numbers) are filled once, at first use, because most of a page is made of them."""

    def __init__(self, words: Texts, office: Mapping[str, str]) -> None:
        self._words = words
        self.office = office
        self._whole: dict[str, str] = {}

    def blanks(self, key: str) -> frozenset[str]:
        """Return the names of a sentence's blanks."""
        return self._words.blanks(key)

    def say(self, key: str, **blanks: object) -> str:
        """Return the sentence of `key` with its blanks filled. Raises TextMissing."""
        whole = self._whole.get(key)
        if whole is None and key in self._words and self._words.blanks(key) <= self.office.keys():
            whole = self._whole[key] = self._words.say(key, **self.office)
        return whole if whole is not None else self._words.say(key, **self.office, **blanks)


@cache
def load(name: str) -> Texts:
    """Return the texts of one file: "vi", "en" or "sms.vi"."""
    found = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    return Texts(name, dict(_flat(found, "")))


def _flat(branch: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for key, value in branch.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield path + key, str(value)
