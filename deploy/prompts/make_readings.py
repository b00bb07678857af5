#!/usr/bin/env python3
"""Makes what kiosk and telephone say from the texts, by a synthesised voice (espeak-ng):
kiosk/static/audio/<language>/<name>.ogg and sms/static/prompts/<name>.mp3.

    python deploy/prompts/make_readings.py            what is missing or says other words
    python deploy/prompts/make_readings.py home code  these, whatever is there

What each file says stands in kiosk/static/audio/<language>.json. Run it in the project's
environment; `hienke voice import` does the same for a person's recordings, on an office's PC.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from shared import texts
from shared.commands.voice import ReadText, spoken
from shared.files import own_voice, voice

ROOT = Path(__file__).resolve().parents[2]
AUDIO, PROMPTS = ROOT / "kiosk" / "static" / "audio", ROOT / "sms" / "static" / "prompts"
# Words a minute, and pauses between them in 10 ms: slow, because old people listen.
SPEED, GAP = "135", "3"


def main() -> None:
    """Make the recordings, and drop those that nothing plays any more."""
    for lang in texts.LANGUAGES:
        noted = AUDIO / f"{lang}.json"
        said = json.loads(noted.read_text("utf-8")) if noted.is_file() else {}
        wanted = {one.name: one for one in spoken(lang)}
        for one in wanted.values():
            if one.name in sys.argv[1:] or (not sys.argv[1:] and said.get(one.name) != one.words):
                _make(lang, one)
                said[one.name] = one.words
        kept = {name: said[name] for name in sorted(wanted) if name in said}
        noted.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        for path in (AUDIO / lang).glob(f"*{own_voice.KIOSK}"):
            if path.stem not in wanted:
                path.unlink()


def _make(lang: str, one: ReadText) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "said.wav"
        # After a dash stands what is spoken, whatever it begins with.
        command = ["espeak-ng", "-v", lang, "-s", SPEED, "-g", GAP, "-w", str(wav), "--", one.words]
        subprocess.run(command, check=True)  # noqa: S603 - our own texts
        speech = voice.read(wav, len(one.words))
    for kind in one.kinds:
        target = _target(lang, one.name, kind)
        voice.write(speech, target)
        print(f"{target.relative_to(ROOT)} {target.stat().st_size} bytes")


def _target(lang: str, name: str, kind: str) -> Path:
    if kind == own_voice.KIOSK:
        return AUDIO / lang / f"{name}{kind}"
    return PROMPTS / f"{name.removeprefix('number.').removeprefix('phone.')}{kind}"


if __name__ == "__main__":
    main()
