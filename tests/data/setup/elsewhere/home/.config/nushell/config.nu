source "/tmp/elsewhere/cargo/env.nu"
