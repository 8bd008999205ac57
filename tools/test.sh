#!/usr/bin/env bash
# `make test`, once everything is set up. Arguments go to pytest, and then nothing but pytest runs.
# The whole suite comes last, so that its summary closes the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
path=$PATH

failed=()
run_pytest() {
    PATH="$PWD/$1/bin:$PWD/.engine:$path" "$1/bin/python" -m pytest "${@:2}"
}
if [ $# -eq 0 ]; then
    tools/check.sh || failed+=("make check")
    run_pytest .venv-oldest -m oldest_sdk tests/engine || failed+=("the tests with the oldest SDK")
fi
run_pytest .venv "$@" || failed+=("the tests")

if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
