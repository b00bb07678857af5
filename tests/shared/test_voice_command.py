"""`hienke voice`: a person's recordings take the place of the machine's, as long as they say the
words of the text."""

from shared import texts
from tests.commands import hienke
from tests.shared.files.test_voice import a_wav

WORDS = texts.load("vi").say("read.check")


def bring(instance, tmp_path, *more):
    env = {"HIENKE_INSTANCE": str(instance.folder)}
    return hienke("voice", "import", tmp_path / "wavs", *more, cwd=tmp_path, env=env)


def test_a_persons_recordings_are_taken_and_what_is_not_sound_is_named(instance, tmp_path):
    (tmp_path / "wavs").mkdir()
    for name in ("check", "number.7", "phone.greeting"):
        a_wav(tmp_path / "wavs" / f"{name}.wav", seconds={"number.7": 0.6}.get(name, 6), rate=8_000)
    a_wav(tmp_path / "wavs" / "home.wav", seconds=0.2, rate=8_000)
    a_wav(tmp_path / "wavs" / "no_such.wav", rate=8_000)

    said = bring(instance, tmp_path)

    assert said.returncode == 1
    assert "home.wav: " in said.stderr and "cut off" in said.stderr
    assert "no_such.wav: no text has this name" in said.stderr
    assert "Taken: 3. Refused: 2." in said.stdout
    kept = {path.name for path in (instance.voice / "vi").iterdir()}
    assert kept >= {"check.ogg", "number.7.ogg", "number.7.mp3", "phone.greeting.mp3"}
    assert "home.ogg" not in kept
    listed = hienke("voice", "words", cwd=tmp_path, env={"HIENKE_INSTANCE": str(instance.folder)})
    assert f"check.wav\t{WORDS}\ta person's\n" in listed.stdout
