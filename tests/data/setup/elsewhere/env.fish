# rustup shell setup
if not contains "/tmp/elsewhere/cargo/bin" $PATH
    # Prepending path in case a system-installed rustc needs to be overridden
    set -x PATH "/tmp/elsewhere/cargo/bin" $PATH
end
