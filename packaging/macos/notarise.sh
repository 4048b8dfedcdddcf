#!/bin/sh
# notarise.sh FILE.dmg: has Apple check a signed image, and fastens the answer to it. MACOS_NOTARY_PROFILE is the name that
# `xcrun notarytool store-credentials` has put the maintainer's key under.
set -eu
xcrun notarytool submit "$1" --keychain-profile "$MACOS_NOTARY_PROFILE" --wait
xcrun stapler staple "$1"
xcrun stapler validate "$1"
spctl --assess --type open --context context:primary-signature --verbose "$1"
