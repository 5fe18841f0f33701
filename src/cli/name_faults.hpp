#pragma once

#include <optional>
#include <string>

#include "latchkey/args/command_table.hpp"
#include "latchkey/dist/home_layout.hpp"

namespace latchkey::cli {

/// Why a text is no toolchain of this class, in rustup's words. Empty: it is one.
std::optional<std::string> find_name_fault(args::ValueClass value_class, const std::string& text);

/// The toolchain for which this text stands by the settings of a home. Empty: it is no alias, or
/// the settings cannot be read, which the command itself will say.
std::optional<std::string> find_alias(const dist::HomeLayout& home, const std::string& text);

}  // namespace latchkey::cli
