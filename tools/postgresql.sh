#!/bin/sh
# postgresql.sh: install a PostgreSQL server for the tests that keep state in one, where there is none.
set -eu
if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    exit
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests with state in PostgreSQL need its server: install it so that initdb is on PATH." >&2
    exit 1
fi
echo "Installing the PostgreSQL server."
# Debian would make and start a cluster of its own; the tests make theirs.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --no-install-recommends postgresql >/dev/null
