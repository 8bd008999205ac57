#!/bin/sh
# ci/preview.sh STACK…: what `pulumi up` would do to each stack, as Markdown for a comment. Fails where a preview does.
set -eu
failed=0
for stack; do
    output=$(pulumi preview --stack "$stack" --refresh --diff --color never --suppress-progress 2>&1) || failed=1
    printf '### Preview of `%s`\n\n~~~~diff\n' "$stack"
    # A comment holds 65,536 characters on GitHub.
    printf '%s\n' "$output" | head -c 30000
    printf '\n~~~~\n\n'
done
exit "$failed"
