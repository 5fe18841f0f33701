# rustup environment for tcsh
if ( $?PATH ) then
    if ( "$PATH" !~ *"/tmp/elsewhere/cargo/bin"* ) then
        setenv PATH "/tmp/elsewhere/cargo/bin:$PATH"
    endif
else
    setenv PATH "/tmp/elsewhere/cargo/bin"
endif
