#!/bin/sh
# Installs Latchkey @VERSION@: fetches the installer for this machine, checks its SHA-256 against the one
# below, and runs it with the same options. Takes what rustup's own script takes; see --help.
#
# RUSTUP_UPDATE_ROOT   where to fetch it from, in place of where this script came from
# RUSTUP_CPUTYPE       the processor, in place of what uname says
#
# Nothing is run before the last line: a script that was cut off does nothing.

set -u

version='@VERSION@'
root=${RUSTUP_UPDATE_ROOT:-'@URL@'}
root=${root%/}
folder=
quiet=

usage() {
    cat <<'END'
@HELP@
END
}

# The SHA-256 of the installer for a target tuple; nothing if there is none.
sum_of() {
    case $1 in
@SUMS@
    esac
}

say() { [ -n "$quiet" ] || printf 'info: %s\n' "$1" >&2; }

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# May programs of 64 bits run here? A kernel of 64 bits says nothing of what it has to run.
is_32_bit() { [ "$(head -c 5 /proc/self/exe 2>/dev/null)" = "$(printf '\177ELF\001')" ]; }

tuple() {
    system=$(uname -s)
    [ "$system" = Linux ] || fail "there is no Latchkey for $system"
    processor=${RUSTUP_CPUTYPE:-$(uname -m)}
    case $processor in
    x86_64 | x86-64 | x64 | amd64)
        if is_32_bit; then echo i686-unknown-linux-gnu; else echo x86_64-unknown-linux-gnu; fi
        ;;
    i386 | i486 | i586 | i686 | i786 | x86) echo i686-unknown-linux-gnu ;;
    aarch64 | arm64)
        if is_32_bit; then echo armv7-unknown-linux-gnueabihf; else echo aarch64-unknown-linux-gnu; fi
        ;;
    armv7l | armv8l | armv7) echo armv7-unknown-linux-gnueabihf ;;
    ppc64le | powerpc64le) echo powerpc64le-unknown-linux-gnu ;;
    s390x) echo s390x-unknown-linux-gnu ;;
    riscv64 | riscv64gc) echo riscv64gc-unknown-linux-gnu ;;
    *) fail "there is no Latchkey for the processor $processor" ;;
    esac
}

# Which of the tools that the script can use is here?
find_tool() { # find_tool PURPOSE NAME...
    purpose=$1
    shift
    for tool in "$@"; do
        if have "$tool"; then
            echo "$tool"
            return
        fi
    done
    fail "none of these is here, to $purpose: $*"
}

download() { # download TOOL URL FILE
    case $1 in
    curl)
        # Into a pipe: a curl of snap's may not write to other folders than its own.
        case $2 in
        https:*) curl --proto '=https' --tlsv1.2 --silent --show-error --fail --location "$2" >"$3" ;;
        *) curl --silent --show-error --fail --location "$2" >"$3" ;;
        esac
        ;;
    wget) wget -q -O "$3" "$2" ;;
    esac
}

sha256() { # sha256 TOOL FILE
    case $1 in
    sha256sum) sha256sum <"$2" ;;
    shasum) shasum -a 256 <"$2" ;;
    openssl) openssl dgst -sha256 -r <"$2" ;;
    esac
}

clean_up() { [ -z "$folder" ] || rm -rf "$folder"; }

main() {
    needs_terminal=yes
    for argument in "$@"; do
        case $argument in
        --help)
            usage
            return
            ;;
        --quiet) quiet=yes ;;
        --yes) needs_terminal= ;;
        --*) ;;
        *)
            OPTIND=1
            while getopts :hqyvVc:t: letter "$argument"; do
                case $letter in
                h)
                    usage
                    return
                    ;;
                q) quiet=yes ;;
                y) needs_terminal= ;;
                *) ;;
                esac
            done
            ;;
        esac
    done

    [ "${RUSTUP_VERSION:-$version}" = "$version" ] ||
        fail "this script installs Latchkey $version, but RUSTUP_VERSION is '$RUSTUP_VERSION'"
    [ -n "$root" ] || fail 'RUSTUP_UPDATE_ROOT must say where releases of Latchkey are'
    target=$(tuple) || exit 1
    expected=$(sum_of "$target")
    [ -n "$expected" ] || fail "this release of Latchkey has no program for $target"
    # Piped into a shell, this script is the standard input, and questions are answered at the terminal.
    if [ -t 0 ]; then needs_terminal=; fi
    if [ -n "$needs_terminal" ] && [ ! -t 1 ]; then
        fail 'Unable to run interactively. Run with -y to accept defaults, --help for additional options'
    fi
    fetcher=$(find_tool 'download the installer' curl wget) || exit 1
    hasher=$(find_tool 'check the installer' sha256sum shasum openssl) || exit 1

    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    folder=$(mktemp -d 2>/dev/null) ||
        fail "could not make a temporary directory in '${TMPDIR:-/tmp}'; TMPDIR may name another"
    program=$folder/rustup-init
    url=$root/archive/$version/$target/rustup-init
    say 'downloading installer'
    download "$fetcher" "$url" "$program" || fail "could not download '$url'"
    found=$(sha256 "$hasher" "$program") || fail "could not read '$program'"
    found=${found%% *}
    [ "$found" = "$expected" ] ||
        fail "checksum failed for '$url', expected: '$expected', calculated: '$found'"
    chmod u+x "$program" || fail "could not make '$program' executable"
    [ -x "$program" ] ||
        fail "cannot execute $program (likely because of mounting ${TMPDIR:-/tmp} as noexec); TMPDIR may name another directory"

    if [ -n "$needs_terminal" ]; then
        "$program" "$@" </dev/tty
    else
        "$program" "$@"
    fi
}

{ main "$@"; }
