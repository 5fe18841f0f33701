#pragma once

#include <string_view>

#include "context.hpp"

namespace latchkey::cli {

/// At the end of a command that succeeded: warns where nothing is installed and nothing is the
/// default. Says nothing behind what has little to do with toolchains (`self …`, `completions`,
/// `dump-testament`) and behind commands that rustup does not have.
///
/// `command` is the path of canonical names, "toolchain list".
///
/// Throws: as resolve::list_installed and resolve::find_default.
void warn_of_empty_setup(Context& context, std::string_view command);

}  // namespace latchkey::cli
