#pragma once

#include <string_view>
#include <vector>

#include "latchkey/args/command.hpp"

/// The rows of the commands that change toolchains, or which one is used.
namespace latchkey::args {

/// `aliases` and `discussion` differ between `install` and `toolchain install`.
Command install_command(std::vector<std::string_view> aliases, std::string_view discussion);
Command uninstall_command();
Command toolchain_command();
Command default_command();
Command update_command();
Command check_command();
Command target_command();
Command component_command();
Command override_command();

}  // namespace latchkey::args
