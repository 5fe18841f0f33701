umask 022
. "/tmp/elsewhere/cargo/env"
