#!/usr/bin/env bash
# `make dist`, once .venv-dist is set up: wheel and sdist in dist/, checked, and lists of what the package depends on (SBOM).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=.venv-dist/bin
rm -f dist/pulumi_ivschat-* dist/sbom*.cdx.json
"$bin/python" -m build --outdir dist . >/dev/null
"$bin/twine" check --strict dist/pulumi_ivschat-*
"$bin/check-wheel-contents" dist/pulumi_ivschat-*.whl
tools/sbom.sh .venv-dist-core dist/sbom >/dev/null
tools/sbom.sh .venv-dist-local dist/sbom-local >/dev/null
echo "dist/:"
ls dist
