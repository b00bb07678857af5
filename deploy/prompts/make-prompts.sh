#!/usr/bin/env bash
# Makes every prompt a caller hears from its text in shared/texts/vi.toml ([voice]), by a
# synthesised voice: sms/static/prompts/<name>.mp3, 16 kHz, one voice, no metadata.
# Needs espeak-ng and ffmpeg. Names given as arguments: only those are made.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
target=sms/static/prompts
mkdir -p "$target"
wav=$(mktemp --suffix=.wav)
trap 'rm -f "$wav"' EXIT

"$python" -I - "$@" <<'PYTHON' |
import sys, tomllib
texts = tomllib.load(open("shared/texts/vi.toml", "rb"))["voice"]
for name, text in texts.items():
    if len(sys.argv) == 1 or name in sys.argv[1:]:
        print(f"{name}\t{text}")
PYTHON
while IFS=$'\t' read -r name text; do
  espeak-ng -v vi -s 135 -g 3 -w "$wav" -- "$text"
  ffmpeg -nostdin -loglevel error -y -i "$wav" -map_metadata -1 -fflags +bitexact -ac 1 -ar 16000 \
    -af 'loudnorm=I=-18:TP=-2' -codec:a libmp3lame -b:a 16k -id3v2_version 0 -write_xing 0 \
    "$target/$name.mp3"
  echo "$target/$name.mp3 $(stat -c %s "$target/$name.mp3") bytes"
done
