source "$HOME/.cargo/env.xsh"
