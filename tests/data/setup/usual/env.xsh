$PATH.append(_cargo_bin) if (_cargo_bin := '$HOME/.cargo/bin') not in $PATH else None
