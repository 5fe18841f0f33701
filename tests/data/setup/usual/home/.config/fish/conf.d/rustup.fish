source "$HOME/.cargo/env.fish"
