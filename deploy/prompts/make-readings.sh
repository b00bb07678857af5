#!/usr/bin/env bash
# Makes every recording that a kiosk plays from its text in shared/texts/<language>.toml ([read]),
# by a synthesised voice: kiosk/static/audio/<language>/<name>.ogg, Opus, one voice, no metadata.
# Needs espeak-ng and ffmpeg. Names given as arguments: only those are made.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
target=kiosk/static/audio
wav=$(mktemp --suffix=.wav)
trap 'rm -f "$wav"' EXIT

"$python" -I - "$@" <<'PYTHON' |
import sys, tomllib
for language in ("vi", "en"):
    texts = tomllib.load(open(f"shared/texts/{language}.toml", "rb"))["read"]
    for name, text in texts.items():
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            print(f"{language}\t{name}\t{text}")
PYTHON
while IFS=$'\t' read -r language name text; do
  mkdir -p "$target/$language"
  espeak-ng -v "$language" -s 135 -g 3 -w "$wav" -- "$text"
  ffmpeg -nostdin -loglevel error -y -i "$wav" -map_metadata -1 -fflags +bitexact \
    -af 'loudnorm=I=-18:TP=-2' -ar 24000 -ac 1 -codec:a libopus -application voip -b:a 12k \
    "$target/$language/$name.ogg"
  echo "$target/$language/$name.ogg $(stat -c %s "$target/$language/$name.ogg") bytes"
done
