. "$HOME/.cargo/env.ps1"
