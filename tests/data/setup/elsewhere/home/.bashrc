
. "/tmp/elsewhere/cargo/env"
