#pragma once

#include <string>

#include "latchkey/args/command_table.hpp"

/// The scripts that teach a shell to complete a command line.
///
/// Source: byte for byte what rustup 1.29 prints, so that packages which keep such files see no
/// change; rustup's are made by clap_complete 4 from clap's view of the same commands.
namespace latchkey::args::completions {

std::string bash_script(const Command& root);
std::string zsh_script(const Command& root);
std::string fish_script(const Command& root);
std::string elvish_script(const Command& root);
std::string powershell_script(const Command& root);

}  // namespace latchkey::args::completions
