#pragma once

#include <optional>
#include <string>

#include "latchkey/args/command_table.hpp"

namespace latchkey::cli {

/// Why a text is no toolchain of this class, in rustup's words. Empty: it is one.
std::optional<std::string> find_name_fault(args::ValueClass value_class, const std::string& text);

}  // namespace latchkey::cli
