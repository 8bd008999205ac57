#!/bin/sh
# node_packages.sh DIR: install what DIR/package-lock.json says, if that is not installed yet.
set -eu
cd "$1"
if cmp -s package-lock.json node_modules/.installed-lock.json; then
    exit
fi
if ! command -v npm >/dev/null; then
    echo "The tests with JavaScript and TypeScript need Node.js 20 or newer, with npm." >&2
    exit 1
fi
echo "Installing the Node packages of $1."
npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
cp package-lock.json node_modules/.installed-lock.json
