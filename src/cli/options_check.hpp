#pragma once

#include "context.hpp"

namespace latchkey::cli {

/// Says of the environment and the configuration what Context::engine() would say, for commands that
/// only answer and need no engine.
///
/// Throws: as Context::engine().
void check_options(Context& context);

}  // namespace latchkey::cli
