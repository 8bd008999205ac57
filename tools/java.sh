#!/bin/sh
# java.sh: install Debian's JDK and Maven, for the tests with programs in Java, if they are missing.
set -eu
if command -v javac >/dev/null && command -v mvn >/dev/null; then
    exit
fi
if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    echo "The tests with programs in Java need a JDK, 11 or newer, and Maven: install them so that javac and mvn are on PATH." >&2
    exit 1
fi
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
echo "Installing Debian's JDK and Maven."
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends default-jdk-headless maven >/dev/null
