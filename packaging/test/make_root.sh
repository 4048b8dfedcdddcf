#!/bin/sh
# make_root.sh SUITE FOLDER: a minimal Debian in FOLDER, from the mirror that this machine's apt uses.
set -eu
suite=$1
folder=$2
[ -d "$folder/usr" ] && exit 0
mkdir -p "$(dirname "$folder")"
# shellcheck disable=SC2016  # apt's own variable
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder.partial" "$mirror" >"$folder.log" 2>&1 ||
    { tail -n 5 "$folder.log" >&2; rm -rf "$folder.partial"; exit 1; }
mv "$folder.partial" "$folder"
