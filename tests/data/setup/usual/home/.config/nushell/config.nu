source "~/.cargo/env.nu"
