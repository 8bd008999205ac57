#!/bin/sh
# chromium.sh: install Debian's Chromium, for the tests in a browser, if there is none.
set -eu
if command -v "${PULUMI_IVSCHAT_TEST_CHROMIUM:-chromium}" >/dev/null; then
    exit
fi
if [ -n "${PULUMI_IVSCHAT_TEST_CHROMIUM-}" ] || ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    echo "The tests in a browser need Chromium on PATH, or PULUMI_IVSCHAT_TEST_CHROMIUM set to another Chrome." >&2
    exit 1
fi
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
echo "Installing Debian's Chromium."
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null
