#!/bin/bash
# test_package.sh [SUITE…]: installs what `make package` made into clean Debian roots and uses it there.
# Needs root, and on this side: debootstrap, Xvfb, openbox, xdotool, xclip, strace, desktop-file-utils, appstream,
# lintian, rpm, rpm2cpio, cpio.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PACKAGE_PYTHON:-build/venv/bin/python}
roots=build/roots
home='/home/张 三'
deb=${PACKAGE_DEB:-$(find dist -name '*.deb' | head -n 1)}
archive=${PACKAGE_ARCHIVE:-$(find dist -name '*.tar.xz' | head -n 1)}
rpm=${PACKAGE_RPM:-$(find dist -name '*.rpm' | head -n 1)}

main() {
    check_files
    start_screen
    for suite in "${@:-bookworm}"; do
        echo "== Debian $suite"
        try_in "$suite"
    done
}

check_files() {
    echo "== the files"
    desktop-file-validate build/package/tree/usr/share/applications/wanwu.desktop
    appstreamcli validate --no-net build/package/tree/usr/share/metainfo/*.xml
    lintian --fail-on error,warning --allow-root "$deb"
    echo "  ok: lintian, but for the overrides that the package states"
    check_rpm
}

# There is no root of such a system to try it in: what it needs is readable, and what is inside is the program.
check_rpm() {
    local unpacked=build/package/rpm-unpacked
    rpm --query --package --requires "$rpm" | grep -q '^libX11-xcb.so.1()(64bit)$'
    rm -rf "$unpacked" && mkdir -p "$unpacked"
    rpm2cpio "$rpm" | (cd "$unpacked" && cpio --extract --make-directories --quiet)
    diff --recursive --no-dereference build/package/rpm "$unpacked"
    rm -rf "$unpacked"
    echo "  ok: the .rpm has the same files"
}

start_screen() {
    local number
    exec {numbers}< <(exec Xvfb -displayfd 1 -ac -screen 0 1440x900x24 2>/dev/null)
    screen=$!
    read -r number <&"$numbers"
    display=:$number
    DISPLAY=$display openbox &
    manager=$!
}

try_in() {
    local clean=$roots/$1 root=$roots/$1.used
    packaging/test/make_root.sh "$1" "$clean"
    leave_root "$root"
    rm -rf --one-file-system "$root"
    cp -a "$clean" "$root"
    enter_root "$root"
    install_deb "$root"
    local shots=build/screenshots/$1
    "$python" packaging/test/try_program.py --shots "$shots/deb" "$root" "$display" \
        wanwu gio launch /usr/share/applications/wanwu.desktop
    remove_deb "$root"
    try_portable "$root" "$shots/portable"
    leave_root "$root"
}

enter_root() {
    mkdir -p "$1/tmp/.X11-unix"
    mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix"
    mount -t proc proc "$1/proc"
    mount --bind /dev "$1/dev"
    mount -t tmpfs tmpfs "$1/dev/shm"
    chroot "$1" useradd --create-home --uid 1000 --home-dir "$home" zhang
}

leave_root() {
    local below
    for below in dev/shm dev proc tmp/.X11-unix; do
        if mountpoint -q "$1/$below"; then umount "$1/$below"; fi
    done
}

install_deb() {
    cp "$deb" "$1/tmp/wanwu.deb"
    chroot "$1" apt-get update -qq
    in_root "$1" apt-get install -y -qq --no-install-recommends /tmp/wanwu.deb >"$roots/apt.log" 2>&1 ||
        { tail "$roots/apt.log"; exit 1; }
    rm "$1/tmp/wanwu.deb"
    echo "  ok: installed by apt"
    chroot "$1" ldd /usr/lib/wanwu/_internal/PySide6/Qt/plugins/platforms/libqxcb.so | grep 'not found' && exit 1
    # Before any tool of this test is installed: the package alone must be enough.
    in_root "$1" env QT_QPA_PLATFORM=offscreen wanwu --version
    in_root "$1" apt-get install -y -qq --no-install-recommends libglib2.0-bin desktop-file-utils locales \
        >>"$roots/apt.log" 2>&1
    chroot "$1" localedef -i zh_CN -f UTF-8 zh_CN.UTF-8
    chroot "$1" gio mime image/heic | grep wanwu.desktop >/dev/null
    echo "  ok: 'Open with' offers it for pictures"
    if [ -n "$(chroot "$1" sh -c 'command -v fc-list >/dev/null && fc-list :lang=zh')" ]; then
        echo "this root has a Chinese font" >&2; exit 1
    fi
    list_files "$1" >"$roots/before"
    chroot "$1" dpkg -L wanwu | grep wanwu | sort >"$roots/owned"
}

in_root() {
    local root=$1
    shift
    chroot "$root" env -i DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

list_files() {
    chroot "$1" find / -xdev -not -path '/home/*' -not -path '/var/lib/dpkg/*' -not -path '/var/cache/*' \
        -not -path '/var/log/*' -not -path '/tmp/*' | sort
}

remove_deb() {
    in_root "$1" apt-get purge -y -qq wanwu >>"$roots/apt.log" 2>&1
    list_files "$1" | comm -13 <(comm -23 "$roots/before" "$roots/owned") - >"$roots/left"
    if [ -s "$roots/left" ] || chroot "$1" find /tmp -user zhang -not -name '.X*' | grep .; then
        cat "$roots/left"; exit 1
    fi
    [ -n "$(find "$1$home/.local/share/wanwu" -type f)" ]
    echo "  ok: removed; nothing is left but the user's own data"
}

try_portable() {
    local folder="$1$home/我的 程序"
    mkdir -p "$folder"
    tar -xf "$archive" -C "$folder"
    local program
    program=$(cd "$folder" && echo */start.sh)
    "$python" packaging/test/try_program.py --shots "$2" "$1" "$display" \
        "$home/我的 程序/$program" "$home/我的 程序/$program"
}

clean_up() {
    for suite in "${suites[@]}"; do leave_root "$roots/$suite.used"; done
    for process in "${manager:-}" "${screen:-}"; do
        [ -z "$process" ] || kill "$process" 2>/dev/null || true
    done
}

suites=("${@:-bookworm}")
trap clean_up EXIT
main "${suites[@]}"
