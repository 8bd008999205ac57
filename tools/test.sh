#!/usr/bin/env bash
# `make test`, once everything is set up: the checks, and every test but what is long by nature.
# `make test-all`, which is tools/test.sh --long: what is long by nature.
# `make test-nightly`, which is tools/test.sh --nightly: long tests that are much like others, and more random examples.
# Other arguments go to pytest, and then nothing but pytest runs. A whole suite comes last, so that its summary closes the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
path=$PATH
# Without bytecode, each worker compiles all tests again and each run of the engine the package: 14 % of the time.
unset PYTHONDONTWRITEBYTECODE
# The engine's commands are short: collecting garbage less often saves 5 % of their processor time, for some more memory.
export GOGC=${GOGC:-400}

failed=()
run_pytest() {
    PATH="$PWD/.venv/bin:$PWD/.engine:$path" .venv/bin/python -m pytest "$@"
}
case "$*" in
"")
    # The checks have the time in which the tests wait, and no more: some tests have the time limits of AWS.
    checked=$(mktemp)
    nice -n 19 tools/check.sh &>"$checked" &
    checks=$!
    trap 'kill "$checks" 2>/dev/null || true; rm -f "$checked"' EXIT
    # More workers than processors: the tests wait for services and engines a third of their time.
    run_pytest -n 4 -m "not long and not nightly" || failed+=("the tests")
    wait "$checks" || { failed+=("make check"); cat "$checked"; }
    ;;
--long)
    run_pytest -n 4 -m "long and not nightly" || failed+=("the long tests")
    ;;
--nightly)
    PULUMI_IVSCHAT_TEST_EXAMPLES=3 run_pytest -n 4 -m "nightly or hypothesis" || failed+=("the nightly tests")
    ;;
*)
    run_pytest "$@" || failed+=("the tests")
    ;;
esac

if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
