$PATH.append(_cargo_bin) if (_cargo_bin := '/tmp/elsewhere/cargo/bin') not in $PATH else None
