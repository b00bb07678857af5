"""`hienke voice`: the words that are read aloud, and a person's recordings of them.

A kiosk reads from `read.*` of the texts, a telephone from `voice.*`; both say the ten digits.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from shared import texts
from shared.domain.record import Record
from shared.files import own_voice
from shared.runtime.instance import here
from shared.runtime.start import REFUSED

_LANGUAGE = click.option(
    "--lang", type=click.Choice(texts.LANGUAGES), default="vi", help="The language that is spoken."
)


class ReadText(Record):
    """A text that is read aloud: the name of its file, its words, the kinds of files it needs."""

    name: str
    words: str
    kinds: tuple[str, ...]


@click.group()
def voice() -> None:
    """A person's voice for what kiosk and telephone read aloud."""


@voice.command("words")
@_LANGUAGE
def words_of(lang: str) -> None:
    """List what is to be spoken: name of the file, words, and whose voice says them now."""
    folder = here().voice / lang
    for one in spoken(lang):
        click.echo(f"{one.name}.wav\t{one.words}\t{_standing(folder, one)}")


@voice.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_LANGUAGE
def bring_in(folder: Path, lang: str) -> None:
    """Take WAV files named as `hienke voice words` says from FOLDER; say which are not sound and
    which are missing."""
    from shared.files import voice as speech  # imported late: `serve` must start fast

    wanted = {one.name: one for one in spoken(lang)}
    target = here().voice / lang
    taken, refused = 0, 0
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".wav":
            continue
        one = wanted.get(path.stem)
        try:
            if one is None:
                raise speech.VoiceRefused("no text has this name: see `hienke voice words`.")
            said = speech.read(path, len(one.words))
            for kind in one.kinds:
                speech.write(said, target / f"{one.name}{kind}")
            own_voice.note_words(target, one.name, one.words)
        except speech.VoiceRefused as fault:
            refused += 1
            click.echo(f"{path.name}: {fault}", err=True)
        else:
            taken += 1
    missing = [one.name for one in wanted.values() if _standing(target, one) != "a person's"]
    click.echo(f"Taken: {taken}. Refused: {refused}. Still spoken by the machine: {len(missing)}.")
    if missing:
        click.echo(" ".join(missing))
    if refused or not taken:
        sys.exit(REFUSED)


def spoken(lang: str) -> Iterator[ReadText]:
    """Yield every text that is read aloud in a language."""
    here_said = texts.load(lang)
    on_the_phone = {
        own_voice.prompt_name(key): here_said.say(key)
        for key in here_said
        if key.startswith("voice.") and lang == "vi"
    }
    for key in here_said:
        if key.startswith("read."):
            name = key.removeprefix("read.")
            also = on_the_phone.pop(name, None) is not None
            kinds = (own_voice.KIOSK, own_voice.PHONE) if also else (own_voice.KIOSK,)
            yield ReadText(name, here_said.say(key), kinds)
    for name, words in on_the_phone.items():
        yield ReadText(name, words, (own_voice.PHONE,))


def _standing(folder: Path, one: ReadText) -> str:
    said = own_voice.said_in(folder, one.name)
    if said is None:
        return "machine"
    return "a person's" if said == one.words else "a person's, of words that changed: not played"
