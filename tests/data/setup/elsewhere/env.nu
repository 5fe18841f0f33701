use std/util "path add"
path add "/tmp/elsewhere/cargo/bin"
