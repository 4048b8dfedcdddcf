#!/bin/sh
# Name the system libraries that the window needs and that are missing; install them when root on Debian/Ubuntu.
# With the argument "test", also what the tests of a real window need; with "faults", only what makes system calls
# fail in tests; with "package" and "test-package", only what makes installers and what tries them.
set -eu

missing=""
need_library() { ldconfig -p | grep -q "$1" || missing="$missing $2"; }
need_command() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

[ "$(uname -s)" = Linux ] || exit 0
PATH="$PATH:/sbin:/usr/sbin"
if [ "${1:-}" = faults ]; then
    need_command fiu-run fiu-utils
    need_command exiftool libimage-exiftool-perl
elif [ "${1:-}" = package ]; then
    need_command dpkg-shlibdeps dpkg-dev
    need_command strip binutils
    need_command chrpath chrpath
    need_command xz xz-utils
    # dpkg-shlibdeps asks which packages have the libraries that Qt's Wayland plugins need.
    need_library libwayland-client.so.0 libwayland-client0
    need_library libwayland-cursor.so.0 libwayland-cursor0
    need_library libwayland-egl.so.1 libwayland-egl1
elif [ "${1:-}" = test-package ]; then
    need_command debootstrap debootstrap
    need_command lintian lintian
    need_command appstreamcli appstream
    need_command desktop-file-validate desktop-file-utils
    need_command strace strace
    need_command rpm rpm
    need_command rpm2cpio rpm2cpio
    need_command cpio cpio
    need_command Xvfb xvfb
    need_command xdotool xdotool
    need_command openbox openbox
    need_command xclip xclip
else
    need_library libEGL.so.1 libegl1
    need_library libGL.so.1 libgl1
    need_library libfontconfig.so.1 libfontconfig1
    need_library libdbus-1.so.3 libdbus-1-3
    need_library libglib-2.0.so.0 libglib2.0-0
    need_library libxkbcommon-x11.so.0 libxkbcommon-x11-0
    need_library libxcb-cursor.so.0 libxcb-cursor0
    need_library libxcb-icccm.so.4 libxcb-icccm4
    need_library libxcb-image.so.0 libxcb-image0
    need_library libxcb-keysyms.so.1 libxcb-keysyms1
    need_library libxcb-randr.so.0 libxcb-randr0
    need_library libxcb-render-util.so.0 libxcb-render-util0
    need_library libxcb-shape.so.0 libxcb-shape0
    need_library libxcb-xkb.so.1 libxcb-xkb1
fi
if [ "${1:-}" = test ]; then
    need_command Xvfb xvfb
    need_command xdotool xdotool
    need_command openbox openbox
    need_command xclip xclip
fi

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "These Debian packages, or what your system calls them, are missing:$missing" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Some system libraries are missing. Please run:  sudo apt-get install$missing" >&2
    exit 1
fi
echo "Installing system libraries:$missing"
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
