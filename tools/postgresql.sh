#!/bin/sh
# postgresql.sh: install Debian's PostgreSQL server, for the tests that keep state in one, if there is none.
set -eu
if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    exit
fi
if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    echo "The tests with state in PostgreSQL need its server: install it so that initdb is on PATH." >&2
    exit 1
fi
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
}
echo "Installing Debian's PostgreSQL server."
as_root apt-get update -qq
install postgresql-common
# Debian would make a cluster and start it; the tests make their own.
as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
install postgresql
