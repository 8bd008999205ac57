# shellcheck shell=bash
# Source this, in bash or zsh, to use `pulumi` by hand in this checkout: `. tools/env.sh`
# State, plugins and the local service's data stay in the checkout, and nothing asks the network for updates.

_pulumi_ivschat_env() {
    local root directory
    root=$(CDPATH='' cd -- "$(dirname -- "$1")/.." && pwd -P) || return
    PATH=":$PATH:"
    for directory in "$root/.engine" "$root/.venv/bin"; do
        PATH=":$directory${PATH//":$directory:"/:}"
    done
    PATH=${PATH#:}
    export PATH=${PATH%:}
    export PULUMI_HOME="$root/.pulumi-home"
    # Without metadata=skip the engine also writes .attrs files, and a kill can leave one with which no state is readable.
    export PULUMI_BACKEND_URL="file://$root/.pulumi-state?metadata=skip"
    export PULUMI_SKIP_UPDATE_CHECK=true
    export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
    export PULUMI_DIY_BACKEND_ZSTD=true
    export PULUMI_IVSCHAT_DATA="$root/.local-service"
    export PULUMI_CONFIG_PASSPHRASE='' # The one that Pulumi.local.yaml was made with.
    mkdir -p "$root/.pulumi-state" || return
    if [ ! -x "$root/.engine/pulumi" ] || [ ! -x "$root/.venv/bin/python" ]; then
        echo "Not everything is there yet: run \`make setup\` in $root." >&2
    fi
}

if [ -n "${BASH_VERSION-}${ZSH_VERSION-}" ]; then
    _pulumi_ivschat_env "${BASH_SOURCE[0]:-$0}"
    unset -f _pulumi_ivschat_env
else
    echo "tools/env.sh needs bash or zsh." >&2
fi
