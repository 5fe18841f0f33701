#include "shell_scripts.hpp"

#include "latchkey/base/text.hpp"

namespace latchkey::setup::scripts {
namespace {

std::string filled(std::string_view text, const std::string& cargo_home) {
    return replace_all(text, "{bin}", cargo_home + "/bin");
}

}  // namespace

std::string posix(const std::string& cargo_home) {
    return filled(R"(#!/bin/sh
# rustup shell setup
# affix colons on either side of $PATH to simplify matching
case ":${PATH-}:" in
    *:"{bin}":*)
        ;;
    ::)
        export PATH="{bin}"
        ;;
    *)
        # Prepending path in case a system-installed rustc needs to be overridden
        export PATH="{bin}:$PATH"
        ;;
esac
)",
                  cargo_home);
}

std::string fish(const std::string& cargo_home) {
    return filled(R"(# rustup shell setup
if not contains "{bin}" $PATH
    # Prepending path in case a system-installed rustc needs to be overridden
    set -x PATH "{bin}" $PATH
end
)",
                  cargo_home);
}

std::string nushell(const std::string& cargo_home) {
    return filled(R"(use std/util "path add"
path add "{bin}"
)",
                  cargo_home);
}

std::string tcsh(const std::string& cargo_home) {
    return filled(R"(# rustup environment for tcsh
if ( $?PATH ) then
    if ( "$PATH" !~ *"{bin}"* ) then
        setenv PATH "{bin}:$PATH"
    endif
else
    setenv PATH "{bin}"
endif
)",
                  cargo_home);
}

std::string powershell(const std::string& cargo_home) {
    return filled(R"(# rustup shell setup
if (-not ":${env:PATH}:".Contains(":{bin}:")) {
    ${env:PATH} = "{bin}:${env:PATH}";
}
)",
                  cargo_home);
}

std::string xonsh(const std::string& cargo_home) {
    return filled("$PATH.append(_cargo_bin) if (_cargo_bin := '{bin}') not in $PATH else None\n",
                  cargo_home);
}

}  // namespace latchkey::setup::scripts
