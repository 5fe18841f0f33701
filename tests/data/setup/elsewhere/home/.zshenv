. "/tmp/elsewhere/cargo/env"
