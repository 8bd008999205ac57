#!/usr/bin/env bash
# tools/sbom.sh ENVIRONMENT FILE: list what is in an environment (SBOM, CycloneDX) beside the file that was built from it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
sbom=${2%.tar.gz}.cdx.json
.venv-dist/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file "$sbom" "$1"
echo "$2"
echo "$sbom"
