#!/bin/sh
# Make the keys of compose.yaml, unless they are there: keys.sh [FOLDER]
# A key is random text with the start of its SHA-256, as `sluicegate keys generate` makes it.
set -eu
folder=${1:-.sluicegate/compose}
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
random() { LC_ALL=C tr -dc A-Za-z0-9 </dev/urandom | head -c "$1"; }

mkdir -p "$folder"
chmod 700 "$folder"  # the files are readable for the containers' user, who is another one
for name in manager validator; do
  file=$folder/$name.key
  [ -s "$file" ] && continue
  head=sg_$(random 12)_$(random 43)
  printf '%s_%s\n' "$head" "$(printf %s "$head" | sha256 | cut -c1-8)" >"$file.partial"
  chmod 444 "$file.partial"
  mv "$file.partial" "$file"
done
