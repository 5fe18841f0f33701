source "/tmp/elsewhere/cargo/env.xsh"
