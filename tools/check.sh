#!/usr/bin/env bash
# `make check`: lint, format and types. Runs all of them, whatever the first ones find.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1 # It would ask the network whether there is a newer one.

failed=()
check() {
    ".venv/bin/$1" "${@:2}" || failed+=("$*")
}
check ruff check
check ruff format --check
check mypy
check pyright --pythonpath .venv/bin/python

if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
