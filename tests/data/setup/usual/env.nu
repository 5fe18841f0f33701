use std/util "path add"
path add "~/.cargo/bin"
