. "/tmp/elsewhere/cargo/env.ps1"
