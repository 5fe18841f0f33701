umask 022
. "$HOME/.cargo/env"
