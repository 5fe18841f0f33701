#pragma once

#include "context.hpp"

namespace latchkey::cli {

/// At the end of a command that succeeded: warns if nothing is installed and nothing is the
/// default.
///
/// Throws: as resolve::list_installed and resolve::find_default.
void warn_of_empty_setup(Context& context);

}  // namespace latchkey::cli
