#pragma once

#include <string>

#include "latchkey/args/command_table.hpp"

/// The scripts that teach a shell to complete a command line.
///
/// Each script equals rustup 1.29's byte for byte, so packages that ship the scripts see no change.
///
/// Source: clap_complete 4, which makes rustup's scripts from clap's view of the commands.
namespace latchkey::args::completions {

std::string bash_script(const Command& root);
std::string zsh_script(const Command& root);
std::string fish_script(const Command& root);
std::string elvish_script(const Command& root);
std::string powershell_script(const Command& root);

}  // namespace latchkey::args::completions
