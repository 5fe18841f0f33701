#!/bin/sh
# What action.yml runs: its inputs come as INPUT_*, its outputs go to $GITHUB_OUTPUT.

set -eu

fail() {
    echo "::error::$1"
    exit 1
}

# For later steps, unless somebody has set it already.
set_variable() { # set_variable NAME VALUE
    eval "[ -n \"\${$1+set}\" ]" || echo "$1=$2" >>"$GITHUB_ENV"
}

# Words, separated by commas or blanks, as one list with commas.
list() { printf '%s' "$*" | tr -s ', \n' ',,,' | sed 's/^,//; s/,$//'; }

fetch() { # fetch URL FILE
    if command -v curl >/dev/null; then
        curl --silent --show-error --fail --location --retry 3 "$1" >"$2"
    else
        wget -q -O "$2" "$1"
    fi
}

install_latchkey() {
    [ -n "$INPUT_URL" ] || fail "the input url must say where a release of Latchkey is served"
    script=$(mktemp)
    trap 'rm -f "$script"' EXIT
    fetch "$INPUT_URL/install.sh" "$script" || fail "could not download $INPUT_URL/install.sh"
    if [ -n "$INPUT_SHA256" ]; then
        found=$(sha256sum <"$script")
        [ "${found%% *}" = "$INPUT_SHA256" ] ||
            fail "$INPUT_URL/install.sh has the SHA-256 ${found%% *}, and not $INPUT_SHA256"
    fi
    # Runners have a rustup already, whose toolchains stay.
    RUSTUP_UPDATE_ROOT=$INPUT_URL RUSTUP_INIT_SKIP_PATH_CHECK=yes sh "$script" -y --quiet \
        --default-toolchain none --no-modify-path --profile "$INPUT_PROFILE" >/dev/null ||
        fail "Latchkey could not be installed"
}

install_toolchain() { # install_toolchain [NAME]
    set -- "$@" --profile "$INPUT_PROFILE" --no-self-update
    [ -z "$components" ] || set -- "$@" --component "$components"
    [ -z "$targets" ] || set -- "$@" --target "$targets"
    case $1,$components in
    nightly,?*) set -- "$@" --allow-downgrade ;;
    esac
    rustup toolchain install "$@" || fail "rustup toolchain install $* failed"
}

# The toolchain file's, with its own components and targets, and those of the inputs.
install_active() {
    rustup toolchain install --no-self-update || fail "the active toolchain could not be installed"
    old_ifs=$IFS
    IFS=,
    # shellcheck disable=SC2086
    [ -z "$components" ] || rustup component add $components
    # shellcheck disable=SC2086
    [ -z "$targets" ] || rustup target add $targets
    IFS=$old_ifs
}

output() { echo "$1=$2" >>"$GITHUB_OUTPUT"; }

second_word() { echo "$2"; }

tell() {
    name=$(rustup show active-toolchain)
    output name "${name%% *}"
    about=$(rustc --version --verbose)
    date=$(echo "$about" | sed -n 's/^commit-date: \(....\)-\(..\)-\(..\)$/\1\2\3/p')
    commit=$(echo "$about" | sed -n 's/^commit-hash: //p')
    [ -n "$date$commit" ] || commit=$(echo "$about" | sha256sum)
    output cachekey "$(printf '%.12s' "$date$commit")"
    # The version is the second word.
    # shellcheck disable=SC2046
    output rustc-version "$(second_word $(rustc --version))"
    # shellcheck disable=SC2046
    output cargo-version "$(second_word $(cargo --version))"
    # shellcheck disable=SC2046
    output rustup-version "$(second_word $(rustup --version 2>/dev/null))"
    {
        echo 'cache-paths<<END-OF-PATHS'
        for folder in registry/index registry/cache git/db; do
            echo "$CARGO_HOME/$folder"
        done
        echo "${RUSTUP_HOME:-$HOME/.rustup}/toolchains"
        echo END-OF-PATHS
    } >>"$GITHUB_OUTPUT"
}

targets=$(list "$INPUT_TARGETS" "$INPUT_TARGET")
components=$(list "$INPUT_COMPONENTS")
toolchains=$(list "$INPUT_TOOLCHAIN")

CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
export CARGO_HOME
[ -z "$INPUT_RUST_SRC_DIR" ] || cd "$INPUT_RUST_SRC_DIR"

install_latchkey
PATH=$CARGO_HOME/bin:$PATH
echo "$CARGO_HOME/bin" >>"$GITHUB_PATH"
echo "CARGO_HOME=$CARGO_HOME" >>"$GITHUB_ENV"
set_variable CARGO_INCREMENTAL 0
set_variable CARGO_TERM_COLOR always
set_variable RUST_BACKTRACE short
[ -z "$INPUT_RUSTFLAGS" ] || set_variable RUSTFLAGS "$INPUT_RUSTFLAGS"

if [ -z "$toolchains" ] && [ ! -e rust-toolchain ] && [ ! -e rust-toolchain.toml ]; then
    toolchains=stable
fi
if [ -z "$toolchains" ]; then
    install_active
else
    for toolchain in $(echo "$toolchains" | tr , ' '); do
        install_toolchain "$toolchain"
    done
    if [ "$INPUT_OVERRIDE" = true ]; then
        rustup override set "$toolchain"
    else
        rustup default "$toolchain"
    fi
fi
tell
