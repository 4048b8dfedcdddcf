#!/bin/bash
# Compiles the Windows installer over a stand-in for the program, and installs and uninstalls it under Wine.
# What Wine cannot show: Explorer's own menus, SmartScreen, and the program itself.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/build/windows-test
payload=$work/payload
setup=$work/wanwu-setup.exe
shots=$PWD/build/screenshots/windows
export HOME=$work/home WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' WINEARCH=win64 LC_ALL=C.UTF-8

main() {
    rm -rf "$work"
    mkdir -p "$payload/_internal/资源" "$payload/licences" "$HOME/Desktop"
    compile
    if ! wineboot --init >/dev/null 2>&1; then
        echo "  not tried: Wine does not run here"
        return
    fi
    user=$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Local | tr ' ' '\n' | grep -v Public | head -n 1)
    program=$user/Programs/Wanwu
    data=$user/wanwu
    give_chinese_font
    silent_install
    silent_with_options
    silent_uninstall
    other_folder
    removal_of_data
    with_windows
}

# Wine has none of its own; the pictures of the pages show boxes without it.
give_chinese_font() {
    local name
    mkdir -p "$WINEPREFIX/drive_c/windows/Fonts"
    cp resources/fonts/WanwuSansSC.otf "$WINEPREFIX/drive_c/windows/Fonts/"
    for name in Tahoma 'MS Shell Dlg' 'MS Shell Dlg 2' SimSun 宋体 'Microsoft YaHei UI'; do
        wine reg add 'HKCU\Software\Wine\Fonts\Replacements' /v "$name" /d 'Wanwu Sans SC' /f >/dev/null
    done
}

compile() {
    # A program of its own, of the kind that Windows starts: the smallest that makensis can make.
    cat >"$work/standin.nsi" <<'END'
Unicode true
Target amd64-unicode
SilentInstall silent
RequestExecutionLevel user
OutFile "${OUT}"
Section
    FileOpen $0 "$EXEDIR\ran.txt" w
    FileClose $0
SectionEnd
END
    local name
    for name in wanwu wanwuw; do
        makensis -V1 -DOUT="$payload/$name.exe" "$work/standin.nsi"
    done
    echo text >"$payload/_internal/资源/标签.tsv"
    echo text >"$payload/licences/NOTICE.txt"
    "${PACKAGE_PYTHON:-build/venv/bin/python}" packaging/windows/compile.py "$payload" "$setup" amd64-unicode
    passed "makensis compiles the script: $(stat -c %s "$setup") bytes"
}

silent_install() {
    run "$setup" /S
    expect "$program/wanwuw.exe" "$program/_internal/资源/标签.tsv" "$program/uninstall.exe"
    has_key 'Software\Microsoft\Windows\CurrentVersion\Uninstall\Wanwu' DisplayVersion
    has_no_key 'Software\Classes\Wanwu.Picture'
    run "$program/wanwuw.exe"
    expect "$program/ran.txt"
    rm "$program/ran.txt"
    passed "silent install: program and start menu, no associations"
}

silent_with_options() {
    touch "$program/_internal/old.txt"
    run "$setup" /S /ASSOCIATE /DESKTOP /LANG=zh
    [ ! -e "$program/_internal/old.txt" ]
    has_key 'Software\Classes\Wanwu.Picture\shell\open\command' wanwuw.exe
    has_key 'Software\Classes\.heic\OpenWithProgids' Wanwu.Picture
    shortcuts | grep 'Desktop/万物识别.lnk' >/dev/null
    passed "silent update: old files gone, associations and desktop shortcut on request, in Chinese"
}

silent_uninstall() {
    mkdir -p "$data"
    echo mine >"$data/settings.json"
    run "$program/uninstall.exe" /S
    wait_gone "$program"
    expect "$data/settings.json"
    has_no_key 'Software\Classes\Wanwu.Picture'
    has_no_key 'Software\Microsoft\Windows\CurrentVersion\Uninstall\Wanwu'
    [ -z "$(shortcuts)" ]
    passed "silent uninstall: nothing is left but the user's data"
}

other_folder() {
    mkdir -p "$WINEPREFIX/drive_c/我的 程序"
    echo mine >"$WINEPREFIX/drive_c/我的 程序/mine.txt"
    # NSIS wants no quotes here, which Wine would put around a space.
    run "$setup" /S '/D=C:\我的' 程序
    expect "$WINEPREFIX/drive_c/我的 程序/wanwu.exe"
    run "$WINEPREFIX/drive_c/我的 程序/uninstall.exe" /S
    wait_gone "$WINEPREFIX/drive_c/我的 程序/_internal"
    wait_gone "$WINEPREFIX/drive_c/我的 程序/uninstall.exe"
    expect "$WINEPREFIX/drive_c/我的 程序/mine.txt"
    passed "another folder, with Chinese and a space; files that were there stay"
}

removal_of_data() {
    run "$setup" /S
    run "$program/uninstall.exe" /S /REMOVEDATA
    wait_gone "$data"
    passed "uninstall with /REMOVEDATA removes the data too"
}

# Every page by the keyboard, in Chinese; then the uninstaller, whose question about the data is answered with no.
with_windows() {
    local number installer
    exec {number}< <(exec Xvfb -displayfd 1 -screen 0 800x600x24 2>/dev/null)
    screen=$!
    read -r number <&"$number"
    trap 'kill "$screen"' EXIT
    export DISPLAY=:$number
    wineserver --wait  # it keeps to the display that it was started with
    rm -rf "${shots:?}"
    mkdir -p "$shots" "$data"
    echo mine >"$data/settings.json"
    timeout 100 wine "$setup" /LANG=zh &
    installer=$!
    press welcome Return
    press folder Return
    press components Return
    expect_soon "$program/uninstall.exe"
    press finish space Return
    wait "$installer"
    timeout 100 wine "$program/uninstall.exe" &
    press confirm Return
    press question Return
    wait_gone "$program/_internal"
    press removed Return
    expect "$data/settings.json"
    passed "with windows, in Chinese: installed, and removed without the data; pictures in ${shots#"$PWD"/}"
}

# press NAME KEY…: wait for the next page, keep a picture of it, press keys.
press() {
    sleep 3
    import -window root "$shots/$1.png"
    shift
    xdotool key --delay 300 "$@"
}

expect_soon() {
    local try
    for try in $(seq 60); do [ ! -e "$1" ] || return 0; sleep 0.5; done
    echo "missing after $try tries: $1" >&2
    exit 1
}

run() { timeout 120 wine "$@"; }

registry() { timeout 60 wine reg query "HKCU\\$1" /s 2>/dev/null; }

has_key() { registry "$1" | grep -F "$2" >/dev/null || { echo "$1 lacks $2" >&2; exit 1; }; }

has_no_key() { if registry "$1" >/dev/null; then echo "$1 is there" >&2; exit 1; fi; }

shortcuts() { find "$WINEPREFIX/drive_c" "$HOME/" \( -name '万物识别.lnk' -o -name 'Wanwu.lnk' \); }

expect() {
    local path
    for path in "$@"; do [ -e "$path" ] || { echo "missing: $path" >&2; exit 1; }; done
}

# An uninstaller goes on as a copy of itself.
wait_gone() {
    local try
    for try in $(seq 60); do [ -e "$1" ] || return 0; sleep 0.5; done
    echo "still there after $try tries: $1" >&2
    exit 1
}

passed() { echo "  ok: $1"; }

main
