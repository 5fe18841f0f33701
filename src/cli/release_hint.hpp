#pragma once

#include "context.hpp"

namespace latchkey::cli {

/// At the end of a command that succeeded: says that there is a newer stable Rust, as far as the
/// age of the installed one tells. Once a day, and only where the settings say `release_hint =
/// "enable"`. What keeps it from being known is a warning.
///
/// Source: rustup 1.30, where it is on unless the settings say otherwise.
task::awaitable<void> hint_of_release(Context& context);

}  // namespace latchkey::cli
