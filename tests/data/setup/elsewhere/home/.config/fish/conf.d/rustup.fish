source "/tmp/elsewhere/cargo/env.fish"
