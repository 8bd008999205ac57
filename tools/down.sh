#!/usr/bin/env bash
# `make down`: destroy the stack `local` and stop the local service.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ ! -d .pulumi-state ]; then
    echo "Nothing is up in this checkout."
    exit
fi
make --no-print-directory setup
. tools/env.sh
if pulumi stack select local 2>/dev/null; then
    pulumi destroy --yes --skip-preview --stack local
    pulumi stack rm --yes --preserve-config local
else
    echo "There is no stack \`local\`."
fi
pulumi-ivschat local stop
