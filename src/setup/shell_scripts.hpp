#pragma once

#include <string>

/// The scripts that put `$CARGO_HOME/bin` in front of PATH. `cargo_home` is as a script of that
/// shell may name it. They are rustup 1.29's, but for two: sh's is not stopped by `set -u` where
/// there is no PATH, nor makes the working directory a part of it; and tcsh's reads a path with
/// blanks.
namespace latchkey::setup::scripts {

std::string posix(const std::string& cargo_home);
std::string fish(const std::string& cargo_home);
std::string nushell(const std::string& cargo_home);
std::string tcsh(const std::string& cargo_home);
std::string powershell(const std::string& cargo_home);
std::string xonsh(const std::string& cargo_home);

}  // namespace latchkey::setup::scripts
