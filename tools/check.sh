#!/usr/bin/env bash
# `make check`: lint, format, types and metadata. Runs all of them at once, even if one fails, and prints their results in this order.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1 # It would ask the network whether there is a newer one.

checks=("pyright --pythonpath .venv/bin/python" mypy "ruff check" "ruff format --check" "validate-pyproject pyproject.toml")
found=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$found"' EXIT

for i in "${!checks[@]}"; do
    # shellcheck disable=SC2086  a check is a command and its arguments
    .venv/bin/${checks[$i]} >"$found/$i" 2>&1 &
    pids+=($!)
done

failed=()
for i in "${!checks[@]}"; do
    wait "${pids[$i]}" || failed+=("${checks[$i]}")
    cat "$found/$i"
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
