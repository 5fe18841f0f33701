#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::platform {

/// Runs a program on our standard streams and waits for its end. `arguments` begin with argv[0]. A
/// program without a slash is looked for in this process's PATH. SIGTERM tells it to stop if the
/// task is cancelled.
///
/// Returns: its exit status. Empty: a signal ended it.
/// Throws: Errc::io, Errc::not_found if it cannot be started; the cancellation.
std::optional<int> run_attached(const OnWorker& on, const std::string& program,
                                const std::vector<std::string>& arguments,
                                const Environment& environment);

}  // namespace latchkey::platform
