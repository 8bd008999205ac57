#!/usr/bin/env bash
# `make up`, once everything is set up: the root's Pulumi program in the stack `local`, and what to do with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/env.sh

# An update that changes nothing makes no call, and so would not start the service.
url=$(python -c 'from pulumi_ivschat.local import discovery; print(discovery.ensure().url)')
pulumi stack select --create local
pulumi up --yes --skip-preview --suppress-outputs --stack local
echo
pulumi stack output --stack local
echo
pulumi-ivschat local status
cat <<END

Next:
  Change a number in examples/quickstart/__main__.py, and \`make up\` again.
  \`. tools/env.sh\`, then \`pulumi refresh\`: is anything not as the program says?
  List the rooms with the AWS CLI:
    AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \\
      aws ivschat list-rooms --endpoint-url $url --region us-west-2
  \`make down\` takes everything down.
END
