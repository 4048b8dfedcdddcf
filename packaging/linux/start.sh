#!/bin/sh
# Starts the program from wherever this folder lies; names the system libraries that it lacks.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
missing=""
libraries="@LIBRARIES@"
for library in $libraries; do
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -qF "$library" || missing="$missing $library"
done
if [ -n "$missing" ]; then
    echo "The window needs system libraries that are missing here:$missing" >&2
    echo "On Debian and Ubuntu: sudo apt install @PACKAGES@" >&2
fi
exec "$here/wanwu" "$@"
