#pragma once

#include "context.hpp"

namespace latchkey::cli {

/// Says, after a command that succeeded, that there is a newer stable Rust, judged by the age of
/// the installed one. At most once a day, and only if the settings have `release_hint = "enable"`.
/// Warns if the check fails.
///
/// Source: rustup 1.30, in which the hint is on by default.
task::awaitable<void> hint_of_release(Context& context);

}  // namespace latchkey::cli
