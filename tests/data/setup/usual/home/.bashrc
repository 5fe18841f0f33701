
. "$HOME/.cargo/env"
