#!/usr/bin/env bash
# `make dist`, once .venv-dist is set up: wheel and sdist in dist/, checked, and the list of what the package depends on (SBOM).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=.venv-dist/bin
rm -f dist/pulumi_ivschat-* dist/sbom.cdx.json
"$bin/python" -m build --outdir dist . >/dev/null
"$bin/twine" check --strict dist/pulumi_ivschat-*
"$bin/check-wheel-contents" dist/pulumi_ivschat-*.whl
"$bin/cyclonedx-py" environment --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.cdx.json .venv-dist-core
echo "dist/:"
ls dist
